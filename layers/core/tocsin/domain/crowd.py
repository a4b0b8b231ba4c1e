"""Who is against the brand now: people, places and stories, counted from signals.

One author counts once however often they write. Accounts younger than a month that come in a burst of one text are
one voice together: what they say of themselves is coordination. Forwards of one text by established accounts are
voices each: so a story spreads.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from itertools import chain
from operator import itemgetter
from typing import Any, NamedTuple

from tocsin.domain.coordination import coordination
from tocsin.domain.counters import minute_of
from tocsin.domain.likeness import Likeness
from tocsin.domain.recent import NEWS, Recent, after, against, places_of, recent_of
from tocsin.domain.signal import UNKNOWN_REACH, Mark, Signal
from tocsin.domain.signature import is_long
from tocsin.domain.windows import BACK as OF_SPANS
from tocsin.domain.windows import SPANS

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

    @property
    def at_most(self) -> "Crowd":
        """Whatever `told` finds, it counts for no more than this."""
        return self._replace(story=_GREATEST, together=1.0 if self.young else 0.0)


_GREATEST = Story(*[1 << 30] * 4)


class Untold(NamedTuple):
    """What takes longest to compare: signals whose story is asked for, and those of a gang, if there is one."""

    near: Sequence[Signal]
    burst: Sequence[Signal]


def crowd_of(
    signals: Recent | Iterable[Signal], now: datetime, *, surging: bool, weigh: Callable[[int, int], float]
) -> Crowd:
    """``signals`` in any order; those of history, of the future and older than a day are passed over.

    ``surging``: count people and stories too; where nothing surges only what is grave is looked at. ``weigh``: points
    of one signal by itself, from its severity (0-255) and its logged reach."""
    crowd, untold = outline_of(signals, now, surging=surging, weigh=weigh)
    return crowd if untold is None else told(crowd, untold)


def told(crowd: Crowd, untold: Untold) -> Crowd:
    """With the story, and how much a gang acts together."""
    together = coordination(untold.burst).score if untold.burst else 0.0
    return crowd._replace(story=_story(untold.near), together=together)


def outline_of(
    signals: Recent | Iterable[Signal], now: datetime, *, surging: bool, weigh: Callable[[int, int], float]
) -> tuple[Crowd, Untold | None]:
    """`crowd_of` without what `told` adds."""
    newest = minute_of(now)
    recent = recent_of(signals).upto(newest)
    if not surging:
        return _grave(_NOBODY, recent, newest, _NO_GANG, weigh), None
    near_edge, late_edge = newest - BACK[STORY_MINUTES], newest - BACK[LATELY]
    near, answers, outlets = after(recent.opposed, near_edge), after(recent.answers, near_edge), recent.news
    new = [one for one in after(recent.young, near_edge) if against(one) and not one.marks & _HISTORY]
    gang, share = _gang(recent, newest) if len(new) >= FEWEST_YOUNG else (_NO_GANG, 0.0)
    voices = _voices(recent, newest, gang)
    burst: Sequence[Signal] = ()
    if gang:
        burst = _burst(near, gang)
        near, answers, outlets = ([one for one in ones if one.author not in gang] for ones in (near, answers, outlets))
        places = places_of(near)
        reaches = [one.reach for one in after(recent.opposed, late_edge) if one.author not in gang]
    else:
        places, reaches = len(recent.places.since(near_edge)), recent.reaches.since(late_edge)
    crowd = Crowd(
        voices=voices,
        steps=_steps(recent, newest, gang),
        reach=max([each for each in reaches if each != UNKNOWN_REACH], default=0),
        outlets=len({one.author for one in after(outlets, late_edge)}),
        thread=_thread(answers),
        places=places,
        new=len({one.author for one in new} - {0}),
        young=len(gang),
        young_share=share,
    )
    return _grave(crowd, recent, newest, gang, weigh), Untold(near, burst)


_NOBODY = Crowd()
_NO_GANG: frozenset[int] = frozenset()
_AT, _AUTHOR, _STORY_OF = itemgetter(0), itemgetter(1), itemgetter(2)
_WEIGHT = itemgetter(6, 8)
"""Fields of a signal by their number: thousands are looked at each time, and a name costs four times as much."""
_HISTORY, _YOUNG = int(Mark.HISTORY), int(Mark.YOUNG)
_TIERS, _WEIGHTY = int(Mark.TIER_LOW | Mark.TIER_HIGH), (int(Mark.TIER_LOW), int(Mark.TIER_HIGH))


def voices_of(recent: Recent, now: datetime) -> tuple[int, ...]:
    """People by span, each by themselves: where nothing surges no gang is looked for."""
    newest = minute_of(now)
    return _voices(recent.upto(newest), newest, frozenset())


def _voices(recent: Recent, newest: datetime, gang: AbstractSet[int], spans: Sequence[int] = SPANS) -> tuple[int, ...]:
    """People by span; a gang is one."""
    if not gang:
        return tuple([recent.voices.since(newest - BACK[span]) for span in spans])
    known: set[int] = set()
    sums, voices = 0, []
    for ring in _rings(recent, newest, spans):
        sums += _new(ring, gang, known)
        voices.append(sums)
    return tuple(voices)


def _rings(recent: Recent, newest: datetime, spans: Sequence[int]) -> list[Sequence[Signal]]:
    """Who is against the brand by how long ago, from the newest ring outwards."""
    tails = [after(recent.opposed, newest - BACK[span]) for span in spans]
    return [tail[: len(tail) - inner] for inner, tail in zip((0, *map(len, tails)), tails, strict=False)]


def _new(ring: Sequence[Signal], gang: AbstractSet[int], known: set[int]) -> int:
    """Those not counted yet; the gang is one, and who is not known by anything is somebody else each time."""
    authors = {*map(_AUTHOR, ring)}
    nameless = list(map(_AUTHOR, ring)).count(0) if 0 in authors else 0
    if not authors.isdisjoint(gang):
        authors = (authors - gang) | {_GANG}
    fresh = authors - known - {0}
    known |= fresh
    return len(fresh) + nameless


_GANG = -1


def _steps(recent: Recent, newest: datetime, gang: AbstractSet[int]) -> tuple[int, int, int]:
    last, two, three = _voices(recent, newest, gang, _STEPS)
    return last, two - last, three - two


_STEPS = (STEP, 2 * STEP, 3 * STEP)
BACK = OF_SPANS | {step: timedelta(minutes=step) for step in _STEPS}


def _grave(
    crowd: Crowd, recent: Recent, newest: datetime, gang: AbstractSet[int], weigh: Callable[[int, int], float]
) -> Crowd:
    edge = newest - BACK[LATELY]
    always_at = recent.always[-1].at if recent.always and recent.always[-1].at > edge else None
    late = after(recent.charges, edge)
    if not late:
        return crowd._replace(always_at=always_at) if always_at else crowd
    hour = newest - BACK[60]
    of = (recent.charged, len(late), len(after(late, hour)), gang)
    if recent.grave[0] != of:
        recent.grave = of, _told_gravely(late, hour, gang, weigh)
    return crowd._replace(always_at=always_at, **recent.grave[1])


def _told_gravely(
    late: Sequence[Signal], hour: datetime, gang: AbstractSet[int], weigh: Callable[[int, int], float]
) -> dict[str, Any]:
    """The fields of a crowd that are counted of the charges of ``late``."""
    found = [one for one in late if one.author not in gang] if gang else late
    if not found:
        return {}
    pairs = {(severity, 0 if reach == UNKNOWN_REACH else reach) for severity, reach in {*map(_WEIGHT, found)}}
    return {
        "grave": _new(found, set(), set()),
        "grave_hour": _new([one for one in after(found, hour) if not one.marks & _YOUNG], set(), set()),
        "worst": max(pairs)[0],
        "alone": max(pairs, key=lambda pair: (weigh(*pair), pair)),
        "grave_outlets": len({one.author for one in found if one.medium == NEWS}),
        "weighty_outlets": len({one.author for one in found if one.marks & _TIERS in _WEIGHTY}),
    }


def _gang(recent: Recent, newest: datetime) -> tuple[set[int], float]:
    """The young accounts of a burst and their share of those who were negative then: all of them where they are most
    of it, otherwise those who tell one text that few others tell."""
    near = [*chain.from_iterable(_rings(recent, newest, [span for span in SPANS if span <= STORY_MINUTES]))]
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


def _burst(near: Sequence[Signal], gang: AbstractSet[int]) -> list[Signal]:
    return sorted((one for one in near if one.author in gang), reverse=True)[:MOST_LOOKED_AT]


def _thread(answers: Sequence[Signal]) -> int:
    threads: dict[int, list[Signal]] = {}
    for one in answers:
        threads.setdefault(one.thread, []).append(one)
    return max((_new(each, set(), set()) for each in threads.values()), default=0)


_likeness = Likeness()


def _story(near: Sequence[Signal]) -> Story:
    """The largest cluster: the same text first, then what is like the text that is most told."""
    newest = _newest(near, MOST_COMPARED)
    counts = Counter(map(_STORY_OF, newest))
    del counts[0]
    near_to = _likeness.of(counts)
    others = counts.keys()
    texts: dict[int, list[Signal]] = {
        text: [] for text, count in counts.items() if count > 1 or not others.isdisjoint(near_to[text])
    }
    if not texts:
        return Story()
    for one in newest:
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
    most, places = max([(people, places_of(told)) for people, told in told_again], default=(0, 0))
    return Story(
        voices=most,
        places=places,
        echoes=sum(people - 1 for people, _ in told_again),
        echo_places=places_of(one for people, told in told_again if people > 1 for one in told),
    )


def _newest(near: Sequence[Signal], most: int) -> Sequence[Signal]:
    """At most so many; of those of one minute the greatest."""
    if len(near) <= most:
        return near
    first = bisect_left(near, near[-most].at, key=_AT)
    return sorted(near[first:], reverse=True)[:most]
