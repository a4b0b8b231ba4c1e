"""A brand's stories as bytes for one item of a store: versioned, compressed, never above LIMIT.

Numbers are LEB128 varints, texts UTF-8 behind their length, floats little-endian doubles.
"""

import struct
import sys
import zlib
from array import array
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from tocsin.domain.distinct import EXACT, REGISTERS, Distinct
from tocsin.domain.story import Story
from tocsin.domain.story_book import RECENT, SLOTS, StoryBook

VERSION = 2
LIMIT = 250_000
"""Bytes; an item of DynamoDB holds 400 KB. The least stories are forgotten until it is kept."""
_UNPACKED = 4_000_000
"""More than LIMIT may unpack to only when somebody else wrote it."""
_DOUBLES = struct.Struct("<2d")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO = timedelta(microseconds=1)


def packed(book: StoryBook, now: datetime, limit: int = LIMIT) -> bytes:
    """Forgets what nobody tells of any more, then the least, until it fits. The same book gives the same bytes."""
    book.let_go(now)
    while len(form := _packed(book)) > limit:
        for _ in range(max(1, len(book.stories) * (len(form) - limit) // len(form))):
            if book.drop_least(now) is None:
                raise ValueError("not even an empty book fits")
    return form


def unpacked(form: bytes, names: Iterable[str] = ()) -> StoryBook:
    """``names``: as for StoryBook. ValueError when it is no book of this version: begin anew."""
    if form[:1] != bytes((VERSION,)):
        raise ValueError(f"no stories of version {VERSION}")
    try:
        read = _Read(_inflated(form[1:]))
        seen = read.number()
        counts = _swapped(array("H", read.take(2 * SLOTS)))
        stories = [_story(read) for _ in range(read.number())]
        recent = {}
        for _ in range(min(read.number(), RECENT)):
            mark, place = read.number(), read.number()
            recent[mark] = stories[place].id
        read.end()
    except (zlib.error, struct.error, IndexError, OverflowError, UnicodeDecodeError, ValueError) as error:
        raise ValueError("no stories that can be read") from error
    book = StoryBook(names)
    book.restore(stories, recent, seen, counts)
    return book


def _inflated(form: bytes) -> bytes:
    inflater = zlib.decompressobj()
    whole = inflater.decompress(form, _UNPACKED)
    if not inflater.eof:
        raise ValueError("longer than any book, or cut")
    return whole


def _packed(book: StoryBook) -> bytes:
    write = _Write()
    write.number(book.seen)
    write.into += _swapped(book.counts).tobytes()
    places = {name: place for place, name in enumerate(book.stories)}
    write.number(len(places))
    for story in book.stories.values():
        _write_story(write, story)
    recent = [(mark, places[name]) for mark, name in book.recent.items() if name in places]
    write.number(len(recent))
    for mark, place in recent:
        write.number(mark)
        write.number(place)
    return bytes((VERSION,)) + zlib.compress(bytes(write.into), 6)


def _write_story(write: "_Write", story: Story) -> None:
    for text in (story.id, story.origin_id, story.origin_url or "", story.title, story.title_rank[2]):
        write.text(text)
    for number in (
        _micros(story.origin_at),
        _micros(story.last_at),
        story.size,
        story.against,
        round(story.severity * 10_000),
        0 if story.reach is None else story.reach + 1,
        story.tier or 0,
    ):
        write.number(number)
    write.into += _DOUBLES.pack(*story.title_rank[:2])
    for seen in (story.people, story.sites):
        write.distinct(seen)
    for numbers in (story.hours, story.days, story.terms):
        write.number(len(numbers))
        for key, count in numbers.items():
            write.number(key)
            write.number(count)
    for names in (story.media, story.languages, story.places, story.scenarios):
        write.number(len(names))
        for name, count in names.items():
            write.text(name)
            write.number(count)
    for values in (story.signatures, story.links):
        write.number(len(values))
        for value in values:
            write.number(value)


def _story(read: "_Read") -> Story:
    name, origin_id, origin_url, title, ranked = (read.text() for _ in range(5))
    origin_at, last_at, size, against, severity, reach, tier = (read.number() for _ in range(7))
    rank = _DOUBLES.unpack(read.take(_DOUBLES.size))
    people, sites = read.distinct(), read.distinct()
    hours, days, terms = ({read.number(): read.number() for _ in range(read.number())} for _ in range(3))
    media, languages, places, scenarios = ({read.text(): read.number() for _ in range(read.number())} for _ in range(4))
    signatures, links = (tuple(read.number() for _ in range(read.number())) for _ in range(2))
    if not size:
        raise ValueError("a story without mentions")
    return Story(
        id=name,
        origin_id=origin_id,
        origin_url=origin_url or None,
        origin_at=_EPOCH + origin_at * _MICRO,
        last_at=_EPOCH + last_at * _MICRO,
        size=size,
        against=against,
        severity=severity / 10_000,
        title=title,
        title_rank=(rank[0], rank[1], ranked),
        reach=reach - 1 if reach else None,
        tier=tier or None,
        people=people,
        sites=sites,
        hours=hours,
        days=days,
        media=media,
        languages=languages,
        places=places,
        scenarios=scenarios,
        signatures=signatures,
        links=links,
        terms=terms,
    )


def _swapped(counts: array[int]) -> array[int]:
    """As they lie in the form, lowest byte first, and back."""
    if sys.byteorder == "little":
        return counts
    turned = array("H", counts)
    turned.byteswap()
    return turned


def _micros(moment: datetime) -> int:
    return max(0, (moment - _EPOCH) // _MICRO)


class _Write:
    def __init__(self) -> None:
        self.into = bytearray()

    def number(self, value: int) -> None:
        while value > 127:
            self.into.append(value & 127 | 128)
            value >>= 7
        self.into.append(value)

    def text(self, value: str) -> None:
        form = value.encode("utf-8", "surrogatepass")
        self.number(len(form))
        self.into += form

    def distinct(self, seen: Distinct) -> None:
        if isinstance(seen, bytes):
            self.number(EXACT + 1)
            self.into += seen
            return
        self.number(len(seen))
        for value in sorted(seen):
            self.into += value.to_bytes(4, "little")


class _Read:
    def __init__(self, form: bytes) -> None:
        self._form, self._at = form, 0

    def number(self) -> int:
        form, at = self._form, self._at
        value = shift = 0
        while True:
            byte = form[at]
            at += 1
            value |= (byte & 127) << shift
            if byte < 128:
                self._at = at
                return value
            shift += 7
            if shift > 70:
                raise ValueError("a number without end")

    def take(self, size: int) -> bytes:
        end = self._at + size
        if end > len(self._form):
            raise ValueError("it ends too early")
        piece, self._at = self._form[self._at : end], end
        return piece

    def end(self) -> None:
        if self._at != len(self._form):
            raise ValueError("something comes after it")

    def text(self) -> str:
        return self.take(self.number()).decode("utf-8", "surrogatepass")

    def distinct(self) -> Distinct:
        count = self.number()
        if count > EXACT:
            return self.take(REGISTERS)
        return frozenset(int.from_bytes(self.take(4), "little") for _ in range(count))
