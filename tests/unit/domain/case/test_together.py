"""Protects: who acts together is told from a crowd that shares one text; nobody is suspect without a sign of theirs."""

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.domain.story_mentions import NOW, said
from tests.unit.domain.test_coordination import PEOPLE, SLOGAN
from tocsin.domain.author_record import AuthorRecord, author_key
from tocsin.domain.case.together import SUSPECT, Together, together
from tocsin.domain.clues import ClueKind
from tocsin.domain.mention import Author, Medium
from tocsin.domain.reading import ScoredMention


def post(text: str, number: int, *, days: int | None = 900, **more: Any) -> ScoredMention:
    created = NOW - timedelta(days=days) if days is not None else None
    return said(text, number, author=Author(handle=f"a{number}", created_at=created), **more)


def score(found: Together, of: ScoredMention) -> float:
    key = author_key(of.mention)
    assert key is not None
    return found.voices[key].score if key in found.voices else 0.0


def test_new_accounts_with_one_text_are_told_from_the_crowd_around_them() -> None:
    # GIVEN fifteen accounts of a few days with one text amid three dozen people in their own words
    gang = [post(f"{SLOGAN} {'!' * number}", number, days=number) for number in range(15)]
    people = [post(f"{text} {number}", 100 + number, minutes=number) for number, text in enumerate(PEOPLE * 3)]

    found = together([*people, *gang])

    # THEN each of the gang is suspect with what it rests on, none of the people is, and the crowd is
    assert all(score(found, one) >= SUSPECT for one in gang)
    assert not any(score(found, one) >= SUSPECT for one in people)
    assert found.crowd.score >= SUSPECT
    kinds = {one.kind for one in found.crowd.clues}
    assert kinds >= {ClueKind.YOUNG_AMONG, ClueKind.SAME_TEXT_AMONG}


def test_ordinary_accounts_that_pass_one_text_and_link_on_at_once_are_no_plot() -> None:
    shared = [
        post(f"RT {SLOGAN} https://news.example/kettle", number, minutes=number // 8, days=400 + number)
        for number in range(80)
    ]

    found = together(shared)

    assert found.crowd.score < SUSPECT
    assert all(one.score < SUSPECT for one in found.voices.values())


def test_who_passes_a_bots_text_on_is_not_called_one() -> None:
    gang = [post(SLOGAN, number, days=3) for number in range(20)]
    grandmother = post(f"RT {SLOGAN}", 50, days=4_000)

    found = together([*gang, grandmother])

    assert score(found, gang[0]) >= SUSPECT
    assert score(found, grandmother) < SUSPECT


def test_ratings_without_words_by_new_accounts_are_suspect_and_honest_ones_are_not() -> None:
    bare = [post("", number, days=2, rating=1, medium=Medium.REVIEW, minutes=3 * number) for number in range(20)]
    honest = [
        post(text, 100 + number, days=500, rating=1, medium=Medium.REVIEW, minutes=9 * number)
        for number, text in enumerate(PEOPLE)
    ]

    assert all(one.score >= SUSPECT for one in together(bare).voices.values())
    assert together(honest).crowd.score == 0
    mixed = together([*bare, *honest])
    assert not any(score(mixed, one) >= SUSPECT for one in honest)


def test_one_who_writes_again_and_again_is_one_voice_and_no_crowd() -> None:
    alone = [said(SLOGAN, number, author=Author(handle="one"), minutes=4 * number) for number in range(45)]

    assert together(alone).crowd.score == 0


def test_where_the_source_tells_no_age_sharing_alone_never_suffices() -> None:
    assert all(
        one.score < SUSPECT
        for one in together([post(SLOGAN, n, days=None, minutes=n * n % 97) for n in range(60)]).voices.values()
    )


def test_a_history_of_one_topic_counts_where_it_is_known() -> None:
    shared = [post(SLOGAN, number) for number in range(12)]
    history = AuthorRecord(first_seen=NOW, last_seen=NOW, mentions=5, negative=5, repeated=4)
    records = {key: history for one in shared if (key := author_key(one.mention))}

    assert together(shared).crowd.score < SUSPECT
    assert together(shared, records).crowd.score >= SUSPECT


def test_news_and_private_words_are_left_out() -> None:
    for medium in (Medium.NEWS, Medium.PRIVATE):
        assert together([post(SLOGAN, number, days=2, medium=medium) for number in range(20)]).voices == {}


@given(
    st.lists(
        st.tuples(
            st.sampled_from([SLOGAN, "bad", "", *PEOPLE, "see https://a.example/x"]),
            st.integers(0, 12),
            st.sampled_from([None, 0, 10, 900]),
            st.sampled_from([None, 1, 5]),
            st.integers(0, 600),
        ),
        max_size=40,
    )
)
def test_a_score_is_within_bounds_explained_and_the_same_in_any_order(rows: list[Any]) -> None:
    heard = [
        post(text, number, days=days, rating=rating, minutes=minutes).model_copy()
        for number, (text, _, days, rating, minutes) in enumerate(rows)
    ]

    found = together(heard)

    assert together(list(reversed(heard))).crowd.score == found.crowd.score
    for one in (found.crowd, *found.voices.values()):
        assert 0 <= one.score < 1
        assert one.clues or one.score == 0
