"""Mastodon: hashtags over any server, search with the client's own token, and the answers to the brand's accounts.

Left out, each with a warning: posts that are not public, and posts of people who ask search engines (``noindex``) or
bots («#nobots» in the profile) to stay away.
Tags need no key where the server opens them (configuration.timelines_access, read once a day). Search finds what its
authors opted in to, on the server of the token alone. Secret: {"token"}, with the scope read:search.
Limits: 300 calls in 5 minutes. Terms: each server's own.
"""

from __future__ import annotations

import re
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from tocsin.adapters.sources import values
from tocsin.adapters.sources.answers import json_of
from tocsin.adapters.sources.look import (
    MAX_TERMS,
    Look,
    base_of,
    heed_pause,
    queries_of,
    remembered,
    secret_of,
    to_remember,
)
from tocsin.adapters.sources.mastodon_parse import SOURCE, parse, read
from tocsin.adapters.sources.rounds import Rounds
from tocsin.adapters.sources.sweep import Page, Sweep
from tocsin.domain.errors import FetchError, ParseError, Trouble
from tocsin.domain.text import html_to_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from tocsin.adapters.http_guard import GuardedHttp, HttpReply
    from tocsin.domain.recheck import Gone
    from tocsin.domain.source_state import Pull, SourceState
    from tocsin.domain.sources import SourceUnit
    from tocsin.ports import SecretStore

__all__ = ["Connector", "parse"]

_NO_BOTS = re.compile(r"#?\bno[ _-]?bots\b|#nobot\b", re.IGNORECASE)
_NOT_PUBLIC = frozenset({"private", "direct", "limited", "mutuals_only"})
_LIMIT = 40
_PAGES = 10
_DAY = timedelta(days=1)
_MOST_ANSWERS = 60
"""What a server shows of a thread to those without an account."""


class Connector:
    """Implements ports.MentionSource: modes tag, search, account."""

    def __init__(self, http: GuardedHttp, secrets: SecretStore) -> None:
        self._http, self._secrets = http, secrets

    def gone(self, unit: SourceUnit, ids: Sequence[str], now: datetime, budget: timedelta) -> Gone:  # noqa: ARG002
        """ports.DeletionSource."""
        from tocsin.adapters.sources.mastodon_gone import gone

        return gone(self._http, ids, now, budget)

    def pull(self, unit: SourceUnit, state: SourceState, now: datetime, budget: timedelta) -> Pull:
        """Raise FetchError; one of Trouble.POLICY where the server keeps its tags to itself."""
        look = Look(self._http, now, budget)
        kept = remembered(state.cursor)
        if unit.mode == "account":
            return _Account(look, unit, kept, now).pull()
        if unit.mode == "search":
            return self._search(look, unit, kept, now)
        return _tag(look, unit, kept, now)

    def _search(self, look: Look, unit: SourceUnit, kept: dict[str, Any], now: datetime) -> Pull:
        secret = secret_of(self._secrets, SOURCE, "token")
        private = {"Authorization": f"Bearer {secret['token'].strip()}"}
        sweep = Sweep(look, now, kept.get("q"), pages=_PAGES + MAX_TERMS)
        queries, lines = queries_of(unit)
        path = f"{base_of(unit.server)}/api/v2/search"
        for query in sweep.oldest_first(queries):
            asked = {"q": query, "type": "statuses", "limit": str(_LIMIT)}
            sweep.query(query, partial(_page, look, unit, now, path, asked, private))
        return look.pull(
            sweep.found,
            cursor=to_remember(q=sweep.kept),
            again=sweep.again,
            warnings=(*lines, *sweep.warnings),
            lost=sweep.lost,
        )


def _tag(look: Look, unit: SourceUnit, kept: dict[str, Any], now: datetime) -> Pull:
    access = _access(look, unit, kept.get("access"), now)
    asked = {"limit": str(_LIMIT)} | ({"local": "true"} if access[1] == "local" else {})
    path = f"{base_of(unit.server)}/api/v1/timelines/tag/{quote(unit.target.removeprefix('#'), safe='')}"
    sweep = Sweep(look, now, kept.get("q"), pages=_PAGES)
    sweep.query("tag", partial(_page, look, unit, now, path, asked, {}))
    some = ["the server shows its own people's posts alone under a tag"] if access[1] == "local" else []
    return look.pull(
        sweep.found,
        cursor=to_remember(access=access, q=sweep.kept),
        again=sweep.again,
        warnings=(*some, *sweep.warnings),
        lost=sweep.lost,
    )


def _access(look: Look, unit: SourceUnit, kept: Any, now: datetime) -> tuple[int, str]:
    """When the server was asked, and what it opens: «all» or «local». An older server does not say; it is tried."""
    day, said = values.moment(values.at(kept, 0)), values.at(kept, 1)
    if day and timedelta(0) <= now - day < _DAY and said in ("all", "local"):
        return int(day.timestamp()), said
    asked_at = int(now.timestamp())
    try:
        reply = look.get(f"{base_of(unit.server)}/api/v2/instance", keep=False)
        feeds = values.at(json_of(reply.body), "configuration", "timelines_access", "hashtag_feeds")
    except ParseError:
        return asked_at, "all"
    except FetchError as error:
        if error.trouble in {Trouble.THROTTLED, Trouble.DOWN, Trouble.NETWORK}:
            raise
        return asked_at, "all"
    local, remote = (values.words(values.at(feeds, key)) or "public" for key in ("local", "remote"))
    if local != "public" and remote != "public":
        raise FetchError(
            f"{unit.server}: shows hashtags to nobody without an account (hashtag_feeds: {local[:40]}); name another"
            " server in the client's file",
            trouble=Trouble.POLICY,
        )
    return asked_at, "all" if remote == "public" else "local"


