"""The part of those who must know: a brief by one tap, and what they ask."""

from tocsin.domain.case import briefs
from tocsin.domain.people import Circle
from tocsin.entry.case_parts.form import FaultError, Form
from tocsin.entry.case_parts.visit import Goto, Handler, Visit
from tocsin.entry.http import number_of
from tocsin.web.case.briefs import briefs_page
from tocsin.web.case.common import Wrong
from tocsin.web.case.names import CHOOSE
from tocsin.web.clean import one_line


def show(visit: Visit, wrong: Wrong) -> str:
    return briefs_page(visit.page, visit.desk, wrong)


def _send(visit: Visit, form: Form) -> Goto:
    """By place and name: the file may have changed since the page was shown."""
    number, text_id, name = number_of(form.id), form.need("text"), form.need("name")
    known = visit.case.client.stakeholders
    if number is None or number >= len(known):
        raise FaultError(CHOOSE)
    to = known[number]
    if one_line(to.name, 80) != name:
        raise FaultError(CHOOSE)
    visit.do(lambda work: briefs.send_brief(work, to.circle, to.name, text_id))
    return None


def _circle(visit: Visit, form: Form) -> Goto:
    circle, text_id = Circle(form.one_of("id", [one.value for one in Circle])), form.need("text")
    visit.do(lambda work: briefs.send_circle(work, circle, text_id))
    return None


def _answer(visit: Visit, form: Form) -> Goto:
    brief_id, _, place = form.id.rpartition(".")
    words, number = form.need("words"), number_of(place)
    if number is None:
        raise FaultError(CHOOSE)
    visit.do(lambda work: briefs.answer_question(work, brief_id, number, words))
    return None


STEPS: dict[str, Handler] = {"brief_send": _send, "brief_circle": _circle, "question_answer": _answer}
