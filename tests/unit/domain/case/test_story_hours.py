"""Protects: the size of each story stands hour by hour on one axis, quiet hours included, and no mention is lost."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain.case.spread import StoryCurve
from tocsin.domain.case.story_hours import HOUR, hourly

START = datetime(2026, 3, 2, tzinfo=UTC)


def curve(counts: dict[int, int], before: int = 0) -> StoryCurve:
    return StoryCurve(
        id="s", title="t", size=sum(counts.values()) + before, against=1, authors=1, began_at=START, last_at=START,
        scenario=None, hours=tuple((START + HOUR * hour, count) for hour, count in sorted(counts.items())),
        before=before,
    )  # fmt: skip


def test_quiet_hours_are_there_too_and_all_stories_share_the_axis() -> None:
    one, other = hourly([curve({0: 2, 3: 5}), curve({2: 1})], 48)
    assert tuple(one) == (START, (2, 0, 0, 5), 0)
    assert tuple(other) == (START, (0, 0, 1, 0), 0)
    assert one.peak == (START + 3 * HOUR, 5)


def test_a_story_without_hours_is_flat() -> None:
    assert hourly([curve({}, before=7)], 48) == ((START, (0,), 7),)
    assert hourly([], 48) == ()


drawn = st.builds(curve, st.dictionaries(st.integers(0, 90), st.integers(1, 40), max_size=48), before=st.integers(0, 9))


@given(st.lists(drawn, max_size=5), st.integers(1, 60))
def test_no_mention_is_lost_and_all_are_as_long(stories: list[StoryCurve], most: int) -> None:
    found = hourly(stories, most)
    assert [sum(one.counts) + one.before for one in found] == [story.size for story in stories]
    assert len({(one.since, len(one.counts)) for one in found if any(story.hours for story in stories)}) <= 1
    assert all(len(one.counts) <= most for one in found)
