"""Who is against the brand now: people, places and stories, counted from signals.

One author counts once however often they write. Accounts younger than a month that come in a burst of one text are
one voice together: what they say of themselves is coordination. Forwards of one text by established accounts are
voices each: so a story spreads.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import reduce
from itertools import chain, pairwise
from operator import itemgetter, or_
from typing import NamedTuple

from tocsin.domain.coordination import coordination
from tocsin.domain.counters import minute_of
from tocsin.domain.likeness import Likeness
from tocsin.domain.mention import Medium
from tocsin.domain.reading import COMPLAINS, GRAVE
from tocsin.domain.signal import MEDIA, UNKNOWN_REACH, Mark, Signal
from tocsin.domain.signature import is_long
from tocsin.domain.windows import SPANS

NEWS = MEDIA.index(Medium.NEWS) + 1
GRAVE_BYTE = round(GRAVE * 255)
LATELY = 480
"""Minutes in which a grave matter, a large voice or a story is of now."""
STORY_MINUTES = 180
MOST_COMPARED = 400
"""Signals whose stories are compared, the newest."""
FEWEST_YOUNG = 6
YOUNG_SHARE = 0.5
"""Of those whose age is known or who write the same."""
MOST_LOOKED_AT = 60
"""Of a burst, the newest: whether they act together is as plain in so many."""
STEP = 20
"""Minutes: growth is seen over three of them."""


class Story(NamedTuple):
    """The text most told: by ``voices`` on ``places`` platforms. ``echoes``: people who said what another had said
    already, whichever text it was; ``echo_places``: the platforms of all that was said more than once."""

    voices: int = 0
    places: int = 0
    echoes: int = 0
    echo_places: int = 0


class Crowd(NamedTuple):
    """``voices`` by span of SPANS; ``steps``: new voices in the last three STEPs, newest first. Reach is logged."""

    voices: tuple[int, ...] = (0,) * len(SPANS)
    steps: tuple[int, int, int] = (0, 0, 0)
    reach: int = 0
    grave: int = 0
    """Voices that tell of a grave matter as the brand's fault."""
    grave_hour: int = 0
    """The same in the last hour, without accounts younger than a month."""
    worst: int = 0
    """Severity of the gravest, 0-255."""
    alone: tuple[int, int] = (0, 0)
    """(severity, reach) of the one signal that weighs most by itself."""
    outlets: int = 0
    grave_outlets: int = 0
    weighty_outlets: int = 0
    """Outlets on a grave matter that are national or large."""
    thread: int = 0
    """Voices in the conversation with most of them."""
    places: int = 0
    """Platforms on which somebody was negative in the last STORY_MINUTES; all news are one."""
    story: Story = Story()
    new: int = 0
    """Accounts younger than a month among those who were negative lately, gang or not."""
    young: int = 0
    """Young accounts in a burst, when they are most of it or of those who tell one text; 0 otherwise."""
    young_share: float = 0.0
    together: float = 0.0
    """How much speaks for it that they act together, 0-1: see `coordination`."""
    always_at: datetime | None = None
    """The newest that the client wants to hear of in any case."""


def crowd_of(signals: Sequence[Signal], now: datetime, *, surging: bool, weigh: Callable[[int, int], float]) -> Crowd:
    """``signals`` in any order; those of history, of the future and older than a day are passed over.

    ``surging``: count people and stories too; where nothing surges only what is grave is looked at. ``weigh``: points
    of one signal by itself, from its severity (0-255) and its logged reach."""
    newest = minute_of(now)
    ordered = sorted(signals, key=_AT)
    spans = SPANS if surging else _LATE_SPANS
    edges = [bisect_right(ordered, newest - timedelta(minutes=span), key=_AT) for span in (0, *spans)]
    rings = [ordered[start:end] for end, start in pairwise(edges)]
    if reduce(or_, map(_MARKS, ordered), 0) & _HISTORY:
        rings = [[one for one in ring if not one.marks & _HISTORY] for ring in rings]
    late = _within(rings, spans, LATELY)
    if not surging:
        return _grave(Crowd(), late, newest, set(), weigh)
    opposed = [[one for one in ring if one.marks & _AGAINST == _NEGATIVE or against(one)] for ring in rings]
    near = _within(opposed, spans, STORY_MINUTES)
    gang, share = _gang(near)
    known: set[int] = set()
    sums, voices = 0, []
    for ring in opposed:
        sums += _new(ring, gang, known)
        voices.append(sums)
    apart, lately = near, _within(opposed, spans, LATELY)
    if gang:
        apart, lately = ([one for one in ones if one.author not in gang] for ones in (near, lately))
    return _grave(
        Crowd(
            voices=tuple(voices),
            steps=_steps(near, newest, gang),
            reach=max({*map(_REACH, lately)} - {UNKNOWN_REACH}, default=0),
            outlets=len({one.author for one in lately if one.medium == NEWS}),
            thread=_thread(apart),
            places=_places(apart),
            story=_story(apart),
            new=len({one.author for one in near if one.marks & _YOUNG} - {0}),
            young=len(gang),
            young_share=share,
            together=coordination(_burst(near, gang)).score if gang else 0.0,
        ),
        late,
        newest,
        gang,
        weigh,
    )


