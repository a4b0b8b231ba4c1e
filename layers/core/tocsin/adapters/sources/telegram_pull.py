"""Asking Telegram: what is read, up to where, and what is remembered of it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from tocsin.adapters.sources import telegram_bot as bot
from tocsin.adapters.sources import telegram_catalogue as catalogue
from tocsin.adapters.sources import values
from tocsin.adapters.sources.answers import checked, json_in, refused
from tocsin.adapters.sources.found import Found
from tocsin.adapters.sources.look import Deadline, evidence_of, heed_pause, remembered
from tocsin.adapters.sources.telegram_page import Page, is_page, read_page
from tocsin.adapters.sources.telegram_tree import tree
from tocsin.adapters.sources.values import at
from tocsin.domain.errors import FetchError, ParseError, SecretError, Trouble
from tocsin.domain.mention import Medium
from tocsin.domain.source_state import Evidence, Pull

if TYPE_CHECKING:
    from tocsin.adapters.http_guard import GuardedHttp, HttpReply
    from tocsin.domain.source_state import SourceState
    from tocsin.domain.sources import SourceUnit
    from tocsin.ports import SecretStore

MAX_PAGES = 15
FIRST_PAGES = 3
"""Pages of about 20 messages: at most for one look, and at the first look, for a baseline."""
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,31}")

_API = "https://api.telegram.org"
_TOKEN = re.compile(r"[0-9]{3,20}:[A-Za-z0-9_-]{10,100}")
_ADDRESS = re.compile(r"https?://\S+")
_UPDATES = 100
_IDS_HOLD = timedelta(days=6)
"""After a week without updates Telegram numbers them anew, maybe lower: an old offset would drop them unread."""

_CATALOGUE = "https://api.tgstat.ru/posts/search"
_FOUND = 50
_CATALOGUE_PAGES = 10
_CATALOGUE_LAG = timedelta(hours=3)


@dataclass(slots=True)
class _Read:
    """What has been read of a channel: up to message ``newest``, but not from ``low`` up to before ``high``. ``pause``:
    until when Telegram wants to be left alone, in seconds since 1970."""

    newest: int | None = None
    low: int | None = None
    high: int | None = None
    pause: int | None = None

    @classmethod
    def of(cls, cursor: str | None) -> _Read:
        said = remembered(cursor)
        numbers = [values.count(at(said, key)) for key in ("newest", "low", "high", "pause")]
        return cls(*numbers)

    def __str__(self) -> str:
        gap = {"low": self.low, "high": self.high} if self.high is not None else {}
        pause = {"pause": self.pause} if self.pause is not None else {}
        return json.dumps({"newest": self.newest} | gap | pause)


def pull_channel(http: GuardedHttp, unit: SourceUnit, state: SourceState, now: datetime, budget: timedelta) -> Pull:
    """The newest page, then older ones until what is known, so that a burst between two looks is not lost. What one
    look has no room for stays in the cursor as a gap, and the next look reads on there."""
    if not _NAME.fullmatch(unit.target):
        raise FetchError(f"{unit.target[:40]!r} is no name of a Telegram channel", trouble=Trouble.GONE)
    clock, known = Deadline(budget), _Read.of(state.cursor)
    heed_pause({"pause": known.pause}, now)
    look = _Look(http, unit.url, Medium(unit.medium), Found(now), clock)
    newest = look.page(None)
    if newest.trouble:
        raise FetchError(f"{unit.url}: {newest.reason}", trouble=newest.trouble)
    if newest.newest is None and known.newest is not None:
        raise ParseError("the channel has shown messages and shows none now", trouble=Trouble.EMPTY)
    after = _Read(newest=newest.newest)
    # Down to what the last look saw; the gap that it left, if any, is older still and is read in the same go.
    floor = known.newest if known.high is None else known.low
    after.low, after.high = floor, newest.oldest
    pages = FIRST_PAGES if known.newest is None else MAX_PAGES
    look.back(after, jump=known if known.high is not None else None, pages=pages)
    unread = after.high is not None and known.newest is not None
    if not unread:
        after.low = after.high = None
    after.pause = int(now.timestamp() + look.wait) if look.wait else None
    parsed = look.found.parsed()
    return Pull(
        posts=parsed.posts,
        warnings=parsed.warnings,
        fields=parsed.fields,
        bytes_read=look.bytes_read,
        calls=look.calls,
        cursor=str(after),
        again=unread and not look.failed,
        evidence=tuple(look.evidence),
    )


class _Look:
    """Reading one channel once."""

    def __init__(self, http: GuardedHttp, url: str, medium: Medium, found: Found, clock: Deadline) -> None:
        self._http, self._url, self._medium, self._clock = http, url, medium, clock
        self.found = found
        self.evidence: list[Evidence] = []
        self.calls = self.bytes_read = 0
        self.failed = False
        self.wait: float | None = None

    def page(self, before: int | None) -> Page:
        url = self._url + (f"?before={before}" if before is not None else "")
        self.calls += 1
        reply = self._http.get(url, {"Accept": "text/html", "Accept-Language": "en"}, self._clock.left)
        self.bytes_read += reply.bytes_read
        checked(reply)
        if not reply.body.strip():
            raise ParseError("Telegram's web preview is empty", trouble=Trouble.EMPTY)
        root = tree(reply.body.decode("utf-8", "replace"), apart=("tgme_widget_message",))
        if not is_page(root):
            foreign = ParseError("a web page that is none of Telegram's stands where the web preview is due")
            foreign.body = reply.body
            raise foreign
        if b"</html" not in reply.body[-1_000:].lower():
            raise ParseError("Telegram's web preview breaks off in mid-page")  # its newest messages stand last
        kind = reply.headers.get("content-type")
        self.evidence.append(Evidence(url=url, body=reply.body, content_type=kind))
        return read_page(root, self.found, self._medium)

    def back(self, gap: _Read, *, jump: _Read | None, pages: int) -> None:
        """Read older pages until the gap is closed (``high`` is None then), or time and pages are used up.

        ``jump``: what earlier looks read lies above their own gap and needs no second reading."""
        while gap.high is not None:
            if gap.high <= 1 or (gap.low is not None and gap.high <= gap.low + 1):
                gap.high = None
                return
            if jump and jump.newest is not None and jump.high is not None and jump.high < gap.high <= jump.newest + 1:
                gap.high = jump.high
                continue
            if self.calls >= pages or self._clock.near:
                return
            try:
                older = self.page(gap.high)
            except (FetchError, ParseError) as error:
                self.failed, self.wait = True, getattr(error, "retry_after", None)
                self.found.warn(f"messages before {gap.high} wait for the next look: {error.reason}")
                return
            if older.oldest is None and gap.low is not None:
                self.found.warn(f"no messages are shown before {gap.high}, though there were some")
                if jump is None or jump.high != gap.high:
                    self.failed = True  # it may show them yet: the next look asks once again
                    return
            # Otherwise a page without messages, or with none older, is the channel's beginning.
            gap.high = older.oldest if older.oldest is not None and older.oldest < gap.high else None


def pull_bot(
    http: GuardedHttp, secrets: SecretStore, unit: SourceUnit, state: SourceState, now: datetime, budget: timedelta
) -> Pull:
    """What came since the offset in the cursor. Asking with an offset tells Telegram to forget all before it, so the
    new offset is sent by the next look only, when what this one gave has been kept."""
    token = secrets.secret("telegram").get("token", "")
    if not _TOKEN.fullmatch(token):
        raise SecretError("the secret of telegram has no bot token in its field «token» (like 123456:ABC…)")
    offset = _offset(state.cursor, now)
    asked = {"timeout": 0, "limit": _UPDATES, "allowed_updates": json.dumps(bot.MESSAGES[:4])}
    if offset is not None:
        asked["offset"] = offset
    reply = _ask_bot(http, token, urlencode(asked), budget)
    answer = _bot_answer(reply)
    found = Found(now)
    for update in answer:
        bot.read_update(update, found, Medium(unit.medium))
    numbers = [number for update in answer if (number := values.count(update.get("update_id"))) is not None]
    parsed = found.parsed()
    cursor = json.dumps({"offset": max(numbers) + 1, "at": now.isoformat()}) if numbers else state.cursor
    return Pull(
        posts=parsed.posts,
        warnings=parsed.warnings,
        fields=parsed.fields,
        bytes_read=reply.bytes_read,
        cursor=cursor,
        again=len(answer) >= _UPDATES,
        evidence=(evidence_of(reply),),
    )


def _offset(cursor: str | None, now: datetime) -> int | None:
    said = remembered(cursor)
    seen = values.moment(at(said, "at"))
    return values.count(at(said, "offset")) if seen and now - seen < _IDS_HOLD else None


def _ask_bot(http: GuardedHttp, token: str, query: str, budget: timedelta) -> HttpReply:
    """The token is part of the address's path, which errors and replies name: neither leaves this function with it."""
    said: FetchError | HttpReply
    try:
        said = http.get(f"{_API}/bot{token}/getUpdates?{query}", {}, budget, accept_throttle=True)
    except FetchError as error:
        reason = _ADDRESS.sub(_API, error.reason).replace(token, "…").replace(token.partition(":")[2], "…")
        said = FetchError(reason, retry_after=error.retry_after, trouble=error.trouble)
    if isinstance(said, FetchError):  # raised out here, so that the first error does not travel along as its context
        raise said
    return said.model_copy(update={"url": f"{_API}/getUpdates", "moved_permanently_to": None})


