"""X (formerly Twitter): recent search of API v2, which bills every post that it gives.

Secret "x": {"bearer_token"}. Limits: 450 searches in 15 minutes an app, queries of 512 characters, 7 days back.
A look spends at most ``state.allowance_usd``. Authors cost twice what their post costs, so they are read only while an
incident burns; media cost too and are never read. Retweets are not asked for: their number stands in the original.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from tocsin.adapters.sources.answers import json_of, refused
from tocsin.adapters.sources.look import Deadline, heed_pause, refusal_of, remembered, secret_of, to_remember
from tocsin.adapters.sources.values import at, count, items, moment, words
from tocsin.adapters.sources.walking import Gathered, packed, phrases
from tocsin.adapters.sources.x_posts import id_at, moment_of, parse, problems
from tocsin.domain.errors import FetchError, ParseError, Trouble

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tocsin.adapters.http_guard import GuardedHttp, HttpReply
    from tocsin.domain.recheck import Gone
    from tocsin.domain.source_state import Pull, SourceState
    from tocsin.domain.sources import SourceUnit
    from tocsin.ports import SecretStore

__all__ = ["PRICES", "Connector", "parse"]


@dataclass(frozen=True)
class Prices:
    """US dollars; each thing read, each count asked. Read on ``as_of`` at ``source``."""

    post: Decimal = Decimal("0.005")
    user: Decimal = Decimal("0.010")
    count: Decimal = Decimal("0.005")
    as_of: str = "2026-08-28"
    source: str = "https://docs.x.com/x-api/getting-started/pricing"


PRICES = Prices()
SEARCH = "https://api.x.com/2/tweets/search/recent"
COUNTS = "https://api.x.com/2/tweets/counts/recent"
LEAST, MOST = 10, 100
"""Posts that one call can be asked for."""
MAX_CALLS = 5
MAX_QUERY = 512
REACH = timedelta(days=6, hours=12)
"""X refuses an anchor older than 7 days."""
BACKFILL = timedelta(days=1)
OVERLAP = timedelta(minutes=1)
"""Searched again, since the index lags; X bills a post once a UTC day."""
_ONLY_OWN = " -is:retweet"
_FIELDS = {
    "tweet.fields": "author_id,created_at,lang,public_metrics,conversation_id,referenced_tweets,note_tweet",
    "sort_order": "recency",
}
_AUTHORS = {
    "expansions": "author_id",
    "user.fields": "username,name,created_at,public_metrics,verified",
}


@dataclass(frozen=True)
class _Round:
    """What is under way. ``window``: where it began, as parameters; ``top``: the newest id seen; ``token``: the next
    page of query ``index``."""

    window: dict[str, str]
    top: int
    index: int
    token: str | None


class Connector:
    """Implements ports.MentionSource for units in mode ``search``."""

    def __init__(self, http: GuardedHttp, secrets: SecretStore) -> None:
        self._http, self._secrets = http, secrets

    def gone(self, unit: SourceUnit, ids: Sequence[str], now: datetime, budget: timedelta) -> Gone:  # noqa: ARG002
        """ports.DeletionSource."""
        from tocsin.adapters.sources.x_gone import gone

        token = secret_of(self._secrets, "x", "bearer_token")["bearer_token"]
        return gone(self._http, token, PRICES.post, ids, now, budget)

    def pull(self, unit: SourceUnit, state: SourceState, now: datetime, budget: timedelta) -> Pull:
        """What is new, as far as the money goes. ``total`` is set where only a sample was read."""
        token = secret_of(self._secrets, "x", "bearer_token")["bearer_token"]
        heed_pause(remembered(state.cursor), now)
        look = _Look(self._http, token, unit, state, now, Deadline(budget))
        return look.run()


class _Look:
    def __init__(
        self,
        http: GuardedHttp,
        token: str,
        unit: SourceUnit,
        state: SourceState,
        now: datetime,
        deadline: Deadline,
    ) -> None:
        self._http, self._private = http, {"Authorization": f"Bearer {token}"}
        self._now, self._deadline = now, deadline
        self._queries = _queries(unit)
        self._allowance = state.allowance_usd
        burning = state.burning
        self._authors = burning and self._can_pay(LEAST * (PRICES.post + PRICES.user))
        self._round = _round_of(state, len(self._queries), now)
        self._got, self._usd = Gathered(), Decimal(0)
        self._total: int | None = None

    def run(self) -> Pull:
        if not self._can_pay(LEAST * PRICES.post):
            raise FetchError(
                f"the least that X sells in a look is {LEAST} posts for ${LEAST * PRICES.post:.2f};"
                f" ${self._allowance:.2f} is left for this one",
                trouble=Trouble.BUDGET,
            )
        top, index, token = self._round.top, self._round.index, self._round.token
        before, pause = 0, None
        while index < len(self._queries) and self._got.calls < MAX_CALLS and not self._late():
            size = self._affordable()
            if size is None:
                self._sample(index, before)
                return self._pull(to_remember(since=str(top)))
            promised = token
            try:
                posts, newest, token = self._ask(self._queries[index], token, size)
            except (FetchError, ParseError) as error:
                if not self._got.calls:
                    raise
                self._got.warnings.append(f"stopped early: {error}")
                pause = getattr(error, "retry_after", None)
                break
            top = max(top, newest)
            if not posts and token is None and promised and self._got.calls > 1:
                token = promised  # an empty page where more was due is asked for once again
                break
            if token is None:
                index, before = index + 1, self._got.given
        if index >= len(self._queries):
            return self._pull(to_remember(since=str(top)))
        until = int(self._now.timestamp() + pause) if pause else None
        left = to_remember(window=self._round.window, top=str(top), i=index, next=token, pause=until)
        return self._pull(left, again=not pause, halfway=True)

    def _late(self) -> bool:
        return self._got.calls > 0 and self._deadline.near

    def _pull(self, cursor: str | None, *, again: bool = False, halfway: bool = False) -> Pull:
        return self._got.pull(cursor, again=again, halfway=halfway, usd=self._usd, total=self._total)

    def _can_pay(self, usd: Decimal) -> bool:
        return self._allowance is None or usd <= self._allowance

    def _affordable(self) -> int | None:
        """How many posts the next call may be asked for; None when what is left buys no call any more. The price of
        counting what is not read is put aside where that leaves enough to read."""
        if self._allowance is None:
            return MOST
        each = PRICES.post + (PRICES.user if self._authors else 0)
        left = self._allowance - self._usd
        number = max(int((left - PRICES.count) // each), LEAST if not self._got.calls and left >= LEAST * each else 0)
        return min(number, MOST) if number >= LEAST else None

    def _ask(self, query: str, token: str | None, size: int) -> tuple[int, int, str | None]:
        try:
            return self._answer(query, token, size)
        except FetchError as error:
            if token is None or error.trouble is not Trouble.FORMAT:
                raise
            return self._answer(query, None, size)  # the page's token is no longer known to X

    def _answer(self, query: str, token: str | None, size: int) -> tuple[int, int, str | None]:
        """How many posts were given, the newest number, and the next page's token."""
        asked = {"query": query, "max_results": str(size), **_FIELDS, **(_AUTHORS if self._authors else {})}
        reply = self._get(SEARCH, asked | self._round.window | ({"next_token": token} if token else {}))
        value = json_of(reply.body)
        parsed = parse(reply.body, fetched_at=self._now)
        tweets, users = items(at(value, "data")), items(at(value, "includes", "users"))
        others = items(at(value, "includes", "tweets"))
        self._usd += (len(tweets) + len(others)) * PRICES.post + len(users) * PRICES.user
        if "data" not in value and count(at(value, "meta", "result_count")) is None:
            raise FetchError(
                f"X gave no posts and no count: «{'; '.join(problems(value)) or 'nothing said'}»",
                trouble=Trouble.FORMAT,
            )
        self._got.add(parsed, reply)
        newest = max((_number(tweet.get("id")) for tweet in tweets), default=0)
        following = words(at(value, "meta", "next_token"))
        return len(parsed.posts), newest, following if 0 < len(following) <= 1_000 else None

    def _sample(self, index: int, before: int) -> None:
        """The money is used up before the posts are: count the rest, as far as it is enough for that. ``before``: how
        many posts other queries gave, in full."""
        self._got.warnings.append("only a sample was read: the rest would cost more than this look may")
        total, read = before, self._got.given - before
        for query in self._queries[index:]:
            if not self._can_pay(self._usd + PRICES.count) or self._deadline.near:
                return
            try:
                reply = self._get(COUNTS, {"query": query, "granularity": "day"} | self._round.window)
                number = count(at(json_of(reply.body), "meta", "total_tweet_count"))
            except (FetchError, ParseError) as error:
                self._got.warnings.append(f"the rest is not counted: {error}")
                return
            self._usd += PRICES.count
            self._got.calls += 1
            total += max(number or 0, read)
            read = 0
        self._total = total

    def _get(self, url: str, asked: dict[str, str]) -> HttpReply:
        reply = self._http.get(
            f"{url}?{urlencode(asked)}",
            {"Accept": "application/json"},
            self._deadline.left,
            private=self._private,
            accept_throttle=True,
        )
        if reply.status == 200:
            return reply
        raise _refusal(reply, self._now)