_AT, _AUTHOR, _STORY_OF = itemgetter(0), itemgetter(1), itemgetter(2)
_REACH, _MARKS, _PLACE, _WEIGHT = itemgetter(8), itemgetter(11), itemgetter(5, 3), itemgetter(6, 8)
"""Fields of a signal by their number: thousands are looked at each time, and a name costs four times as much."""
_HISTORY, _NEGATIVE, _YOUNG = int(Mark.HISTORY), int(Mark.NEGATIVE), int(Mark.YOUNG)
_BLAMES, _ALWAYS, _IN_THREAD = int(Mark.BLAMES), int(Mark.ALWAYS), int(Mark.IN_THREAD)
_BESIDE = int(Mark.BESIDE)
_AGAINST = _NEGATIVE | _BESIDE
_COMPLAINS = round(COMPLAINS * 255)
_LATE_SPANS = (LATELY,)
_TIERS, _WEIGHTY = int(Mark.TIER_LOW | Mark.TIER_HIGH), (int(Mark.TIER_LOW), int(Mark.TIER_HIGH))


def against(one: Signal) -> bool:
    """Negative about the brand, or a complaint."""
    return one.marks & _AGAINST == _NEGATIVE or (one.complaint >= _COMPLAINS and not one.marks & _BESIDE)


def all_against(ones: Sequence[Signal]) -> list[Signal]:
    """Those of `against`, told by their marks, of which there are few: thousands are looked at each time."""
    marks = {one.marks for one in ones}
    plain = {each for each in marks if each & _AGAINST == _NEGATIVE}
    free = {each for each in marks if not each & _BESIDE}
    return [one for one in ones if one.marks in plain or (one.complaint >= _COMPLAINS and one.marks in free)]


def _within(rings: Sequence[Sequence[Signal]], spans: Sequence[int], minutes: int) -> list[Signal]:
    return [*chain.from_iterable(ring for ring, span in zip(rings, spans, strict=True) if span <= minutes)]


def _new(ring: Sequence[Signal], gang: set[int], known: set[int]) -> int:
    """Those not counted yet; the gang is one, and who is not known by anything is somebody else each time."""
    authors = {*map(_AUTHOR, ring)}
    nameless = list(map(_AUTHOR, ring)).count(0) if 0 in authors else 0
    if not authors.isdisjoint(gang):
        authors = (authors - gang) | {_GANG}
    fresh = authors - known - {0}
    known |= fresh
    return len(fresh) + nameless


_GANG = -1


def _steps(near: Sequence[Signal], newest: datetime, gang: set[int]) -> tuple[int, int, int]:
    counts = []
    known: set[int] = set()
    hour = newest - timedelta(minutes=3 * STEP)
    near = [one for one in near if one.at > hour]
    for step in range(3):
        end, start = newest - timedelta(minutes=step * STEP), newest - timedelta(minutes=(step + 1) * STEP)
        counts.append(_new([one for one in near if start < one.at <= end], gang, known))
    return counts[0], counts[1], counts[2]