def _bot_answer(reply: HttpReply) -> list[dict[str, Any]]:
    value = json_in(reply, what="the Bot API's answer")
    if at(value, "ok") is True:
        return values.items(at(value, "result"))
    said = values.name(at(value, "description")) or ""
    code = values.count(at(value, "error_code")) or reply.status
    wait = values.count(at(value, "parameters", "retry_after"))
    if code == 409:
        way_out = "delete its webhook" if "webhook" in said.lower() else "let nobody else read it"
        raise FetchError(f"{_API}: somebody else reads this bot; {way_out} («{said}»)", trouble=Trouble.POLICY)
    if code in {401, 404}:
        raise FetchError(f"{_API}: does not know the bot's token («{said}»)", trouble=Trouble.AUTH)
    if code == 429:
        raise FetchError(f"{_API}: asks us to slow down", retry_after=float(wait or 30), trouble=Trouble.THROTTLED)
    if reply.status == 200:
        raise ParseError(f"the Bot API answers with an error («{said}»)")
    raise refused(reply, said=said)


def pull_catalogue(
    http: GuardedHttp, secrets: SecretStore, unit: SourceUnit, state: SourceState, now: datetime, budget: timedelta
) -> Pull:
    """Posts of public channels with these words, newest first. TGStat knows no header for its token, so it is in the
    query, which no error names and no evidence keeps."""
    token = secrets.secret("telegram").get("catalogue_token", "")
    if not token:
        raise SecretError("the secret of telegram has no field «catalogue_token» (TGStat's)")
    clock, found = Deadline(budget), Found(now)
    since = (state.newest_at or now - timedelta(days=1)) - _CATALOGUE_LAG
    query = unit.target or " | ".join(f'"{term}"' for term in unit.terms[:20])
    asked = {"q": query, "limit": _FOUND, "extended": 1, "hideDeleted": 1, "extendedSyntax": 1, "peerType": "all"}
    asked |= {"startDate": int(since.timestamp()), "endDate": int(now.timestamp())}
    evidence, total, calls, read, listed = [], None, 0, 0, 0
    while calls < _CATALOGUE_PAGES and not (calls and clock.near):
        full = urlencode(asked | {"offset": calls * _FOUND, "token": token})
        reply = http.get(f"{_CATALOGUE}?{full}", {}, clock.left)
        calls, read = calls + 1, read + reply.bytes_read
        value = _catalogue_answer(reply)
        evidence.append(evidence_of(reply, _CATALOGUE))
        total = catalogue.read_catalogue(value, found, Medium(unit.medium))
        here = len(values.items(at(value, "response", "items")))
        listed += here
        if here < _FOUND or (total is not None and listed >= total):
            break
    parsed = found.parsed()
    return Pull(
        posts=parsed.posts,
        warnings=parsed.warnings,
        fields=parsed.fields,
        bytes_read=read,
        calls=calls,
        evidence=tuple(evidence),
        total=total if total is not None and total > listed else None,
    )


def _catalogue_answer(reply: HttpReply) -> dict[str, Any]:
    value = json_in(reply, what="TGStat's answer")
    failed = catalogue.error_of(value)
    if failed:
        raise refused(reply, said=failed[0], trouble=failed[1])
    checked(reply)
    if not catalogue.is_catalogue(value):
        raise ParseError("TGStat answers in another form than it promised")
    return dict(value)