def _page(
    look: Look,
    unit: SourceUnit,
    now: datetime,
    path: str,
    asked: Mapping[str, str],
    private: Mapping[str, str],
    token: str | None,
) -> Page:
    reply = look.get(f"{path}?{urlencode({**asked, **({'max_id': token} if token else {})})}", private=private)
    value = json_of(reply.body)
    parsed = read(value, fetched_at=now, url=reply.url, medium=unit.medium, unless=_why_not)
    statuses = values.items(value["statuses"] if isinstance(value, dict) and "statuses" in value else value)
    if isinstance(value, dict) and "statuses" not in value:
        raise FetchError(f"{unit.server}: {parsed.warnings[0] if parsed.warnings else ''}", trouble=Trouble.FORMAT)
    return Page(parsed, _older(reply) or (values.short(statuses[-1].get("id"), 100) if len(statuses) >= 20 else None))


def _older(reply: HttpReply) -> str | None:
    """The max_id of the Link header's next page; only that: the address itself is a stranger's."""
    for part in reply.headers.get("link", "").split(","):
        target, _, relation = part.strip().partition(">")
        if 'rel="next"' in relation.replace(" ", ""):
            try:
                found = parse_qs(urlsplit(target.lstrip("<")).query).get("max_id", [""])[0]
            except ValueError:
                return None
            return values.short(found, 100)
    return None


def _why_not(raw: dict[str, Any]) -> str | None:
    """Why a status that can be read is not for us to keep."""
    visibility = values.words(raw.get("visibility"))
    if visibility in _NOT_PUBLIC:
        return f"it is not public (visibility {visibility})"
    if raw["account"].get("noindex") is True:
        return "its author asks not to be indexed (noindex)"
    if _NO_BOTS.search(html_to_text(values.words(raw["account"].get("note")))):
        return "its author asks bots to stay away (in the profile)"
    return None


class _Account:
    """The answers to the brand's own posts. Its own words are not mentions; they are not given."""

    def __init__(self, look: Look, unit: SourceUnit, kept: dict[str, Any], now: datetime) -> None:
        self._look, self._unit, self._now = look, unit, now
        self._base = base_of(unit.server)
        self._kept = kept
        self._warnings: list[str] = []
        self._lost = False

    def pull(self) -> Pull:
        heed_pause(self._kept, self._now)
        account = values.short(self._kept.get("account"), 100) or self._lookup()
        try:
            statuses = self._statuses(account)
        except FetchError as error:
            if error.trouble is not Trouble.GONE or "account" not in self._kept:
                raise
            account = self._lookup()  # it was made anew
            statuses = self._statuses(account)
        rounds = Rounds(self._kept.get("read"), self._now)
        due = rounds.due(
            (local, values.count(status.get("replies_count")), values.moment(status.get("created_at")))
            for status in statuses
            if (local := values.short(status.get("id"), 100))
        )
        by_id = {values.words(status.get("id")): status for status in statuses}
        found = []
        for local, count in due:
            if not self._look.in_time:
                rounds.left_over()
                break
            try:
                found.append(self._answers(local, by_id[local], account))
            except (FetchError, ParseError) as error:
                self._warnings.append(f"the answers to one post are not read: {error}")
                if rounds.ended_by(error):
                    break
            rounds.was_read(local, count)
        return self._look.pull(
            found,
            cursor=to_remember(account=account, read=rounds.kept, pause=rounds.pause),
            again=rounds.again,
            warnings=self._warnings,
            lost=self._lost,
        )

    def _lookup(self) -> str:
        reply = self._look.get(
            f"{self._base}/api/v1/accounts/lookup?{urlencode({'acct': self._unit.target})}", keep=False
        )
        account = values.short(values.at(json_of(reply.body), "id"), 100)
        if account is None or not account.isalnum():
            raise FetchError(f"{self._unit.server}: knows no account @{self._unit.target}", trouble=Trouble.GONE)
        return account

    def _statuses(self, account: str) -> list[dict[str, Any]]:
        address = f"{self._base}/api/v1/accounts/{quote(account, safe='')}/statuses?limit=40&exclude_reblogs=true"
        return values.items(json_of(self._look.get(address, keep=False).body))

    def _answers(self, local: str, status: dict[str, Any], account: str) -> Any:
        reply = self._look.get(f"{self._base}/api/v1/statuses/{quote(local, safe='')}/context")
        answers = values.at(json_of(reply.body), "descendants")
        others = [one for one in values.items(answers) if values.words(values.at(one, "account", "id")) != account]
        own = read([status], fetched_at=self._now, url=reply.url).posts
        roots = {local: own[0].id} if own else {}
        own_answers = [one for one in values.items(answers) if one not in others]
        roots |= {values.words(one.get("id")): roots[local] for one in own_answers if local in roots}
        if len(values.items(answers)) >= _MOST_ANSWERS:
            self._lost = True
            self._warnings.append("a post has more answers than the server shows; the first 60 are read")
        medium = self._unit.medium
        return read(others, fetched_at=self._now, url=reply.url, medium=medium, roots=roots, unless=_why_not)
