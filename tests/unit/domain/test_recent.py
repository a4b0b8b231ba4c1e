"""Protects: what a look asks of the signals is the same, whether they are kept up as they come or read anew."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain.crowd import crowd_of
from tocsin.domain.index_parts import alone_points
from tocsin.domain.recent import Recent, Shares, against
from tocsin.domain.signal import Signal

START = datetime(2026, 1, 5, tzinfo=UTC)
LISTS = ("ordered", "young", "always", "charges", "opposed", "counted", "news", "answers")
ARRIVALS = st.lists(
    st.builds(
        Signal,
        at=st.integers(0, 400).map(lambda minute: START + timedelta(minutes=minute)),
        author=st.integers(0, 5),
        story=st.sampled_from([0, 4, 8, 1 << 40]),
        place=st.integers(0, 2),
        thread=st.integers(0, 2),
        medium=st.integers(0, 3),
        severity=st.integers(0, 255),
        complaint=st.integers(0, 255),
        reach=st.integers(0, 255),
        shares=st.just(255),
        scenario=st.just(0),
        marks=st.integers(0, 4095),
        matters=st.sampled_from([0, 1, 2, 1 | 2 << 8, 3 | 1 << 8]),
    ),
    max_size=40,
)


def at(minute: int) -> datetime:
    return START + timedelta(minutes=minute)


def sums(recent: Recent, edge: datetime) -> tuple[object, ...]:
    return (
        recent.voices.since(edge),
        sorted(recent.places.since(edge)),
        sorted(recent.reaches.since(edge)),
        recent.told,
        recent.shares.told,
        +recent.shares.matters,
        recent.shares.threads,
    )


@given(ARRIVALS, st.integers(1, 12), st.integers(-10, 410), st.lists(st.integers(0, 400), max_size=3))
def test_kept_up_and_read_anew_are_alike(arrivals: list[Signal], most: int, forget: int, moves: list[int]) -> None:
    """GIVEN signals in any order, of which only the newest are kept WHEN they come one by one, old ones are forgotten
    and the border of what was earlier moves to and fro THEN all is as if they had been read at once."""
    kept = Recent(most=most)
    for place, one in enumerate(arrivals):
        kept.add(one)
        if moves:
            kept.shares.move(at(moves[place % len(moves)]))
    kept.forget(at(forget))
    anew = Recent([one for one in sorted(arrivals, key=lambda one: one.at)[-most:] if one.at > at(forget)])
    for name in LISTS:
        assert getattr(kept, name) == getattr(anew, name), name
    for recent in (kept, anew):
        recent.shares.move(at(100))
    for edge in (-1, 100, 300):
        assert sums(kept, at(edge)) == sums(anew, at(edge))


@given(ARRIVALS, st.integers(0, 420), st.booleans())
def test_a_look_finds_the_same_crowd_and_nothing_of_the_future(
    arrivals: list[Signal], minute: int, surging: bool
) -> None:
    kept = Recent()
    for one in arrivals:
        kept.add(one)
    past = [one for one in arrivals if one.at <= at(minute)]
    looks = [crowd_of(ones, at(minute), surging=surging, weigh=alone_points) for ones in (kept, arrivals, past)]
    assert looks[0] == looks[1] == looks[2]


@given(ARRIVALS)
def test_voices_are_authors_and_the_nameless(arrivals: list[Signal]) -> None:
    recent = Recent(arrivals)
    opposed = [one for one in recent.opposed if one.at > at(200)]
    assert all(map(against, opposed))
    authors = [one.author for one in opposed]
    assert recent.voices.since(at(200)) == len(set(authors) - {0}) + authors.count(0)


def test_shares_of_nothing_are_nothing() -> None:
    shares = Shares([])
    shares.move(at(0))
    assert (shares.told, +shares.matters, shares.threads) == (0, {}, {})
