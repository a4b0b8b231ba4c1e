"""Reading sources that show the newest first: down to what is known, and later the gaps that a storm left.

No source's own cursor is trusted to survive: anchors get deleted, page numbers shift. What is remembered is a time;
posts shortly before it are read again, since clocks differ and some are indexed late (the caller knows them by id).
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from tocsin.adapters.sources.look import heed_pause
from tocsin.adapters.sources.values import at
from tocsin.domain.errors import FetchError, ParseError, Trouble

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tocsin.adapters.sources.look import Look
    from tocsin.adapters.sources.values import Parsed

SKEW = timedelta(minutes=5)
"""What is read again in any case."""
OVERLAP = timedelta(hours=1)
"""What is read again as far as a few pages go: in a storm an hour is more than a look can read."""
OVERLAP_PAGES = 2
BASELINE = timedelta(days=14)
"""How far the first contact with a source reads back, if its pages allow."""
MAX_GAPS = 2
GIVEN_UP = timedelta(days=1)
"""A gap that fails for so long is given up, and said to be."""
_MAX_TOKEN = 120
_PAUSE = "pause"
_NEVER = datetime.min.replace(tzinfo=UTC)
_PASSING = frozenset({Trouble.THROTTLED, Trouble.DOWN, Trouble.NETWORK, Trouble.QUOTA})


class Page(NamedTuple):
    """``older``: what leads to the next older page, in the connector's words; None at the end."""

    parsed: Parsed
    older: str | None


class Gap(NamedTuple):
    """What is still to be read: from ``token`` back to ``until``. ``failing``: since when it cannot be."""

    token: str
    until: datetime
    failing: datetime | None = None

    @classmethod
    def of(cls, kept: Any) -> Gap:
        token, until, *failing = kept
        return cls(str(token), _time(until), _time(failing[0]) if failing else None)

    def kept(self) -> list[Any]:
        since = [int(self.failing.timestamp())] if self.failing else []
        return [self.token, int(self.until.timestamp()), *since]


class Reach(NamedTuple):
    """How far a query has been read: all up to ``known``, but for the gaps."""

    known: datetime | None = None
    gaps: tuple[Gap, ...] = ()

    @classmethod
    def of(cls, kept: Any) -> Reach:
        """From what ``kept`` wrote; anything else is a first contact."""
        try:
            known, *gaps = kept
            return cls(_time(known) if known else None, tuple(Gap.of(gap) for gap in gaps))
        except (TypeError, ValueError, OverflowError, OSError):
            return cls()

    def kept(self) -> list[Any]:
        known = int(self.known.timestamp()) if self.known else 0
        return [known, *(gap.kept() for gap in self.gaps)]


def _time(seconds: Any) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)


