"""Stack Exchange API 2.3 (api.stackexchange.com/docs): questions that name a term, on one site a unit.

Secret "stackexchange", only where the client's file says ``key: true``: {"key"}. It raises 300 calls a day to 10,000;
the API knows no header for it. An answer may say ``backoff``: seconds in which it must not be asked again. There is no
OR: a call for each term. CC BY-SA: name author and link.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

from tocsin.adapters.sources.answers import json_of, refused
from tocsin.adapters.sources.found import Found, SkippedError, items_in, named, own_words, post_id
from tocsin.adapters.sources.values import Parsed, address, at, count, items, moment, text, title, words
from tocsin.adapters.sources.walking import Page, quoted, walk
from tocsin.domain.errors import FetchError, ParseError, Trouble
from tocsin.domain.mention import Author, Engagement, Medium, Post

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tocsin.adapters.http_guard import GuardedHttp, HttpReply
    from tocsin.domain.recheck import Gone
    from tocsin.domain.source_state import Pull, SourceState
    from tocsin.domain.sources import SourceUnit
    from tocsin.ports import SecretStore

SOURCE = "stackexchange"
SEARCH = "https://api.stackexchange.com/2.3/search/advanced"
PER_CALL = 100
MAX_CALLS = 4
OVERLAP = timedelta(hours=2)
BACKFILL = timedelta(days=7)
QUOTA_PAUSE, UNNAMED_PAUSE = 3_600.0, 300.0
_TROUBLES = {
    400: Trouble.FORMAT,
    401: Trouble.AUTH,
    402: Trouble.AUTH,
    403: Trouble.POLICY,
    404: Trouble.GONE,
    405: Trouble.AUTH,
    406: Trouble.AUTH,
    500: Trouble.DOWN,
    502: Trouble.THROTTLED,
    503: Trouble.DOWN,
}
"""By error_id (api.stackexchange.com/docs/error-handling); these are not the HTTP statuses."""
_SECONDS = re.compile(r"available in (\d{1,6}) seconds")
_OWN_DOMAIN = frozenset({"stackoverflow", "superuser", "serverfault", "askubuntu", "stackapps"})
_HOST = re.compile(r"[a-z0-9.-]{1,80}")
_LISTS = frozenset({"items"})


def parse(body: bytes, *, fetched_at: datetime, url: str | None = None, medium: str | None = None) -> Parsed:
    """registry.Parser. Questions and answers of a site share their numbers: stackexchange:<host>/<number>; comments
    have their own: stackexchange:<host>/c<number>. Which site it is stands in the items' links, else in ``url``."""
    value = json_of(body)
    found = Found(fetched_at)
    rows = items_in(value, _is_item, lists=_LISTS, into=("answers", "comments"))
    site = _site(url) or _only_host([row for row in rows if isinstance(row, dict)])
    as_medium = Medium(medium) if medium else Medium.FORUM
    found.read(rows, lambda row: _post(row, site, as_medium, found))
    return found.parsed(_what, value)


def _is_item(value: dict[str, Any]) -> bool:
    named = any(count(value.get(key)) is not None for key in ("question_id", "answer_id", "comment_id"))
    named = named or _is_either(value)
    return named and any(key in value for key in ("title", "body", "body_markdown", "excerpt", "creation_date"))


def _is_either(value: dict[str, Any]) -> bool:
    """A question or an answer as /posts gives it. What has no owner is an event: a revision, a vote, a suggestion."""
    return (
        count(value.get("post_id")) is not None
        and words(value.get("post_type")) in {"question", "answer"}
        and "owner" in value
        and "comment_id" not in value
    )


def _post(row: dict[str, Any], site: str | None, medium: Medium, found: Found) -> Post:
    if _is_either(row):
        row = {**row, f"{row['post_type']}_id": row["post_id"]}
    kind, native = next(
        (key, found_id)
        for key in ("comment_id", "answer_id", "question_id")
        if (found_id := count(row.get(key))) is not None
    )
    host = _host_of(row.get("link")) or _host_of(at(row, "owner", "link")) or site
    heading = title(row.get("title")) if kind == "question_id" else None
    said = text(row.get("body") or row.get("body_markdown") or row.get("excerpt"))
    if not heading and not said:
        raise SkippedError("it has no title and no text (ask with filter=withbody)")
    if host is None:
        found.warn(f"item {native}: its site is not named, so it has no address (give the request's address by --url)")
    when = moment(row.get("creation_date"))
    question = count(row.get("question_id"))
    parent = {"comment_id": count(row.get("post_id")), "answer_id": question}.get(kind)
    link = address(row.get("link"))
    short_link = {"comment_id": "posts/comments", "answer_id": "a", "question_id": "q"}[kind]
    return Post(
        id=_id(host, f"c{native}" if kind == "comment_id" else str(native)),
        source=SOURCE,
        url=link or (address(f"https://{host}/{short_link}/{native}") if host else None),
        title=heading,
        text=said,
        published_at=found.when(when, row.get("creation_date")),
        fetched_at=found.fetched_at,
        author=_author(row.get("owner")),
        engagement=Engagement(
            likes=count(row.get("score")),
            replies=count(row.get("answer_count")),
            views=count(row.get("view_count")),
        ),
        in_reply_to=_id(host, str(parent)) if parent is not None else None,
        thread=_id(host, str(question)) if question is not None else None,
        medium=medium,
    )


