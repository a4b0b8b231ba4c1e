"""The signals of a day in order of time, with all that a look asks of them kept up as they come.

In a storm a look comes every few seconds and finds nearly the same signals as the one before. So who is against the
brand, who tells of a grave matter and what each complains of are told apart once a signal, not once a look.
"""

from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any, Generic, TypeVar

from tocsin.domain.mention import Medium
from tocsin.domain.reading import COMPLAINS, GRAVE
from tocsin.domain.signal import MEDIA, Mark, Signal, matters_of

NEWS = MEDIA.index(Medium.NEWS) + 1
THREAD = 1 << 8
"""Above the numbers of matters."""
GRAVE_BYTE = round(GRAVE * 255)
_COMPLAINS = round(COMPLAINS * 255)
_AT = itemgetter(Signal._fields.index("at"))
_HISTORY, _NEGATIVE, _YOUNG = int(Mark.HISTORY), int(Mark.NEGATIVE), int(Mark.YOUNG)
_BLAMES, _ALWAYS, _IN_THREAD = int(Mark.BLAMES), int(Mark.ALWAYS), int(Mark.IN_THREAD)
_BESIDE = int(Mark.BESIDE)
_AGAINST = _NEGATIVE | _BESIDE
Key = TypeVar("Key", bound=Hashable)
_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


def against(one: Signal) -> bool:
    """Negative about the brand, or a complaint."""
    return one.marks & _AGAINST == _NEGATIVE or (one.complaint >= _COMPLAINS and not one.marks & _BESIDE)


def after(ones: Sequence[Signal], edge: datetime) -> Sequence[Signal]:
    """Those later than ``edge``, of signals in order of time."""
    if not ones or ones[-1].at <= edge:
        return ()
    if ones[0].at > edge:
        return ones
    return ones[bisect_right(ones, edge, key=_AT) :]


class Recent:
    """Each list is in order of time. ``opposed``: against the brand; ``counted``: of those, accounts not younger than
    a month; ``told``: of these, those at each matter and in each conversation; ``news``: outlets; ``answers``: in a
    conversation; ``large``: of the news those of national and large outlets; ``again``: of each matter and conversation
    with several, when the last but one came. ``charges``: tell of a grave matter as the brand's fault, ``charged``
    changes with them; ``always``: what the client wants to hear of
    in any case. What is history stands in ``ordered`` and ``young`` alone."""

    def __init__(self, signals: Iterable[Signal] = (), most: int | None = None) -> None:
        """``signals`` in any order; only the newest ``most`` are kept."""
        self._most = most
        self.ordered = sorted(signals, key=_AT)
        if most is not None:
            del self.ordered[:-most]
        live = [one for one in self.ordered if not one.marks & _HISTORY]
        self.young = [one for one in self.ordered if one.marks & _YOUNG]
        self.always = [one for one in live if one.marks & _ALWAYS]
        self.charges = [one for one in live if one.severity >= GRAVE_BYTE and one.marks & _BLAMES]
        self.opposed = _all_against(live)
        self.counted = [one for one in self.opposed if not one.marks & _YOUNG]
        self.news = [one for one in self.opposed if one.medium == NEWS]
        self.large = [one for one in self.news if _is_large(one)]
        self.answers = [one for one in self.opposed if one.thread and one.marks & _IN_THREAD]
        self.charged = 0
        self.grave: tuple[Any, dict[str, Any]] = (None, {})
        """What was last counted of the charges, and of which: see `crowd_of`."""
        self.voices = Voices()
        self.places: Latest[tuple[int, int]] = Latest()
        self.reaches: Latest[int] = Latest()
        self.shares = Shares(self.counted)
        self.told: dict[int, list[Signal]] = {}
        for one in self.counted:
            for key in keys_of(one):
                self.told.setdefault(key, []).append(one)
        self.again = {key: ones[-2].at for key, ones in self.told.items() if len(ones) > 1}
        for one in self.opposed:
            self._meet(one)

    def __len__(self) -> int:
        return len(self.ordered)

    def upto(self, newest: datetime) -> "Recent":
        """Without what is dated later."""
        if not self.ordered or self.ordered[-1].at <= newest:
            return self
        return Recent([one for one in self.ordered if one.at <= newest])

    def add(self, one: Signal) -> None:
        _put(self.ordered, one)
        if one.marks & _YOUNG:
            _put(self.young, one)
        if not one.marks & _HISTORY:
            self._add_live(one)
        if self._most is not None and len(self.ordered) > self._most:
            self._drop_oldest()

    def forget(self, upto: datetime) -> None:
        """What is no later says nothing more."""
        while self.ordered and self.ordered[0].at <= upto:
            self._drop_oldest()

    def _add_live(self, one: Signal) -> None:
        if one.marks & _ALWAYS:
            _put(self.always, one)
        if one.severity >= GRAVE_BYTE and one.marks & _BLAMES:
            _put(self.charges, one)
            self.charged += 1
        if not against(one):
            return
        _put(self.opposed, one)
        if one.medium == NEWS:
            _put(self.news, one)
            if _is_large(one):
                _put(self.large, one)
        if one.thread and one.marks & _IN_THREAD:
            _put(self.answers, one)
        if not one.marks & _YOUNG:
            _put(self.counted, one)
            self.shares.add(one)
            for key in keys_of(one):
                ones = self.told.setdefault(key, [])
                _put(ones, one)
                if len(ones) > 1:
                    self.again[key] = ones[-2].at
        self._meet(one)

    def _meet(self, one: Signal) -> None:
        self.voices.add(one.author, one.at)
        self.places.add(place_of(one), one.at)
        self.reaches.add(one.reach, one.at)

    def _drop_oldest(self) -> None:
        gone = self.ordered.pop(0)
        for ones in (self.young, self.always, self.news, self.large, self.answers):
            _drop(ones, gone)
        if _drop(self.charges, gone):
            self.charged += 1
        if _drop(self.counted, gone):
            self.shares.drop(gone)
            for key in keys_of(gone):
                _drop(ones := self.told[key], gone)
                if len(ones) < 2:
                    self.again.pop(key, None)
                if not ones:
                    del self.told[key]
        if _drop(self.opposed, gone):
            self.voices.drop(gone.author, gone.at)
            self.places.drop(place_of(gone))
            self.reaches.drop(gone.reach)


