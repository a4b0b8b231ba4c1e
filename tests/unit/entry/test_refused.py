"""Protects: nobody reads on a page, in English, why a step was refused: each has its sentence in every language."""

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

import tocsin
from tocsin.domain.errors import StepError, TocsinError
from tocsin.domain.fields import Language
from tocsin.domain.refusals import Refused
from tocsin.entry.refused import refusal_of
from tocsin.services.answer import AnswerError, Why
from tocsin.web.i18n import Reader
from tocsin.web.refusals import REFUSALS

ROOT = Path(tocsin.__file__).parent
LAYERS = ("domain", "services", "entry")
SELF_EXPLAINING = frozenset({"ClosedError", "LeftError"})
"""Pages of their own answer these; they have no sentence among the refusals."""


def raised() -> Iterator[tuple[str, str, bool]]:
    """(place, class, whether a refusal goes with it) of every refused step that the code can raise."""
    kinds = {each.__name__ for each in _kinds(StepError)} - SELF_EXPLAINING
    for layer in LAYERS:
        for path in sorted((ROOT / layer).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                    call = node.exc
                    name = call.func.id if isinstance(call.func, ast.Name) else ""
                    if name in kinds:
                        yield f"{path.relative_to(ROOT)}:{node.lineno}", name, _told(call)


def _kinds(of: type[StepError]) -> Iterator[type[StepError]]:
    for path in sorted(path for layer in LAYERS[:2] for path in (ROOT / layer).rglob("*.py")):
        import_module(".".join(("tocsin", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__"))
    yield of
    for each in of.__subclasses__():
        yield each
        yield from each.__subclasses__()


def _told(call: ast.Call) -> bool:
    """A member of Refused, or another error's, stands in it, or a variable of that name."""
    given = [*call.args, *(each.value for each in call.keywords)]
    parts = [part for each in given for part in ast.walk(each)]
    named = any(isinstance(each, ast.Name) and each.id == "refused" for each in given)
    return named or any(
        isinstance(part, ast.Attribute)
        and (part.attr == "refused" or (isinstance(part.value, ast.Name) and part.value.id == "Refused"))
        for part in parts
    )


def test_every_refused_step_says_which_sentence_is_shown_for_it() -> None:
    of_its_class = {"PostureError", "RemovalError"}
    found = list(raised())
    assert len(found) > 100
    assert [(place, name) for place, name, told in found if not told and name not in of_its_class] == []


@pytest.mark.parametrize("refused", list(Refused))
@pytest.mark.parametrize("language", ["uk", "es"])
def test_every_refusal_is_said_in_every_language(refused: Refused, language: Language) -> None:
    sentence = REFUSALS[refused]
    assert Reader(language, "UTC").gettext(sentence) not in {"", sentence}


@pytest.mark.parametrize("refused", list(Refused))
def test_a_refused_step_is_shown_by_its_own_sentence(refused: Refused) -> None:
    error = AnswerError(Why.WRONG, "in English")
    error.__cause__ = StepError("in English", refused)
    assert refusal_of(error) == REFUSALS[refused]
    assert refusal_of(StepError("in English", refused)) == REFUSALS[refused]


@pytest.mark.parametrize(
    "error", [TocsinError("in English"), StepError("in English"), *(AnswerError(why, "in English") for why in Why)]
)
def test_what_nobody_foresaw_is_not_shown_in_english_either(error: TocsinError) -> None:
    assert refusal_of(error) in set(REFUSALS.values())
