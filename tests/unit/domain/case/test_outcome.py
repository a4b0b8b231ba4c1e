"""Protects: what came of an answer is measured once, a day later, by what followed it, and says what it counted."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.casefile import after, work
from tests.support.samples import NOON
from tocsin.domain.case.approving import approve, sent
from tocsin.domain.case.file import What, Work
from tocsin.domain.case.outcome import Followed, due, measure, next_at, note_result
from tocsin.domain.case.texts import CaseText, ResultKind
from tocsin.domain.case.wording import draft
from tocsin.domain.errors import TransitionError
from tocsin.domain.linter import Kind

DAY = timedelta(hours=24)


class After:
    def __init__(self, followed: Followed | None) -> None:
        self.given = followed
        self.asked: list[str] = []

    def followed(self, text: CaseText) -> Followed | None:
        self.asked.append(text.id)
        return self.given


def answered() -> Work:
    now = work()
    now = after(now, draft(now, Kind.REPLY, "uk", "Нам прикро, ми розбираємося.", mention_id="rss:1"))
    now = after(now, approve(now, "text-1"))
    return after(now, sent(now, "text-1", "https://t.me/aurora/17"))


@pytest.mark.parametrize(
    ("followed", "kind"),
    [
        ({}, ResultKind.NEUTRAL),
        ({"author_later": 1, "author_kind": 1}, ResultKind.RECOVERED),
        ({"author_later": 2, "author_angry": 2}, ResultKind.WORSE),
        ({"rating_before": 1, "rating_after": 4}, ResultKind.RECOVERED),
        ({"rating_before": 3, "rating_after": 1}, ResultKind.WORSE),
        ({"rating_before": 1}, ResultKind.NEUTRAL),
        ({"replies": 9, "angry": 7, "kind": 1}, ResultKind.WORSE),
        ({"replies": 2, "angry": 2}, ResultKind.NEUTRAL),
        ({"negative_before": 9, "all_before": 10, "negative_after": 1, "all_after": 40}, ResultKind.NEUTRAL),
        ({"replies": 5, "kind": 4, "negative_before": 9, "all_before": 10, "negative_after": 1, "all_after": 40},
         ResultKind.RECOVERED),
        ({"author_kind": 1, "author_later": 1, "replies": 9, "angry": 8}, ResultKind.NEUTRAL),
        ({"negative_after": 2, "all_after": 2}, ResultKind.NEUTRAL),
    ],
)  # fmt: skip
def test_what_follows_decides(followed: dict[str, int], kind: ResultKind) -> None:
    assert measure(Followed(**followed), NOON).kind is kind


@given(st.builds(Followed, **{name: st.integers(0, 50) for name in Followed._fields if "rating" not in name}))
def test_more_anger_never_makes_it_better(followed: Followed) -> None:
    order = [ResultKind.WORSE, ResultKind.NEUTRAL, ResultKind.RECOVERED]
    angrier: dict[str, Any] = {"angry": followed.angry + 5, "author_angry": followed.author_angry + 1}
    before, later = measure(followed, NOON).kind, measure(followed._replace(**angrier), NOON).kind
    assert order.index(later) <= order.index(before)


def test_it_is_measured_once_a_day_later_with_what_was_counted() -> None:
    # GIVEN an answer
    now = answered()
    seen = After(Followed(author_later=1, author_kind=1))
    assert next_at(now.file, now.incident) == NOON + DAY

    # WHEN the clock is looked at before and after the day is over
    early = due(now._replace(now=NOON + DAY - timedelta(minutes=1)), seen)
    done = due(now._replace(now=NOON + DAY), seen)

    # THEN only the second time says anything, and nothing is asked again
    assert early.events == ()
    result = done.file.texts[0].result
    assert result is not None
    assert result.kind is ResultKind.RECOVERED
    assert result.facts == ("author_later=1", "author_kind=1")
    assert [event.what for event in done.events] == [What.MEASURED]
    assert next_at(done.file, done.incident) is None
    assert seen.asked == ["text-1"]


def test_what_cannot_be_looked_at_waits() -> None:
    now = answered()
    done = due(now._replace(now=NOON + DAY), After(None))
    assert done.file.texts[0].result is None
    assert next_at(done.file, done.incident) == NOON + DAY


def test_a_persons_word_stands_and_ends_the_measuring() -> None:
    now = answered()
    done = note_result(now, "text-1", ResultKind.WORSE, "they called the shop, furious")
    result = done.file.texts[0].result
    assert result is not None
    assert result.kind is ResultKind.WORSE
    assert next_at(done.file, done.incident) is None


def test_nothing_follows_what_was_not_sent() -> None:
    now = work()
    now = after(now, draft(now, Kind.REPLY, "uk", "Нам прикро.", mention_id="rss:1"))
    with pytest.raises(TransitionError, match="nothing can have followed"):
        note_result(now, "text-1", ResultKind.RECOVERED)
