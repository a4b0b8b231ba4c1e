"""Asking Meta's Graph API: one client for its errors, its limits and its further pages.

The token goes in the header Authorization: Bearer, which the Graph API takes as well as the query
(restfb#1107, huandu/facebook#205). Usage comes in the headers X-App-Usage and X-Business-Use-Case-Usage, in percent.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from tocsin.adapters.sources import values
from tocsin.adapters.sources.answers import checked, refused
from tocsin.adapters.sources.look import Deadline, remembered
from tocsin.adapters.sources.meta import answer_of, fault_of, scrubbed
from tocsin.adapters.sources.values import at
from tocsin.domain.errors import FetchError, ParseError, SecretError, Trouble
from tocsin.domain.source_state import Evidence, Pull

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tocsin.adapters.http_guard import GuardedHttp, HttpReply
    from tocsin.adapters.sources.found import Found
    from tocsin.domain.source_state import SourceState
    from tocsin.ports import SecretStore

GRAPH = "https://graph.facebook.com/v25.0"
"""Of 18 February 2026; served until 29 July 2028 (developers.facebook.com/docs/graph-api/changelog/versions)."""
BUSY = 90
"""Percent of a limit from which on we ask for nothing that can wait."""
MAX_CALLS = 20
OVERLAP = timedelta(hours=1)
BASELINE = timedelta(days=3)
_REST = timedelta(minutes=15)
_MAX_CURSOR = 3_900
_TIMES = ("created_time", "timestamp")


class Graph:
    """The calls of one look."""

    def __init__(self, http: GuardedHttp, secrets: SecretStore, kind: str, budget: timedelta, base: str = "") -> None:
        self._token = secrets.secret(kind).get("access_token", "")
        if not self._token or not self._token.isascii() or not self._token.isprintable() or " " in self._token:
            raise SecretError(f"the secret of {kind} has no access token in its field «access_token»")
        self._http, self._base = http, base or GRAPH
        self._deadline = Deadline(budget)
        self.calls = self.bytes_read = self.percent = 0
        self.regain: timedelta | None = None
        self.evidence: list[Evidence] = []

    @property
    def may_go_on(self) -> bool:
        return self.calls < MAX_CALLS and self.percent < BUSY and not self._deadline.near

    def get(self, path: str, params: Mapping[str, Any]) -> Any:
        """The answer. Raise FetchError by the table of meta.fault_of, ParseError for what is no answer."""
        url = f"{self._base}/{path}?{urlencode(params)}"
        self.calls += 1
        reply = self._http.get(
            url,
            {"Accept": "application/json"},
            self._deadline.left,
            private={"Authorization": f"Bearer {self._token}"},
            accept_throttle=True,
        )
        self.bytes_read += reply.bytes_read
        self._heed(reply)
        try:
            value = answer_of(reply.body)
        except ParseError as error:
            checked(reply)
            error.body = scrubbed(reply.body, self._token)
            raise
        fault = fault_of(value)
        if fault and fault.code == 1 and "reduce the amount" in fault.said.lower() and params.get("limit", 0) > 1:
            return self.get(path, {**params, "limit": max(params["limit"] // 4, 1)})
        if fault:
            failure = refused(reply, said=fault.said.replace(self._token, "…"), trouble=fault.trouble)
            wait = self.regain.total_seconds() if self.regain else failure.retry_after
            slow = fault.trouble is Trouble.THROTTLED
            raise FetchError(
                failure.reason,
                retry_after=(wait or _REST.total_seconds()) if slow else failure.retry_after,
                trouble=fault.trouble,
            )
        checked(reply)
        shown = f"{self._base}/{path}"
        kind = reply.headers.get("content-type")
        self.evidence.append(Evidence(url=shown, body=scrubbed(reply.body, self._token), content_type=kind))
        return value

    def _heed(self, reply: HttpReply) -> None:
        for name in ("x-app-usage", "x-page-usage", "x-business-use-case-usage"):
            try:
                said = json.loads(reply.headers.get(name, "null")[:20_000])
            except (ValueError, RecursionError):
                continue
            for usage in _usages(said):
                for part in ("call_count", "total_time", "total_cputime"):
                    self.percent = max(self.percent, values.count(usage.get(part)) or 0)
                minutes = values.count(usage.get("estimated_time_to_regain_access"))
                if minutes:
                    self.regain = max(self.regain or timedelta(), timedelta(minutes=min(minutes, 1_440)))


def _usages(said: Any) -> Iterator[dict[str, Any]]:
    if isinstance(said, dict):
        yield said
        for inner in said.values():
            yield from values.items(inner)


@dataclass(slots=True)
class Job:
    """One list to be read: its path, what is asked of it, the page, and the time down to which it is not known."""

    path: str
    kind: str
    until: datetime
    after: str | None = None

    def __iter__(self) -> Iterator[str]:
        yield from (self.path, self.kind, self.until.isoformat(timespec="seconds"), self.after or "")

    @classmethod
    def of(cls, said: Any) -> Job | None:
        path, kind, until, after = (at(said, place) for place in range(4))
        moment = values.moment(until)
        if isinstance(path, str) and isinstance(kind, str) and moment and isinstance(after, str):
            return cls(path, kind, moment, after or None)
        return None


@dataclass(slots=True)
class Memory:
    """The cursor: everything before ``since`` is known but for ``jobs``; before ``rest`` nothing is asked. ``facts``:
    the connector's own."""

    since: datetime | None = None
    rest: datetime | None = None
    jobs: list[Job] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, cursor: str | None) -> Memory:
        said = remembered(cursor)
        jobs = at(said, "jobs")
        facts = at(said, "facts")
        return cls(
            since=values.moment(at(said, "since")),
            rest=values.moment(at(said, "rest")),
            jobs=[job for entry in (jobs if isinstance(jobs, list) else []) if (job := Job.of(entry))],
            facts={key: value for key, value in facts.items() if isinstance(value, str)}
            if isinstance(facts, dict)
            else {},
        )

    def text(self) -> tuple[str, int]:
        """As JSON, and how many jobs there was no room for."""
        jobs = [list(job) for job in self.jobs]
        while True:
            said: dict[str, Any] = {"facts": self.facts, "jobs": jobs}
            said |= {name: when.isoformat() for name, when in (("since", self.since), ("rest", self.rest)) if when}
            cursor = json.dumps({key: value for key, value in said.items() if value})
            if len(cursor) <= _MAX_CURSOR or not jobs:
                return cursor, len(self.jobs) - len(jobs)
            jobs = jobs[:-1]


