"""Protects: what came of a text is said with what was counted, in every language, and nothing is said of nought."""

from typing import get_args

import pytest

from tests.support.samples import NOON
from tocsin.domain.case.outcome import Followed, measure, measure_statement
from tocsin.domain.case.texts import Result, ResultKind
from tocsin.domain.fields import Language
from tocsin.web.i18n import Reader
from tocsin.web.lint_sentences import RESULTS, result_sentence
from tocsin.web.outcome_words import counted_words

REPLY = Followed(
    replies=4, angry=1, kind=3, author_later=2, author_kind=1, author_angry=1, rating_before=1, rating_after=4,
    negative_before=9, all_before=12, negative_after=1, all_after=20,
)  # fmt: skip
STATEMENT = Followed(
    negative_before=40, all_before=60, negative_after=0, all_after=20, matter_before=30, matter_after=0, usual=18
)


def readers() -> list[Reader]:
    return [Reader(language, "UTC") for language in get_args(Language)]


@pytest.mark.parametrize(
    "result", [measure(REPLY, NOON), measure_statement(STATEMENT, NOON)], ids=["reply", "statement"]
)
def test_every_figure_is_said_in_each_language(result: Result) -> None:
    said = [" ".join(counted_words(reader, result)) for reader in readers()]
    assert len(set(said)) == 3
    for words in said:
        assert "%(" not in words
        for figure in (fact.partition("=")[2] for fact in result.facts):
            assert figure in words.replace("\u00a0", " "), figure


def test_of_a_person_who_judged_by_eye_nothing_is_counted() -> None:
    assert counted_words(readers()[0], Result(kind=ResultKind.WORSE, at=NOON, facts=("by=anna@agency.example",))) == ()


@pytest.mark.parametrize("kind", ResultKind)
def test_each_outcome_has_its_sentence(kind: ResultKind) -> None:
    assert kind in RESULTS
    assert len({result_sentence(reader, Result(kind=kind, at=NOON)) for reader in readers()}) == 3