def _refusal(reply: HttpReply, now: datetime) -> FetchError:
    """X names the moment when it will answer again in x-rate-limit-reset, not in Retry-After."""
    try:
        said = problems(json_of(reply.body))
    except ParseError:
        said = []
    shown = "; ".join(said)
    if reply.status == 429 and any("UsageCap" in line or "usage cap" in line.lower() for line in said):
        return refused(reply, said=shown, trouble=Trouble.QUOTA)
    return refusal_of(reply, now, said=shown)


def _queries(unit: SourceUnit) -> tuple[str, ...]:
    """A query of the client's file as it is written; or answers to the brand's own accounts and its terms as phrases,
    in one query, so that a post that is both is read and paid once. What those accounts write themselves is not."""
    if unit.target:
        return (unit.target if "is:retweet" in unit.target else f"({unit.target}){_ONLY_OWN}",)
    others = "".join(f" -from:{account}" for account in unit.accounts) + _ONLY_OWN
    room = MAX_QUERY - len(others) - len("()")
    asked = (*(f"to:{account}" for account in unit.accounts), *phrases(unit.terms))
    queries = tuple(f"({query}){others}" for query in packed(asked, limit=room))
    if not queries:
        raise FetchError("there is nothing to ask for: no term fits into a query of X", trouble=Trouble.INTERNAL)
    return queries


