"""The client's own pages, by the link to declare: what is there beside any case. Looking changes nothing.

What needs rights that a public page has not is noted, under the visitor's link or in a case, and done by watch.
"""

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from tocsin.domain.errors import TocsinError
from tocsin.entry.case_parts.form import FaultError
from tocsin.entry.desk_parts.visit import DeskVisit
from tocsin.entry.http import BadRequestError, Response
from tocsin.entry.pages import asked_language, from_elsewhere, html_answer, see_other
from tocsin.entry.refused import refusal_of
from tocsin.services.answer import AnswerError, Why
from tocsin.services.links import LinkRefusedError
from tocsin.web.answer_words import RACE
from tocsin.web.case.common import Wrong
from tocsin.web.desk.common import NOT_YET, PARTS
from tocsin.web.pages import ELSEWHERE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tocsin.entry.desk_parts.visit import Handler

_PART_OF = {"look": "ready", "drill": "drill", "take_back": "changes"}
"""By what a form does."""


def part_asked(visit: DeskVisit) -> str | None:
    """None for the page to declare on."""
    do = visit.fields.get("do")
    part = _PART_OF.get(do) if do else visit.request.query.get("part")
    return part if part in PARTS and part != "declare" else None


def desk_answer(visit: DeskVisit, part: str) -> Response:
    if visit.request.method != "POST":
        return _show(visit, part, Wrong())
    form, do = visit.form, visit.fields.get("do", "")
    steps: Mapping[str, Handler] = _module(part).STEPS
    if do not in steps:
        raise BadRequestError("there is nothing to do in this form")
    of = f"{do}/{form.id}" if form.id else do
    if from_elsewhere(visit.request):
        return _show(visit, part, Wrong(of, form.fields, trouble=ELSEWHERE), 403)
    try:
        steps[do](visit, form)
    except FaultError as fault:
        return _show(visit, part, Wrong(of, form.fields, fault=fault.sentence), 422)
    except (BadRequestError, LinkRefusedError):
        raise
    except AnswerError as error:
        if error.why in {Why.GONE, Why.LEFT}:
            raise
        if error.why is Why.BUSY:
            return _show(visit, part, Wrong(of, form.fields, trouble=NOT_YET if part != "changes" else RACE), 409)
        return _show(visit, part, _refused(of, form.fields, error), 409)
    language = asked_language(visit.request) or ""
    return see_other(f"{visit.action}?{urlencode({'part': part} | ({'lang': language} if language else {}))}")


def _refused(of: str, fields: dict[str, str], error: TocsinError) -> Wrong:
    return Wrong(of, fields, refused=refusal_of(error))


def _show(visit: DeskVisit, part: str, wrong: Wrong, status: int = 200) -> Response:
    shown: str = _module(part).show(visit, wrong)
    return html_answer(status, shown)


def _module(part: str) -> ModuleType:
    """Loaded when it is asked for: a cold start does not pay for what nobody opens."""
    return import_module(f"tocsin.entry.desk_parts.{part}")