class Sweep:
    """Several queries of one look share its pages. ``found`` and ``warnings`` grow; ``kept`` goes into the cursor."""

    def __init__(self, look: Look, now: datetime, kept: Any, *, pages: int) -> None:
        self._look, self._now, self._left = look, now, pages
        self._before: Mapping[str, Any] = kept if isinstance(kept, dict) else {}
        heed_pause({"pause": at(self._before, _PAUSE, 0)}, now)
        self.found: list[Parsed] = []
        self.warnings: list[str] = []
        self.kept: dict[str, list[Any]] = {}
        self._again = False
        self.lost = False
        """See Pull."""

    @property
    def again(self) -> bool:
        """There is more, and nobody has asked us to wait."""
        return self._again and not self.waiting

    @property
    def waiting(self) -> bool:
        """We have been asked to wait."""
        return _PAUSE in self.kept

    def oldest_first(self, names: Iterable[str]) -> list[str]:
        """In the order in which they were read last: where time runs out, it is not always for the same ones."""
        return sorted(names, key=lambda name: Reach.of(self._before.get(_key(name))).known or _NEVER)

    def query(self, name: str, read: Callable[[str | None], Page], *, share: int | None = None) -> None:
        """Read one query's new posts. ``read`` gives the page that a token leads to, the newest for None. ``share``:
        the pages it may take at most. Raise what ``read`` raises when nothing could be read at all."""
        key = _key(name)
        reach = Reach.of(self._before.get(key))
        floor = reach.known - SKEW if reach.known else self._now - BASELINE
        keep = self._left - share if share is not None else 0
        if self._left <= 0 or not self._look.in_time:
            self.kept[key] = reach.kept()
            self._again = True
            return
        pages_before = len(self.found)
        top = self._read(read, None, floor, keep, reach.known - OVERLAP if reach.known else floor)
        shown = any(page.posts for page in self.found[pages_before:])
        if top.error and not self.found:
            raise top.error
        if top.token is None and not top.done:  # not even its first page
            self.kept[key] = reach.kept()
            return
        left = [Gap(top.token, floor)] if top.token and not top.done and reach.known else []
        ends = [top]
        for gap in reach.gaps:
            ends.append(end := self._read(read, gap.token, gap.until, keep, gap.until))
            gone = end.error is not None and end.error.trouble is Trouble.GONE
            failing = (gap.failing or self._now) if end.error or end.blank else None
            if gone or (failing and self._now - failing > GIVEN_UP):
                self.lost = True
                self.warnings.append(f"posts since {gap.until:%d %B %H:%M} UTC may be missing: they cannot be read")
            elif not end.done:
                left.append(Gap(end.token or gap.token, gap.until, failing))
        if any(len(gap.token) > _MAX_TOKEN for gap in left):
            self.lost = True
            self.warnings.append("what is older is not read: the address of the next page is too long to be kept")
        gaps = _merged([gap for gap in left if len(gap.token) <= _MAX_TOKEN])
        # An empty list may be a way to say «slow down»: what is known does not move by it.
        self.kept[key] = Reach(self._now if shown or not reach.known else reach.known, gaps).kept()
        self._again = self._again or (bool(gaps) and not any(end.puzzled for end in ends))

    def wait(self, error: FetchError | ParseError) -> bool:
        """Whether the source asks us to wait: what is left does so, over looks that come sooner."""
        if wait := getattr(error, "retry_after", None):
            self.kept[_PAUSE] = [int(self._now.timestamp() + wait)]
        return bool(wait)

    def stop(self, why: str) -> None:
        """No more pages in this look; what is left is read in the next."""
        self.warnings.append(f"what is older is read later: {why}")
        self._left = 0

    def _read(
        self, read: Callable[[str | None], Page], token: str | None, until: datetime, keep: int, overlap: datetime
    ) -> _End:
        """Pages from ``token`` back to ``until``, and a few more to ``overlap``."""
        more, begun = OVERLAP_PAGES, token
        done = False
        while self._left > keep and self._look.in_time:
            try:
                page = read(token)
            except (FetchError, ParseError) as error:
                end = _End(token, done, error)
                self.warnings.append(f"not all is read: {error}")
                self._left = self._left if end.puzzled else 0
                self.wait(error)
                return end
            self._left = max(self._left - 1, 0)
            self.found.append(page.parsed)
            done = done or _all_older(page.parsed, until)
            if not done and token is not None and not page.parsed.posts and page.older is None:
                return _End(token, done, blank=True, again=token == begun)  # the page before promised more
            if page.older is None or page.older == token or _all_older(page.parsed, overlap):
                return _End(None, done=True)
            more -= done
            if more < 0:
                break
            token = page.older
        return _End(token, done)


class _End(NamedTuple):
    """Where reading stopped; ``done``: all that had to be read was."""

    token: str | None
    done: bool
    error: FetchError | ParseError | None = None
    blank: bool = False
    """It showed nothing where more was due; ``again``: not for the first time."""
    again: bool = False

    @property
    def puzzled(self) -> bool:
        """It failed in a way that the next minute will not mend."""
        return self.again or (self.error is not None and self.error.trouble not in _PASSING)


def _key(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:8]


def _all_older(page: Parsed, until: datetime) -> bool:
    """By its last posts: a single one may be pinned, or have a date that somebody made up."""
    dated = [post.published_at for post in page.posts if post.published_at < post.fetched_at]
    return bool(dated) and max(dated[-max(1, min(5, len(dated) // 2)) :]) < until


def _merged(gaps: list[Gap]) -> tuple[Gap, ...]:
    """Newest first; too many become one that spans them: what was read in between is read again, nothing is lost."""
    if len(gaps) <= MAX_GAPS:
        return tuple(gaps)
    kept, spanned = gaps[: MAX_GAPS - 1], gaps[MAX_GAPS - 1 :]
    return (*kept, spanned[0]._replace(until=min(gap.until for gap in spanned)))
