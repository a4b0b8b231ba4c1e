from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.domain.story_mentions import NOW, said
from tocsin.domain.author_record import LASTING, RECENT, SIGNATURES, AuthorRecord, author_key
from tocsin.domain.mention import Author
from tocsin.domain.reading import Sentiment

TEXT = "Lumea sold me a broken kettle and nobody answers at the help desk"


def test_a_record_tells_an_authors_history_with_the_brand() -> None:
    bob = Author(handle="bob", followers=10, created_at=NOW - timedelta(days=3))
    record = AuthorRecord.begun(said(TEXT, 1, author=bob, scenario="product_defect"))
    record = record.after(said(f"{TEXT}!!!", 2, author=bob, scenario="product_defect", severity=0.9))
    record = record.after(said("", 3, author=Author(handle="bob", followers=12), rating=1))
    record = record.after(said("the new shop is fine", 4, author=bob, sentiment=Sentiment.POSITIVE, source="forum"))

    assert (record.mentions, record.negative, record.grave, record.repeated, record.wordless) == (4, 3, 1, 1, 1)
    assert record.scenarios == (("product_defect", 2),)
    assert record.sources == ("social", "forum")
    assert (record.followers, record.young) == (10, True)
    assert (record.first_seen, record.last_seen) == (NOW + timedelta(minutes=1), NOW + timedelta(minutes=4))
    assert record.expires == record.last_seen + LASTING


def test_a_mention_that_comes_again_changes_nothing() -> None:
    record = AuthorRecord.begun(said(TEXT, 1))

    assert record.after(said(TEXT, 1)) is record


@given(st.permutations(range(8)))
@settings(max_examples=30)
def test_counts_and_dates_do_not_depend_on_the_order(order: list[int]) -> None:
    def shown(numbers: list[int]) -> tuple[object, ...]:
        mentions = [said(f"word{number} " * 6, number, severity=number / 8) for number in numbers]
        record = AuthorRecord.begun(mentions[0])
        for mention in mentions[1:]:
            record = record.after(mention)
        return record.first_seen, record.last_seen, record.mentions, record.negative, record.grave

    assert shown(order) == shown(list(range(8)))


def test_a_record_is_small_however_much_its_author_says() -> None:
    record = AuthorRecord.begun(said(TEXT, 0))
    for number in range(1, 200):
        text = f"{number} different things of number {number * 7} about {'abcdefghij'[number % 10] * 5} {number * 31}"
        record = record.after(said(text, number, scenario=f"scenario_{number}", source=f"source{number}"))
    form = record.model_dump_json()

    assert len(form) < 2_000
    assert AuthorRecord.model_validate_json(form) == record
    assert len(record.recent) == RECENT
    assert len(record.signatures) <= SIGNATURES


def test_one_topic_is_told_by_repeating_it() -> None:
    record = AuthorRecord.begun(said(TEXT, 0))
    assert not record.single_topic
    assert record.after(said(TEXT, 1)).after(said(TEXT, 2)).single_topic


def test_an_author_has_a_key_that_is_not_their_name_and_nobody_has_none() -> None:
    key = author_key(said(TEXT, author=Author(handle="bob")).mention)

    assert key is not None
    assert len(key) == 16
    assert "bob" not in key
    assert key != author_key(said(TEXT, author=Author(handle="bob"), source="forum").mention)
    assert author_key(said(TEXT, author=Author()).mention) is None