def look(
    graph: Graph,
    memory: Memory,
    heads: list[Job],
    *,
    params: Callable[[Job], Mapping[str, Any]],
    read: Callable[[Any, Job], None],
    found: Found,
    now: datetime,
) -> Pull:
    """Read the newest page of each list, then what follows until it is known, then what earlier looks left over. What
    calls, limits and time do not allow stays in the cursor for the next look."""
    waiting = [*heads, *memory.jobs]
    must = len(heads)
    left_over: list[Job] = []
    asked_to_wait: float | None = None
    while waiting:
        if must <= 0 and not graph.may_go_on:
            left_over += waiting
            break
        job = waiting.pop(0)
        must -= 1
        try:
            value = graph.get(job.path, params(job))
        except (FetchError, ParseError) as error:
            if graph.calls <= 1 or (must >= 0 and not found.posts):
                raise
            if error.trouble in {Trouble.GONE, Trouble.FORMAT, Trouble.POLICY}:
                found.warn(f"the rest of {job.path} is given up: {error.reason}")
                continue
            found.warn(f"the rest of {job.path} waits for the next look: {error.reason}")
            left_over += [job, *waiting]
            asked_to_wait = getattr(error, "retry_after", None)
            break
        read(value, job)
        following = list(follow(value, job))
        waiting[max(must, 0) : max(must, 0)] = following
    memory.jobs = left_over
    memory.since = now - OVERLAP
    memory.rest = now + (graph.regain or _REST) if graph.percent >= BUSY else None
    if asked_to_wait:
        memory.rest = now + timedelta(seconds=asked_to_wait)
    cursor, lost = memory.text()
    if lost:
        found.warn(f"{lost} lists of comments are too long to be read to their end")
    if memory.rest and not asked_to_wait:
        found.warn(f"{graph.percent} percent of the limit of calls is used up; the next look waits")
    parsed = found.parsed()
    return Pull(
        posts=parsed.posts,
        warnings=parsed.warnings,
        fields=parsed.fields,
        bytes_read=graph.bytes_read,
        calls=graph.calls,
        cursor=cursor,
        again=bool(left_over) and memory.rest is None,
        evidence=tuple(graph.evidence),
    )


def begin(state: SourceState, now: datetime) -> tuple[Memory, datetime]:
    """What is remembered, and down to when the lists are to be read. Raise FetchError while the limits need rest."""
    memory = Memory.of(state.cursor)
    if memory.rest and now < memory.rest <= now + timedelta(days=1):
        wait = (memory.rest - now).total_seconds()
        raise FetchError("Meta's limit of calls is used up, or nearly", retry_after=wait, trouble=Trouble.THROTTLED)
    return memory, min(memory.since, now - OVERLAP) if memory.since else now - BASELINE


def follow(value: Any, job: Job) -> Iterator[Job]:
    """Further pages of this list and of the comments inside, as long as they may hold what is newer than ``until``."""
    yield from _further(value, job.path, job)
    for item in values.items(at(value, "data")):
        native = values.short(item.get("id"), 100)
        for edge in ("comments", "replies"):
            inner = item.get(edge)
            if native and isinstance(inner, dict):
                yield from _further(inner, f"{native}/{edge}", Job(f"{native}/{edge}", edge, job.until))
                for comment in values.items(inner.get("data")):
                    own = values.short(comment.get("id"), 100)
                    deeper = comment.get("replies")
                    if own and isinstance(deeper, dict):
                        yield from _further(deeper, f"{own}/replies", Job(f"{own}/replies", "replies", job.until))


def _further(listed: Any, path: str, job: Job) -> Iterator[Job]:
    after = values.short(at(listed, "paging", "cursors", "after"), 1_000)
    if not after or not at(listed, "paging", "next") or after == job.after:
        return
    said = (next((item[key] for key in _TIMES if key in item), None) for item in values.items(at(listed, "data")))
    known = [moment for moment in map(values.moment, said) if moment]
    newest_first = bool(known) and known[0] >= known[-1]
    if not newest_first or known[-1] > job.until:
        yield Job(path, job.kind, job.until, after)