def _round_of(state: SourceState, queries: int, now: datetime) -> _Round:
    """The round that the last look left unfinished, while X still takes its window; else a new one."""
    cursor: dict[str, Any] = remembered(state.cursor)
    index, token, window = cursor.get("i"), cursor.get("next"), _window_kept(cursor.get("window"), now)
    if window and isinstance(index, int) and 0 <= index < queries:
        return _Round(window, _number(cursor.get("top")), index, token if isinstance(token, str) and token else None)
    since = _number(cursor.get("since")) or _number(cursor.get("top"))
    anchor = moment_of(str(since)) if since else None
    if anchor is None or anchor > now:
        return _Round({"start_time": _iso(now - BACKFILL)}, id_at(now - BACKFILL), 0, None)
    if anchor - OVERLAP < now - REACH:
        return _Round({"start_time": _iso(now - REACH)}, since, 0, None)
    return _Round({"since_id": str(id_at(anchor - OVERLAP))}, since, 0, None)


def _window_kept(window: Any, now: datetime) -> dict[str, str]:
    since, start = at(window, "since_id"), at(window, "start_time")
    began = moment(start) if start else moment_of(str(number)) if (number := _number(since)) else None
    if began is None or not now - REACH <= began <= now:
        return {}
    return {"start_time": _iso(began)} if start else {"since_id": str(number)}


def _number(value: Any) -> int:
    said = words(value)
    return int(said) if said.isascii() and said.isdigit() and len(said) <= 19 else 0


def _iso(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