def _grave(
    crowd: Crowd, late: Sequence[Signal], newest: datetime, gang: set[int], weigh: Callable[[int, int], float]
) -> Crowd:
    some = reduce(or_, map(_MARKS, late), 0)
    always_at = max([one.at for one in late if one.marks & _ALWAYS]) if some & _ALWAYS else None
    found = [one for one in late if one.severity >= GRAVE_BYTE and one.marks & _BLAMES and one.author not in gang]
    if not found:
        return crowd._replace(always_at=always_at) if always_at else crowd
    hour = newest - timedelta(hours=1)
    pairs = {(severity, 0 if reach == UNKNOWN_REACH else reach) for severity, reach in {*map(_WEIGHT, found)}}
    return crowd._replace(
        grave=_new(found, set(), set()),
        grave_hour=_new([one for one in found if one.at > hour and not one.marks & _YOUNG], set(), set()),
        worst=max(pairs)[0],
        alone=max(pairs, key=lambda pair: (weigh(*pair), pair)),
        grave_outlets=len({one.author for one in found if one.medium == NEWS}),
        weighty_outlets=len({one.author for one in found if one.marks & _TIERS in _WEIGHTY}),
        always_at=always_at,
    )


def _gang(near: Sequence[Signal]) -> tuple[set[int], float]:
    """The young accounts of a burst and their share of those who were negative then: all of them where they are most
    of it, otherwise those who tell one text that few others tell."""
    aged = {one.author: one.marks & _YOUNG for one in near if one.author}
    young = {author for author, new in aged.items() if new}
    if len(young) < FEWEST_YOUNG:
        return set(), 0.0
    if len(young) < YOUNG_SHARE * len(aged):
        young = _of_one_text([one for one in near if one.author and one.story and is_long(one.story)], young)
    return young, len(young) / len(aged)


def _of_one_text(told: Sequence[Signal], young: set[int]) -> set[int]:
    tellers: dict[int, set[int]] = {}
    for one in told:
        tellers.setdefault(one.story, set()).add(one.author)
    near_to = _likeness.of([text for text, authors in tellers.items() if not authors.isdisjoint(young)])
    found: set[int] = set()
    for text, authors in sorted(tellers.items()):
        if authors.isdisjoint(young):
            continue
        everybody = authors.union(*(tellers.get(other, ()) for other in near_to[text]))
        together = everybody & young
        if len(together) >= FEWEST_YOUNG and len(together) >= YOUNG_SHARE * len(everybody):
            found |= together
    return found


def _burst(near: Sequence[Signal], gang: set[int]) -> list[Signal]:
    return sorted((one for one in near if one.author in gang), reverse=True)[:MOST_LOOKED_AT]


def _thread(near: Sequence[Signal]) -> int:
    threads: dict[int, list[Signal]] = {}
    for one in near:
        if one.thread and one.marks & _IN_THREAD:
            threads.setdefault(one.thread, []).append(one)
    return max((_new(each, set(), set()) for each in threads.values()), default=0)


def place_of(one: Signal) -> tuple[int, int]:
    return (one.medium, 0 if one.medium == NEWS else one.place)


def _places(ones: Iterable[Signal]) -> int:
    """All news are one."""
    return len({(medium, 0 if medium == NEWS else place) for medium, place in {*map(_PLACE, ones)}})


_likeness = Likeness()


def _story(near: Sequence[Signal]) -> Story:
    """The largest cluster: the same text first, then what is like the text that is most told."""
    newest = near if len(near) <= MOST_COMPARED else sorted(near, reverse=True)[:MOST_COMPARED]
    counts = Counter(map(_STORY_OF, newest))
    del counts[0]
    near_to = _likeness.of(counts)
    texts: dict[int, list[Signal]] = {text: [] for text, count in counts.items() if count > 1 or near_to[text]}
    for one in newest if texts else ():
        if one.story in texts:
            texts[one.story].append(one)
    clusters: list[list[Signal]] = []
    heads: dict[int, int] = {}
    for text, told in sorted(texts.items(), key=lambda item: (-len(item[1]), item[0])):
        place = min([heads[other] for other in near_to[text] if other in heads], default=None)
        if place is None:
            heads[text] = len(clusters)
            clusters.append(told)
        else:
            clusters[place] = clusters[place] + told
    told_again = [(_new(cluster, set(), set()), cluster) for cluster in clusters if len(cluster) > 1]
    most, places = max([(people, _places(told)) for people, told in told_again], default=(0, 0))
    return Story(
        voices=most,
        places=places,
        echoes=sum(people - 1 for people, _ in told_again),
        echo_places=_places(one for people, told in told_again if people > 1 for one in told),
    )
