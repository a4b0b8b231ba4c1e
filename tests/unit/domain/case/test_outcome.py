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
from tocsin.domain.case.outcome import Followed, due, measure, measure_statement, next_at, note_result
from tocsin.domain.case.texts import CaseText, ResultKind
from tocsin.domain.case.wording import draft
from tocsin.domain.errors import TransitionError
from tocsin.domain.linter import Kind

DAY = timedelta(hours=24)
ORDER = {ResultKind.WORSE: 0, ResultKind.NEUTRAL: 1, ResultKind.TOO_FEW: 1, ResultKind.RECOVERED: 2}


class After:
    def __init__(self, followed: Followed | None) -> None:
        self.given = followed
        self.asked: list[str] = []

    def followed(self, text: CaseText, scenario: str | None) -> Followed | None:
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
        ({}, ResultKind.TOO_FEW),
        ({"author_later": 1, "author_kind": 1}, ResultKind.RECOVERED),
        ({"author_later": 2, "author_angry": 2}, ResultKind.WORSE),
        ({"rating_before": 1, "rating_after": 4}, ResultKind.RECOVERED),
        ({"rating_before": 3, "rating_after": 1}, ResultKind.WORSE),
        ({"rating_before": 1}, ResultKind.TOO_FEW),
        ({"replies": 9, "angry": 7, "kind": 1}, ResultKind.WORSE),
        ({"replies": 2, "angry": 2}, ResultKind.TOO_FEW),
        ({"replies": 4, "angry": 2, "kind": 2}, ResultKind.NEUTRAL),
        ({"negative_before": 9, "all_before": 10, "negative_after": 1, "all_after": 40}, ResultKind.NEUTRAL),
        ({"replies": 5, "kind": 4, "negative_before": 9, "all_before": 10, "negative_after": 1, "all_after": 40},
         ResultKind.RECOVERED),
        ({"author_kind": 1, "author_later": 1, "replies": 9, "angry": 8}, ResultKind.NEUTRAL),
        ({"negative_after": 2, "all_after": 2}, ResultKind.TOO_FEW),
    ],
)  # fmt: skip
def test_what_follows_decides(followed: dict[str, int], kind: ResultKind) -> None:
    assert measure(Followed(**followed), NOON).kind is kind


@given(st.builds(Followed, **{name: st.integers(0, 50) for name in Followed._fields if "rating" not in name}))
def test_more_anger_never_makes_it_better(followed: Followed) -> None:
    angrier: dict[str, Any] = {"angry": followed.angry + 5, "author_angry": followed.author_angry + 1}
    before, later = measure(followed, NOON).kind, measure(followed._replace(**angrier), NOON).kind
    assert ORDER[later] <= ORDER[before]


COUNTED = ("negative_before", "others_before", "negative_after", "others_after", "matter_before", "matter_after")


def counted(**facts: int) -> Followed:
    """``others_*``: mentions that are not negative."""
    given = dict.fromkeys(COUNTED, 0) | facts
    for when in ("before", "after"):
        given[f"all_{when}"] = given[f"negative_{when}"] + given.pop(f"others_{when}")
        given[f"matter_{when}"] = min(given[f"matter_{when}"], given[f"negative_{when}"])
    return Followed(**given)


@pytest.mark.parametrize(
    ("followed", "kind"),
    [
        ({}, ResultKind.TOO_FEW),
        ({"negative_before": 7, "negative_after": 0}, ResultKind.TOO_FEW),
        ({"negative_before": 40, "others_before": 10, "negative_after": 4, "others_after": 30}, ResultKind.RECOVERED),
        ({"negative_before": 40, "others_before": 10}, ResultKind.RECOVERED),  # silence
        ({"negative_before": 40, "others_before": 10, "negative_after": 38, "others_after": 9}, ResultKind.NEUTRAL),
        ({"negative_before": 10, "others_before": 20, "negative_after": 50, "others_after": 10}, ResultKind.WORSE),
        ({"negative_after": 60}, ResultKind.WORSE),
        ({"negative_before": 9, "others_before": 30, "negative_after": 18, "others_after": 60}, ResultKind.NEUTRAL),
        # Half as many, of the matter and in all, and another share.
        ({"negative_before": 20, "others_before": 10, "negative_after": 10, "others_after": 20, "matter_before": 16,
          "matter_after": 8}, ResultKind.RECOVERED),
        # As many as before: but the matter has taken over.
        ({"negative_before": 30, "others_before": 30, "negative_after": 30, "others_after": 30, "matter_before": 4,
          "matter_after": 30}, ResultKind.WORSE),
        # Where it usually is.
        ({"negative_before": 12, "others_before": 8, "negative_after": 7, "others_after": 13, "usual": 35},
         ResultKind.RECOVERED),
        ({"negative_before": 12, "others_before": 8, "negative_after": 7, "others_after": 13, "usual": 10},
         ResultKind.NEUTRAL),
    ],
)  # fmt: skip
def test_what_follows_a_statement_decides(followed: dict[str, int], kind: ResultKind) -> None:
    assert measure_statement(counted(**followed), NOON).kind is kind


statements = st.builds(counted, **dict.fromkeys(COUNTED, st.integers(0, 200)), usual=st.none() | st.integers(2, 90))


@given(statements, st.integers(0, 100))
def test_more_negatives_after_a_statement_never_make_it_better(followed: Followed, more: int) -> None:
    worse = followed._replace(
        negative_after=followed.negative_after + more, all_after=followed.all_after + more,
        matter_after=(followed.matter_after or 0) + more,
    )  # fmt: skip
    before, later = measure_statement(followed, NOON).kind, measure_statement(worse, NOON).kind
    assert ORDER[later] <= ORDER[before]


@given(statements)
def test_nothing_is_said_of_a_statement_that_hardly_anybody_speaks_of(followed: Followed) -> None:
    few = followed._replace(**{name: min(getattr(followed, name) or 0, 7) for name in COUNTED if "others" not in name})
    few = few._replace(all_before=7, all_after=7)
    assert measure_statement(few, NOON).kind is ResultKind.TOO_FEW


def test_a_statement_is_measured_a_day_later_also_in_a_case_that_is_closed_by_then() -> None:
    now = work()
    now = after(now, draft(now, Kind.HOLDING, "uk", "Ми перевіряємо повідомлення. Оновлення о 18:00."))
    now = after(now, approve(now, "text-1", "checked"))
    now = after(now, sent(now, "text-1", "https://aurora.example/news"))
    assert next_at(now.file, now.incident) == NOON + DAY

    done = due(now._replace(now=NOON + DAY), After(Followed(negative_before=30, all_before=40)))

    result = done.file.texts[0].result
    assert result is not None
    assert result.kind is ResultKind.RECOVERED


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


def test_a_person_never_says_that_too_little_was_said() -> None:
    with pytest.raises(TransitionError, match="recovered, neutral, worse"):
        note_result(answered(), "text-1", ResultKind.TOO_FEW)
