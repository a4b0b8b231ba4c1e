"""Protects: each finding has a reason and a way out in every language, and nobody is accused in an advice."""

from typing import get_args

import pytest

from tests.support.samples import NOON
from tocsin.domain.case.texts import Result, ResultKind
from tocsin.domain.fields import Language
from tocsin.domain.linter import Element, Fault, Finding
from tocsin.domain.replies import Advice, Reason, Stance
from tocsin.domain.voice import Voice
from tocsin.web.i18n import Reader
from tocsin.web.lint_sentences import advice_sentence, finding_sentence, missing_sentence, result_sentence

READERS = [Reader(language, "UTC") for language in get_args(Language)]


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.language)
def test_each_fault_and_each_gap_has_its_reason_and_its_way_out(reader: Reader) -> None:
    found = [finding_sentence(reader, Finding(fault=fault, start=0, end=1, quote="x\ny")) for fault in Fault]
    found += [missing_sentence(reader, element) for element in Element]
    english = {one for fault in Fault for one in finding_sentence(READERS[0], _finding(fault))[1:]}
    for one in found:
        assert one.why.endswith(".")
        assert one.instead.endswith(".")
        assert one.why != one.instead
        assert reader.language == "en" or not {one.why, one.instead} & english
        assert one.quote in {None, "x y"}


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.language)
def test_an_advice_never_names_who_somebody_is(reader: Reader) -> None:
    for stance in Stance:
        for voice in (None, *Voice):
            said = advice_sentence(reader, Advice(stance, Reason.VOICE, voice))
            assert said
            assert said == advice_sentence(reader, Advice(stance, Reason.VOICE, None))


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.language)
def test_each_result_is_said(reader: Reader) -> None:
    assert len({result_sentence(reader, Result(kind=kind, at=NOON)) for kind in ResultKind}) == len(ResultKind)


def _finding(fault: Fault) -> Finding:
    return Finding(fault=fault, start=0, end=1, quote="x")
