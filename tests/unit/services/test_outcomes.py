"""Protects: what followed an answer is counted from its thread, its author and the brand, and from nobody else."""

from datetime import timedelta
from typing import Any

import pytest

from tests.support.samples import NOON, scored
from tocsin.adapters.memory import MemoryMentionStore
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
    found = Outcomes(store).followed("Аврора", answer(first))

    # THEN each counts where it belongs
    assert found == Followed(
        replies=3, angry=1, kind=2, author_later=1, author_angry=0, author_kind=1, rating_before=1, rating_after=5,
        negative_before=2, all_before=2, negative_after=2, all_after=5,
    )  # fmt: skip


def test_a_mention_that_is_gone_leaves_the_brands_share(store: MemoryMentionStore) -> None:
    found = Outcomes(store).followed("Аврора", answer("rss:erased"))
    assert found == Followed(negative_before=1, all_before=1)


@pytest.mark.parametrize("change", [{"sent_at": None}, {"mention_id": None}, {"measure_at": None}])
def test_of_what_answers_nothing_nothing_follows(store: MemoryMentionStore, change: dict[str, Any]) -> None:
    text = answer(scored(1).mention.id).model_copy(update=change)
    assert Outcomes(store).followed("Аврора", text) is None