def keys_of(one: Signal) -> tuple[int, ...]:
    """The matters that it complains of, and the conversation in which it stands (from THREAD on)."""
    keys = matters_of(one)
    return (*keys, THREAD + one.thread) if one.thread and one.marks & _IN_THREAD else keys


def recent_of(signals: "Recent | Iterable[Signal]") -> Recent:
    return signals if isinstance(signals, Recent) else Recent(signals)


def place_of(one: Signal) -> tuple[int, int]:
    """All news are one."""
    return (one.medium, 0 if one.medium == NEWS else one.place)


def on_several(ones: Iterable[Signal], several: int) -> bool:
    """Do they stand on so many platforms?"""
    places: set[tuple[int, int]] = set()
    for one in ones:
        places.add(place_of(one))
        if len(places) >= several:
            return True
    return False


def places_of(ones: Iterable[Signal]) -> int:
    """Platforms; all news are one."""
    return len({(medium, 0 if medium == NEWS else place) for medium, place in {*map(_PLACE, ones)}})


_PLACE = itemgetter(Signal._fields.index("medium"), Signal._fields.index("place"))


class Latest(Generic[Key]):
    """When each was met last."""

    def __init__(self) -> None:
        self._known: dict[Key, tuple[datetime, int]] = {}

    def add(self, key: Key, at: datetime) -> None:
        last, times = self._known.get(key, (at, 0))
        self._known[key] = (max(last, at), times + 1)

    def drop(self, key: Key) -> None:
        """One of them, the oldest."""
        last, times = self._known[key]
        if times > 1:
            self._known[key] = (last, times - 1)
        else:
            del self._known[key]

    def since(self, edge: datetime) -> list[Key]:
        return [key for key, (last, _) in self._known.items() if last > edge]


class Voices:
    """How many people were heard since when; who is not known by anything (0) is somebody else each time."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[datetime, int]] = {}
        self._last: list[datetime] = []
        """When each was heard last, in order."""

    def add(self, author: int, at: datetime) -> None:
        if author:
            last, times = self._known.get(author, (at, 0))
            self._known[author] = (max(last, at), times + 1)
            if times:
                if at <= last:
                    return
                self._take(last)
        insort(self._last, at)

    def drop(self, author: int, at: datetime) -> None:
        """One time, the oldest."""
        if author:
            last, times = self._known[author]
            if times > 1:
                self._known[author] = (last, times - 1)
                return
            del self._known[author]
        self._take(at)

    def since(self, edge: datetime) -> int:
        return len(self._last) - bisect_right(self._last, edge)

    def _take(self, at: datetime) -> None:
        del self._last[bisect_left(self._last, at)]


class Shares:
    """What was said of each matter, and in each conversation, up to a time that is moved on."""

    def __init__(self, counted: list[Signal]) -> None:
        self._counted = counted
        self._upto = _BEFORE_ALL
        self.matters: Counter[int] = Counter()
        self.threads: Counter[int] = Counter()
        self.told = 0

    def move(self, upto: datetime) -> None:
        old, new = (bisect_right(self._counted, at, key=_AT) for at in (self._upto, upto))
        for one in self._counted[old:new]:
            self._count(one, 1)
        for one in self._counted[new:old]:
            self._count(one, -1)
        self._upto = upto

    def add(self, one: Signal) -> None:
        if one.at <= self._upto:
            self._count(one, 1)

    def drop(self, one: Signal) -> None:
        if one.at <= self._upto:
            self._count(one, -1)

    def _count(self, one: Signal, times: int) -> None:
        self.told += times
        for key in matters_of(one):
            self.matters[key] += times
        if one.thread and one.marks & _IN_THREAD:
            self.threads[one.thread] += times
            if not self.threads[one.thread]:
                del self.threads[one.thread]


def _all_against(ones: Sequence[Signal]) -> list[Signal]:
    """Those of `against`, told by their marks, of which there are few."""
    marks = {one.marks for one in ones}
    plain = {each for each in marks if each & _AGAINST == _NEGATIVE}
    free = {each for each in marks if not each & _BESIDE}
    return [one for one in ones if one.marks in plain or (one.complaint >= _COMPLAINS and one.marks in free)]


def _is_large(one: Signal) -> bool:
    return 1 <= one.tier <= 2 and not one.marks & _YOUNG


def _put(ones: list[Signal], one: Signal) -> None:
    if ones and one.at < ones[-1].at:
        insort(ones, one, key=_AT)
    else:
        ones.append(one)


def _drop(ones: list[Signal], gone: Signal) -> bool:
    if not ones or ones[0] is not gone:
        return False
    ones.pop(0)
    return True
