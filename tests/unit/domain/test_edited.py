"""Protects: a rating that is changed in place is heard once, as its author's new word, and never by mistake."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.services.support import post
from tocsin.domain.edited import LONGEST_ID, edited, first_of
from tocsin.domain.mention import Post
from tocsin.domain.source_state import SeenSet

LOOKS = st.lists(st.lists(st.none() | st.integers(1, 5), min_size=3, max_size=3), min_size=1, max_size=8)


def review(number: int, stars: int | None) -> Post:
    return post(number, f"Пекарня Аврора {number}", id=f"googlebusiness:{number}", rating=stars)


@given(LOOKS)
def test_each_change_between_two_looks_is_told_with_what_it_was_and_nothing_else(looks: list[list[int | None]]) -> None:
    # GIVEN three reviews whose stars change from look to look; None: the source shows it without any
    seen, known = SeenSet(), dict[int, int]()
    for look in looks:
        posts = [review(number, stars) for number, stars in enumerate(look)]

        # WHEN a look is compared with the ones before THEN exactly what changed is told
        told = {(one.id, before, one.rating) for one, before in seen.rerated(posts)}
        assert told == {
            (f"googlebusiness:{number}", known[number], stars)
            for number, stars in enumerate(look)
            if stars is not None and number in known and known[number] != stars
        }
        seen = seen.with_current(posts)
        known |= {number: stars for number, stars in enumerate(look) if stars is not None}


def test_what_was_heard_before_ratings_were_remembered_is_no_change() -> None:
    bare = SeenSet().with_current([review(1, None)])
    assert bare.rerated([review(1, 1)]) == ()
    assert bare.unseen([review(1, 1)]) == ()


@given(st.text(min_size=1, max_size=LONGEST_ID), st.integers(1, 5), st.integers(1, 5))
def test_it_has_an_id_of_its_own_that_leads_back_to_the_first(native: str, before: int, after: int) -> None:
    one = review(1, after).model_copy(update={"id": native})
    told = edited(one, before, None)
    assert Post.model_validate(told.model_dump()) == told
    assert told.id != one.id
    assert one.id.startswith(first_of(told.id))
    assert edited(one, before, None).id == told.id  # however often it is brought


def test_its_time_is_the_sources_where_that_tells_the_change() -> None:
    one = review(1, 5)
    hour = timedelta(hours=1)
    since = one.fetched_at - hour
    written_long_ago = one.model_copy(update={"published_at": since - hour})
    just_changed = one.model_copy(update={"published_at": since + hour / 2})
    assert edited(written_long_ago, 1, since).published_at == one.fetched_at
    assert edited(just_changed, 1, since).published_at == just_changed.published_at
