"""Who is against the brand now: people, places and stories, counted from signals.

One author counts once however often they write. Accounts younger than a month that come in a burst of one text are
one voice together: what they say of themselves is coordination. Forwards of one text by established accounts are
voices each: so a story spreads.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple

from tocsin.domain.counters import minute_of
from tocsin.domain.mention import Medium
from tocsin.domain.reading import COMPLAINS, GRAVE
from tocsin.domain.signal import MEDIA, UNKNOWN_REACH, Mark, Signal
from tocsin.domain.signature import FURTHEST, alike
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
    """Young accounts in a burst, when they are most of it; 0 otherwise."""
    young_share: float = 0.0
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
    rings = [[one for one in ordered[start:end] if not one.marks & _HISTORY] for end, start in pairwise(edges)]
    late = [one for ring, span in zip(rings, spans, strict=True) if span <= LATELY for one in ring]
    if not surging:
        return _grave(Crowd(), late, newest, set(), weigh)
    opposed = [[one for one in ring if against(one)] for ring in rings]
    near = [one for ring, span in zip(opposed, spans, strict=True) if span <= STORY_MINUTES for one in ring]
    gang, share = _gang(near)
    known: set[int] = set()
    sums, voices = 0, []
    for ring in opposed:
        sums += _new(ring, gang, known)
        voices.append(sums)
    apart = [one for one in near if one.author not in gang]
    lately = [
        one
        for ring, span in zip(opposed, spans, strict=True)
        if span <= LATELY
        for one in ring
        if one.author not in gang
    ]
    return _grave(
        Crowd(
            voices=tuple(voices),
            steps=_steps(near, newest, gang),
            reach=max((one.reach for one in lately if one.reach != UNKNOWN_REACH), default=0),
            outlets=len({one.author for one in lately if one.medium == NEWS}),
            thread=_thread(apart),
            places=len({place_of(one) for one in apart}),
            story=_story(apart),
            new=len({one.author for one in near if one.marks & _YOUNG} - {0}),
            young=len(gang),
            young_share=share,
        ),
        late,
        newest,
        gang,
        weigh,
    )


_AT = itemgetter(0)
_HISTORY, _NEGATIVE, _YOUNG = int(Mark.HISTORY), int(Mark.NEGATIVE), int(Mark.YOUNG)
_BLAMES, _ALWAYS, _IN_THREAD = int(Mark.BLAMES), int(Mark.ALWAYS), int(Mark.IN_THREAD)
_BESIDE = int(Mark.BESIDE)
_AGAINST = _NEGATIVE | _BESIDE
_COMPLAINS = round(COMPLAINS * 255)
_LATE_SPANS = (LATELY,)


def against(one: Signal) -> bool:
    """Negative about the brand, or a complaint."""
    return one.marks & _AGAINST == _NEGATIVE or (one.complaint >= _COMPLAINS and not one.marks & _BESIDE)


def _new(ring: Sequence[Signal], gang: set[int], known: set[int]) -> int:
    """Those not counted yet; the gang is one, and who is not known by anything is somebody else each time."""
    authors = {_GANG if one.author in gang else one.author for one in ring}
    nameless = sum(not one.author for one in ring)
    fresh = authors - known - {0}
    known |= fresh
    return len(fresh) + nameless


_GANG = -1


def _steps(near: Sequence[Signal], newest: datetime, gang: set[int]) -> tuple[int, int, int]:
    counts = []
    known: set[int] = set()
    for step in range(3):
        end, start = newest - timedelta(minutes=step * STEP), newest - timedelta(minutes=(step + 1) * STEP)
        counts.append(_new([one for one in near if start < one.at <= end], gang, known))
    return counts[0], counts[1], counts[2]


def _grave(
    crowd: Crowd, late: Sequence[Signal], newest: datetime, gang: set[int], weigh: Callable[[int, int], float]
) -> Crowd:
    always_at = max((one.at for one in late if one.marks & _ALWAYS), default=None)
    found = [one for one in late if one.severity >= GRAVE_BYTE and one.marks & _BLAMES and one.author not in gang]
    if not found:
        return crowd._replace(always_at=always_at) if always_at else crowd
    pairs = {(one.severity, 0 if one.reach == UNKNOWN_REACH else one.reach) for one in found}
    return crowd._replace(
        grave=_new(found, set(), set()),
        grave_hour=_new(
            [one for one in found if one.at > newest - timedelta(hours=1) and not one.marks & _YOUNG], set(), set()
        ),
        worst=max(one.severity for one in found),
        alone=max(pairs, key=lambda pair: (weigh(*pair), pair)),
        grave_outlets=len({one.author for one in found if one.medium == NEWS}),
        weighty_outlets=len({one.author for one in found if 1 <= one.tier <= 2}),
        always_at=always_at,
    )


def _gang(near: Sequence[Signal]) -> tuple[set[int], float]:
    """The young accounts of a burst and their share of those who were negative then."""
    young = {one.author for one in near if one.marks & _YOUNG} - {0}
    if len(young) < FEWEST_YOUNG:
        return set(), 0.0
    grown = {one.author for one in near} - young - {0}
    share = len(young) / (len(young) + len(grown))
    return (young, share) if share >= YOUNG_SHARE else (set(), 0.0)


def _thread(near: Sequence[Signal]) -> int:
    threads: dict[int, list[Signal]] = {}
    for one in near:
        if one.thread and one.marks & _IN_THREAD:
            threads.setdefault(one.thread, []).append(one)
    return max((_new(each, set(), set()) for each in threads.values()), default=0)


def place_of(one: Signal) -> tuple[int, int]:
    return (one.medium, 0 if one.medium == NEWS else one.place)


def _story(near: Sequence[Signal]) -> Story:
    """The largest cluster: the same text first, then what is like the text that is most told."""
    texts: dict[int, list[Signal]] = {}
    for one in sorted(near, reverse=True)[:MOST_COMPARED]:
        if one.story:
            texts.setdefault(one.story, []).append(one)
    clusters: list[list[Signal]] = []
    heads: list[int] = []
    shifted: list[int] = []
    for text, told in sorted(texts.items(), key=lambda item: (-len(item[1]), item[0])):
        bare = text >> 2
        place = next(
            (
                number
                for number, head in enumerate(shifted)
                if (head ^ bare).bit_count() <= FURTHEST and alike(heads[number], text)
            ),
            None,
        )
        if place is None:
            heads.append(text)
            shifted.append(bare)
            clusters.append(told)
        else:
            clusters[place] = clusters[place] + told
    told_again = [(_new(cluster, set(), set()), cluster) for cluster in clusters if len(cluster) > 1]
    most, places = max(((people, len({place_of(one) for one in told})) for people, told in told_again), default=(0, 0))
    return Story(
        voices=most,
        places=places,
        echoes=sum(people - 1 for people, _ in told_again),
        echo_places=len({place_of(one) for people, told in told_again if people > 1 for one in told}),
    )