def _id(host: str | None, native: str) -> str:
    return post_id(SOURCE, f"{host or '?'}/{native}")


def _author(owner: Any) -> Author:
    """A deleted account has a name at most. Reputation is no number of followers."""
    number = count(at(owner, "user_id"))
    return Author(
        id=str(number) if number is not None else None,
        name=title(at(owner, "display_name")),
        url=address(at(owner, "link")),
    )


def _host_of(link: Any) -> str | None:
    url = address(link)
    host = urlsplit(url).hostname if url else None
    return host.removeprefix("www.") if host and _HOST.fullmatch(host) else None


def _only_host(rows: list[dict[str, Any]]) -> str | None:
    """An answer of the API is of one site: what one item says of it holds for all."""
    hosts = {_host_of(row.get("link")) or _host_of(at(row, "owner", "link")) for row in rows} - {None}
    return hosts.pop() if len(hosts) == 1 else None


def _site(url: str | None) -> str | None:
    """The host of a site by the name that the API gives it (``site=math``)."""
    try:
        name = parse_qs(urlsplit(url or "").query, max_num_fields=50).get("site", [""])[0].lower()
    except ValueError:
        return None
    if not name or not _HOST.fullmatch(name):
        return None
    if name.rpartition(".")[2] in {"com", "net"}:
        return name
    if name in {"mathoverflow", "mathoverflow.net"}:
        return "mathoverflow.net"
    return f"{name}.com" if name.rpartition(".")[2] in _OWN_DOMAIN else f"{name}.stackexchange.com"


def _what(value: Any) -> str | None:
    rows = at(value, "items")
    if rows == []:
        return "a search without results"
    if isinstance(rows, list) and at(rows, 0, "user_id") is not None:
        return f"{len(rows):,} user profiles"
    return None


class Connector:
    """Implements ports.MentionSource for units in mode ``search``."""

    def __init__(self, http: GuardedHttp, secrets: SecretStore) -> None:
        self._http, self._secrets = http, secrets

    def gone(self, unit: SourceUnit, ids: Sequence[str], now: datetime, budget: timedelta) -> Gone:
        """ports.DeletionSource."""
        from tocsin.adapters.sources.stackexchange_gone import gone

        key = self._secrets.secret(SOURCE).get("key", "") if unit.keyed else ""
        return gone(self._http, key, _answer, ids, now, budget)

    def pull(self, unit: SourceUnit, state: SourceState, now: datetime, budget: timedelta) -> Pull:
        key = self._secrets.secret(SOURCE).get("key", "") if unit.keyed else ""

        def ask(query: str, since: datetime, until: datetime, left: timedelta) -> Page:
            asked = {
                "q": query,
                "site": unit.server or "stackoverflow",
                "sort": "creation",
                "order": "desc",
                "filter": "withbody",
                "pagesize": str(PER_CALL),
                "fromdate": str(int(since.timestamp())),
                "todate": str(int(until.timestamp())),
            }
            return self._ask(asked, key, left, unit.medium, now)

        queries = (unit.target,) if unit.target else quoted(unit.terms, limit=300, most=1)
        return walk(
            state, now, budget, queries=queries, ask=ask, overlap=OVERLAP, backfill=BACKFILL, most_calls=MAX_CALLS
        )

    def _ask(self, asked: dict[str, str], key: str, left: timedelta, medium: str, now: datetime) -> Page:
        url = f"{SEARCH}?{urlencode(asked)}"
        reply = self._http.get(
            f"{url}&{urlencode({'key': key})}" if key else url,
            {"Accept": "application/json"},
            left,
            accept_throttle=True,
        )
        value = _answer(reply)
        rows = at(value, "items")
        parsed = parse(reply.body, fetched_at=now, url=url, medium=medium)
        moments = [when for row in items(rows) if (when := moment(row.get("creation_date")))]
        wait = float(count(at(value, "backoff")) or 0)
        spent = ("its quota for today is used up",) if count(at(value, "quota_remaining")) == 0 else ()
        return Page(
            parsed.model_copy(update={"warnings": (*parsed.warnings, *spent)}),
            reply.model_copy(update={"url": url}),
            full=at(value, "has_more") is True,
            oldest=min(moments, default=None),
            wait=max(wait, QUOTA_PAUSE) if spent else wait or None,
        )


def _answer(reply: HttpReply) -> Any:
    """The answer's JSON. Raise FetchError by Stack Exchange's own error numbers, which any status may carry."""
    try:
        value = json_of(reply.body)
    except ParseError:
        if reply.status == 200:
            raise
        value = None
    number = count(at(value, "error_id"))
    if number is None and reply.status == 200:
        if isinstance(at(value, "items"), list):
            return value
        raise FetchError(f"Stack Exchange: {named(value, _what)}", trouble=Trouble.FORMAT)
    said = own_words(value)
    error = refused(reply, said=said, trouble=_TROUBLES.get(number or 0))
    if error.trouble is Trouble.THROTTLED and error.retry_after is None:
        wait = _SECONDS.search(said)
        error.retry_after = float(wait[1]) if wait else UNNAMED_PAUSE
    raise error
