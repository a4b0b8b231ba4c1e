"""mention.com API 1.19 (dev.mention.com/current): what a client's alert there has found.

Secret "mention": {"access_token"}. Alerts are read by ``since_id``, in the order in which mentions were found: an old
article that is found late is not missed. ``since_id`` moves when all pages were read: where one is empty though more
was promised, or no longer known, reading begins again at the first. Texts are cut to some 250 characters. A limit is
told by X-Rate-Limit-Reset; errors other than 400 may be web pages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urljoin, urlsplit

from tocsin.adapters.sources.answers import json_of, json_or_lines_of
from tocsin.adapters.sources.found import Found, SkippedError, items_in, line_of, named, post_id
from tocsin.adapters.sources.look import Deadline, heed_pause, refusal_of, remembered, secret_of, to_remember
from tocsin.adapters.sources.values import (
    Parsed,
    address,
    addresses,
    at,
    count,
    items,
    medium_of,
    moment,
    name,
    short,
    tag,
    text,
    title,
    words,
)
from tocsin.adapters.sources.walking import HELD, Gathered
from tocsin.domain.errors import FetchError, ParseError, Trouble
from tocsin.domain.mention import Author, Medium, Post

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from tocsin.adapters.http_guard import GuardedHttp, HttpReply
    from tocsin.domain.source_state import Pull, SourceState
    from tocsin.domain.sources import SourceUnit
    from tocsin.ports import SecretStore

SOURCE = "mention"
HOST = "https://api.mention.net"
PER_CALL = 200
MAX_CALLS = 5
_LISTS = frozenset({"mentions"})


def parse(body: bytes, *, fetched_at: datetime, url: str | None = None, medium: str | None = None) -> Parsed:  # noqa: ARG001
    """registry.Parser. Ids are mention:<id>; a list, one mention, or lines of the stream. ``medium`` is for mentions of
    no known source type."""
    value = json_or_lines_of(body)
    found = Found(fetched_at)
    rows = items_in(value, _is_mention, lists=_LISTS, into=("children",))
    as_medium = Medium(medium) if medium else None
    found.read(rows, lambda row: _post(row, as_medium, found))
    return found.parsed(_what, value, error=_said)


def _is_mention(value: dict[str, Any]) -> bool:
    known = any(key in value for key in ("original_url", "unique_id", "clickable_url", "displayable_url"))
    return known and bool(words(value.get("id")))


def _post(row: dict[str, Any], medium: Medium | None, found: Found) -> Post:
    native = short(row.get("id"), 100)
    heading = title(row.get("title"))
    said = text(row.get("description") or row.get("description_short"))
    if native is None or not (heading or said):
        raise SkippedError("it has no id" if native is None else "it has no title and no text")
    when = moment(row.get("published_at")) or moment(row.get("created_at"))
    return Post(
        id=post_id(SOURCE, native),
        source=SOURCE,
        url=address(row.get("original_url")) or address(row.get("unique_id")),
        title=heading,
        text=said,
        language=tag(row.get("language_code") or row.get("language")),
        published_at=found.when(when, row.get("published_at")),
        fetched_at=found.fetched_at,
        author=_author(row),
        media=addresses([row.get("picture_url")]),
        medium=medium_of(words(row.get("source_type"))) or medium,
    )


def _author(row: dict[str, Any]) -> Author:
    """Where mention.com names nobody, the place it was found at."""
    person = row.get("author")
    who = (
        name(at(person, "name")) or name(row.get("author_name")) or (name(person) if isinstance(person, str) else None)
    )
    return Author(
        handle=short(at(person, "username"), 200),
        name=who or name(row.get("source_name")),
        url=address(at(person, "profile_url")) or address(row.get("author_url") if who else row.get("source_url")),
        followers=count(at(person, "followers_count")),
    )


def _said(value: Any) -> str:
    """mention.com's own words: a message, or a form's errors by field."""
    parts = [words(at(value, "message")), words(at(value, "error_description")), words(at(value, "error"))]
    form = at(value, "form")
    for field, problem in ((None, form), *_fields(at(form, "children"))):
        errors = at(problem, "errors")
        said = [words(error) for error in errors] if isinstance(errors, list) else []
        parts.extend(f"{field}: {line}" if field else line for line in said)
    return line_of("; ".join(dict.fromkeys(part for part in parts if part)), 300)


def _fields(children: Any) -> list[tuple[str, Any]]:
    return list(children.items())[:20] if isinstance(children, dict) else []


def _what(value: Any) -> str | None:
    if at(value, "mentions") == []:
        return "a list without mentions"
    for key, what in (("alert", "an alert"), ("alerts", "alerts"), ("account", "an account"), ("stats", "statistics")):
        if at(value, key) is not None:
            return what
    return None


class Connector:
    """Implements ports.MentionSource for units in mode ``alert``; the target is account/alert."""

    def __init__(self, http: GuardedHttp, secrets: SecretStore) -> None:
        self._http, self._secrets = http, secrets

    def pull(self, unit: SourceUnit, state: SourceState, now: datetime, budget: timedelta) -> Pull:
        """What was found since the last look; at first contact the newest ``PER_CALL`` only."""
        token = secret_of(self._secrets, SOURCE, "access_token")["access_token"]
        cursor, got, deadline = remembered(state.cursor), Gathered(), Deadline(budget)
        heed_pause(cursor, now)
        pause: float | None = None
        account, _, alert = unit.target.partition("/")
        base = f"{HOST}/api/accounts/{quote(account, safe='')}/alerts/{quote(alert, safe='')}/mentions"
        since, top = count(cursor.get("since")), count(cursor.get("top")) or 0
        following = _same_place(words(cursor.get("next")), base)
        blank = moment(cursor.get("blank"))
        first = since is None and not following
        while got.calls < MAX_CALLS and not (got.calls and deadline.near):
            asked = {"limit": str(PER_CALL), **({"since_id": str(since)} if since is not None else {})}
            promised = following
            try:
                value = self._ask(promised or f"{base}?{urlencode(asked)}", token, deadline, unit.medium, now, got)
            except (FetchError, ParseError) as error:
                if not got.calls:
                    if not promised or error.trouble not in {Trouble.FORMAT, Trouble.GONE}:
                        raise
                    following = ""  # the page kept from the last look is no longer known there
                    continue
                got.warnings.append(f"stopped early: {error}")
                pause = getattr(error, "retry_after", None)
                break
            ids = [number for row in items(at(value, "mentions")) if (number := count(row.get("id"))) is not None]
            top = max((top, *ids))
            following = "" if first else _same_place(words(at(value, "_links", "more", "href")), base)
            if promised and not following and not at(value, "mentions"):
                if blank is None or now - blank < HELD:
                    left = to_remember(since=since, blank=_seconds(blank or now))
                    return got.pull(left, again=blank is None, halfway=True)
                got.lost = True
                got.warnings.append("mentions may be missing: a page that mention.com promises stays empty")
            if not following:
                return got.pull(to_remember(since=max(top, since or 0) or None))
        until = int(now.timestamp() + pause) if pause else None
        left = to_remember(since=since, top=top or None, next=following or None, blank=_seconds(blank), pause=until)
        return got.pull(left, again=not pause, halfway=True)

    def _ask(self, url: str, token: str, deadline: Deadline, medium: str, now: datetime, got: Gathered) -> Any:
        reply = self._http.get(
            url,
            {"Accept": "application/json", "Accept-Version": "1.19"},
            deadline.left,
            private={"Authorization": f"Bearer {token}"},
            accept_throttle=True,
        )
        if reply.status != 200:
            raise _refusal(reply, now)
        value = json_of(reply.body)
        if not isinstance(at(value, "mentions"), list):
            raise FetchError(
                f"mention.com gave no list of mentions: {named(value, _what, _said)}", trouble=Trouble.FORMAT
            )
        parsed = parse(reply.body, fetched_at=now, medium=medium)
        got.add(parsed, reply)
        return value


def _seconds(when: datetime | None) -> int | None:
    return int(when.timestamp()) if when else None


def _same_place(href: str, base: str) -> str:
    """The address of the next page, if it leads to the same list and carries no token; else ''."""
    try:
        url = urljoin(base, href) if href else ""
        same = urlsplit(url).scheme == "https" and urlsplit(url).netloc == urlsplit(base).netloc
        same = same and urlsplit(url).path.rstrip("/") == urlsplit(base).path
    except ValueError:
        return ""
    return url if same and len(url) <= 2_000 and "access_token" not in url else ""


def _refusal(reply: HttpReply, now: datetime) -> FetchError:
    try:
        said = _said(json_of(reply.body))
    except ParseError:
        said = ""
    return refusal_of(reply, now, said=said)
