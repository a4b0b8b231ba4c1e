"""The parts of a case as pages: which one is shown, which step a form takes, and what is said when it does not go."""

import logging
from importlib import import_module
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from tocsin.domain.errors import TocsinError
from tocsin.entry.case_parts.form import FaultError, Form
from tocsin.entry.case_parts.visit import Goto, Handler, LedElsewhereError, Shown, Visit
from tocsin.entry.http import BadRequestError, Response
from tocsin.entry.pages import asked_language, from_elsewhere, html_answer, see_other
from tocsin.entry.refused import refusal_of
from tocsin.services.answer import AnswerError, Why
from tocsin.services.logged import logged
from tocsin.web.answer_words import RACE
from tocsin.web.case.common import Wrong
from tocsin.web.case.names import PARTS
from tocsin.web.pages import ELSEWHERE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

logger = logging.getLogger(__name__)

_WORDS = {
    "plan": ("task", "removal", "pick", "settle", "plan", "clock", "freeze"),
    "words": ("text", "reply"),
    "promises": ("promise",),
    "enquiries": ("enquiry",),
    "briefs": ("brief", "question"),
    "level": ("hold", "release", "hand", "assign", "note", "dismiss", "close", "reopen", "link", "merge", "declare"),
    "cause": ("cause", "verify", "appraise", "quote", "unquote"),
    "review": ("review", "change"),
}
_PREFIXES = {word: part for part, words in _WORDS.items() for word in words}
"""Which part a form's first word belongs to."""


def part_asked(visit: Visit) -> str | None:
    """The part whose page is asked for, or whose form was sent; None for the case's own page."""
    do = visit.fields.get("do")
    part = _PREFIXES.get(do.partition("_")[0]) if do else visit.request.query.get("part")
    return part if part in PARTS else None


def show(visit: Visit, part: str, wrong: Wrong | None = None, status: int = 200) -> Response:
    shown: Shown = _module(part).show
    return html_answer(status, shown(visit, wrong or Wrong()))


def act(visit: Visit, part: str) -> Response:
    """Take the step that the form asks for. A form of the case's own page leads back there."""
    do, form = visit.fields.get("do", ""), visit.form
    steps: Mapping[str, Handler] = _module(part).STEPS
    if do not in steps:
        raise BadRequestError("there is nothing to do in this form")
    of = f"{do}/{form.id}" if form.id else do
    if from_elsewhere(visit.request):
        return show(visit, part, Wrong(of, form.fields, trouble=ELSEWHERE), 403)
    try:
        goto = steps[do](visit, form)
    except FaultError as fault:
        return show(visit, part, Wrong(of, form.fields, fault=fault.sentence), 422)
    except AnswerError as error:
        if error.why is Why.LEFT:
            raise
        return _refused(visit, part, of, form, error)
    except BadRequestError:
        raise
    except LedElsewhereError as elsewhere:
        return see_other(elsewhere.address)
    except TocsinError as error:
        return _refused(visit, part, of, form, error)
    return see_other(address(visit, {"part": part} if goto is None and visit.fields.get("part") else goto))


def address(visit: Visit, goto: Goto) -> str:
    language = asked_language(visit.request)
    query = {name: value for name, value in {**(goto or {}), "lang": language or ""}.items() if value}
    return f"{visit.action}?{urlencode(query)}" if query else visit.action


def _refused(visit: Visit, part: str, of: str, form: Form, error: TocsinError) -> Response:
    """The page as things stand now, with what the step had against it."""
    if isinstance(error, AnswerError) and error.why is Why.BUSY:
        wrong = Wrong(of, form.fields, trouble=RACE)
    else:
        logger.warning("a step was refused", extra=logged(error))
        wrong = Wrong(of, form.fields, refused=refusal_of(error))
    visit.again()
    module = _module(part)
    if part == "plan":
        return html_answer(409, module.show(visit, wrong, error.__cause__))
    return show(visit, part, wrong, 409)


def _module(part: str) -> "ModuleType":
    """Loaded when it is asked for: a cold start does not pay for what nobody opens."""
    return import_module(f"tocsin.entry.case_parts.{part}")
