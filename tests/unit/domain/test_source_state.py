"""Protects: what a feed still shows is never new twice, whatever it does to its ids, and the memory stays small."""

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.services.support import post
from tocsin.domain.mention import Author, Post
from tocsin.domain.source_state import OVERLAP, SEEN_CAP, SeenSet

documents = st.lists(st.lists(st.integers(0, 60), max_size=40), max_size=8)


def feed(*numbers: int, salt: str = "") -> list[Post]:
    return [post(n, f"Аврора {n}", id=f"rss:{n}{salt}") for n in numbers]


@given(documents)
def test_nothing_is_new_twice_and_nothing_is_missed(shown: list[list[int]]) -> None:
    seen, given_out = SeenSet(), list[str]()
    for document in shown:
        posts = feed(*document)
        given_out += [fresh.id for fresh in seen.unseen(posts)]
        seen = seen.with_current(posts)
    assert len(given_out) == len(set(given_out))
    assert set(given_out) == {f"rss:{n}" for document in shown for n in document}


def test_a_feed_that_gives_new_ids_each_time_repeats_nothing() -> None:
    """Some feeds number their items anew at every request: that would look like a storm without end."""
    seen = SeenSet().with_current(feed(1, 2, 3, salt="-a"))
    assert [fresh.url for fresh in seen.unseen(feed(1, 2, 3, 4, salt="-b"))] == ["https://news.example/4"]


def test_two_people_who_say_the_same_under_one_link_both_count() -> None:
    twice = [post(1, "Аврора, ганьба", id="rss:a"), post(1, "Аврора, ганьба", id="rss:b")]
    assert len(SeenSet().unseen(twice)) == 2


def test_an_item_that_leaves_for_a_moment_is_known_when_it_returns() -> None:
    seen = SeenSet().with_current(feed(*range(30))).with_current(feed(*range(20))).with_current(feed(*range(25)))
    assert seen.unseen(feed(*range(30))) == ()


def test_the_memory_is_small_for_small_feeds_and_bounded_for_huge_ones() -> None:
    small = SeenSet()
    for start in range(0, 4_000, 20):
        small = small.with_current(feed(*range(start, start + 20)))
    assert len(small.fingerprints) <= 40 + OVERLAP

    huge = SeenSet().with_current(feed(*range(7_000)))
    assert huge.unseen(feed(*range(7_000))) == ()
    assert len(huge.with_current(feed(*range(7_000, 7_010))).fingerprints) <= SEEN_CAP


def test_another_person_who_says_the_same_later_under_one_link_counts() -> None:
    """Reviews of an app all stand under one address, and «does not work» is soon said again."""
    first = post(1, "не працює", id="appstore:1", author=Author(name="Олена"))
    other = post(1, "не працює", id="appstore:2", author=Author(name="Іван"))
    assert SeenSet().with_current([first]).unseen([first, other]) == (other,)


def test_a_look_that_holds_tens_of_thousands_still_fits_into_its_item() -> None:
    many = feed(*range(SEEN_CAP + 5_000))
    seen = SeenSet().with_current(many)
    assert len(seen.fingerprints) <= SEEN_CAP
    assert seen.unseen(many[:SEEN_CAP]) == ()


@given(st.lists(st.integers(1, 400), min_size=1, max_size=6))
def test_a_reading_of_several_looks_is_known_to_the_next_ones_overlap(sizes: list[int]) -> None:
    """A storm's last look may be short; what the first ones gave must not be new again."""
    seen, said = SeenSet(), 0
    for size in sizes:
        seen = seen.with_current(feed(*range(said, said + size)), forget=False)
        said += size
    assert seen.unseen(feed(*range(said))) == ()


def test_a_reading_without_end_is_bounded_too() -> None:
    seen = SeenSet()
    for start in range(0, 12_000, 2_000):
        seen = seen.with_current(feed(*range(start, start + 2_000)), forget=False)
    assert len(seen.fingerprints) == SEEN_CAP
    assert seen.unseen(feed(*range(8_000, 12_000))) == ()
    assert len(seen.with_current(feed(1)).fingerprints) <= OVERLAP + 2
