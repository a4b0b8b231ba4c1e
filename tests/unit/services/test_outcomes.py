"""Protects: what followed an answer is counted from its thread, its author and the brand, and from nobody else."""

from datetime import timedelta
from typing import Any

import pytest

from tests.support.samples import NOON, scored
from tocsin.adapters.memory import MemoryMentionStore
from tocsin.adapters.memory_cases import MemoryCaseStore
from tocsin.domain.brand_baseline import BaselineState
from tocsin.domain.brand_state import BrandState
from tocsin.domain.case.outcome import Followed
from tocsin.domain.case.texts import CaseText, Source, TextState
from tocsin.domain.linter import Kind
from tocsin.domain.mention import Author
from tocsin.services.outcomes import Outcomes

OLENA = Author(id="7", handle="olena", name="Олена")
URL = "https://t.me/aurora/17"
HOUR = timedelta(hours=1)


def answer(mention_id: str) -> CaseText:
    return CaseText(
        id="text-1", kind=Kind.REPLY, language="uk", text="Нам прикро.", source=Source.TEMPLATE, author="a@b.example",
        at=NOON, state=TextState.SENT, mention_id=mention_id, url=URL, sent_at=NOON, sent_by="a@b.example",
        measure_at=NOON + 24 * HOUR,
    )  # fmt: skip


def followed(store: MemoryMentionStore, text: CaseText, scenario: str | None = None) -> Followed | None:
    return Outcomes(store, MemoryCaseStore()).followed("Аврора", text, scenario)


def said(number: int, at: Any, *, author: Author | None = None, negative: bool = True, **facts: Any) -> Any:
    one = scored(number, at=at, negative=negative, **facts)
    return one.model_copy(update={"mention": one.mention.model_copy(update={"author": author or Author()})})


@pytest.fixture
def store() -> MemoryMentionStore:
    kept = MemoryMentionStore()
    kept.record("Аврора", [said(1, NOON - HOUR, author=OLENA, thread="thread-9", rating=1)])
    return kept


def test_the_thread_the_author_and_the_brand_are_counted_apart(store: MemoryMentionStore) -> None:
    # GIVEN a complaint that was answered at noon, and what was said since
    first = scored(1).mention.id
    store.record(
        "Аврора",
        [
            said(2, NOON + HOUR, in_reply_to=URL, negative=True),
            said(3, NOON + 2 * HOUR, thread="thread-9", negative=False),
            said(4, NOON + 3 * HOUR, in_reply_to=first, negative=False),
            said(5, NOON + 4 * HOUR, author=OLENA, thread="thread-9", negative=False, rating=5),
            said(6, NOON + 5 * HOUR, author=Author(name="Олена"), negative=True),  # a namesake
            said(7, NOON + 30 * HOUR, in_reply_to=URL, negative=True),  # too late
            said(8, NOON - 2 * HOUR, in_reply_to=first, negative=True),  # before the answer
        ],
    )

    # WHEN it is looked at
    found = followed(store, answer(first))

    # THEN each counts where it belongs
    assert found == Followed(
        replies=3, angry=1, kind=2, author_later=1, author_angry=0, author_kind=1, rating_before=1, rating_after=5,
        negative_before=2, all_before=2, negative_after=2, all_after=5,
    )  # fmt: skip


def test_a_mention_that_is_gone_leaves_the_brands_share(store: MemoryMentionStore) -> None:
    found = followed(store, answer("rss:erased"))
    assert found == Followed(negative_before=1, all_before=1)


@pytest.mark.parametrize("change", [{"sent_at": None}, {"measure_at": None}])
def test_of_what_answers_nothing_nothing_follows(store: MemoryMentionStore, change: dict[str, Any]) -> None:
    text = answer(scored(1).mention.id).model_copy(update=change)
    assert followed(store, text) is None


def test_a_rating_that_is_changed_in_place_is_heard_though_nobody_is_named(store: MemoryMentionStore) -> None:
    # GIVEN a review of somebody whose source names them by no id, changed a few hours after the answer
    first = said(11, NOON - HOUR, rating=1, id="googlebusiness:abc", source="googlebusiness")
    again = said(11, NOON + 3 * HOUR, rating=4, id="googlebusiness:abc~14", source="googlebusiness", negative=False)
    store.record("Аврора", [first, again])

    # WHEN it is looked at what came of the answer
    found = followed(store, answer("googlebusiness:abc"))

    # THEN the rating counts
    assert found is not None
    assert (found.rating_before, found.rating_after, found.author_later, found.author_kind) == (1, 4, 1, 1)


def statement(**facts: Any) -> CaseText:
    given = {"kind": Kind.HOLDING, "mention_id": None} | facts
    return answer("").model_copy(update=given)


def told(number: int, at: Any, scenario: str | None) -> Any:
    one = said(number, at)
    return one.model_copy(update={"reading": one.reading.model_copy(update={"scenario": scenario})})


def test_a_statement_is_measured_by_the_same_hours_of_the_next_day(store: MemoryMentionStore) -> None:
    # GIVEN what was said in the six hours before a statement, right after it, and in the same hours a day later
    store.record("Аврора", [told(20 + n, NOON - n * HOUR / 3, "product_harm") for n in range(1, 12)])
    store.record("Аврора", [told(40 + n, NOON + n * HOUR / 3, "product_harm") for n in range(1, 12)])
    store.record("Аврора", [said(60 + n, NOON + 19 * HOUR + n * HOUR / 4, negative=n < 3) for n in range(12)])
    cases = MemoryCaseStore()
    baseline = BaselineState(watched=400, hours=400, mentions=1_000, negatives=100)
    cases.save_assessment(BrandState(brand="Аврора", version=1, baseline=baseline))

    # WHEN it is looked at a day later
    found = Outcomes(store, cases).followed("Аврора", statement(), "product_harm")

    # THEN the hours right after it are no part of it, and the matter is told apart
    assert found == Followed(
        negative_before=12, all_before=12, negative_after=3, all_after=12, matter_before=11, matter_after=0, usual=10
    )


def test_a_brand_that_was_hardly_watched_has_nothing_usual(store: MemoryMentionStore) -> None:
    found = followed(store, statement())
    assert found is not None
    assert (found.usual, found.matter_before) == (None, None)


@pytest.mark.parametrize("kind", [Kind.STAFF, Kind.CLIENT])
def test_what_only_some_have_read_is_not_measured(store: MemoryMentionStore, kind: Kind) -> None:
    assert followed(store, statement(kind=kind)) is None
