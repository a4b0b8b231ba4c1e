"""The part of the review."""

from tocsin.domain.case import reviewing
from tocsin.entry.case_parts.form import Form
from tocsin.entry.case_parts.visit import Goto, Handler, Visit
from tocsin.web.case.common import Wrong
from tocsin.web.case.review import review_page

MAX_ANSWER = 2_000


def show(visit: Visit, wrong: Wrong) -> str:
    return review_page(visit.page, visit.desk, wrong, visit.tools.reviews().look(visit.case.incident.id))


def _begin(visit: Visit, form: Form) -> Goto:
    """Before the clock does, or once more."""
    del form
    visit.tools.reviews().begin(visit.case.incident.id, visit.me.email)
    return None


def _again(visit: Visit, form: Form) -> Goto:
    del form
    visit.do(reviewing.look_again)
    return None


def _answer(visit: Visit, form: Form) -> Goto:
    question, words = form.one_of("id", reviewing.QUESTIONS), form.text("words", MAX_ANSWER)
    visit.do(lambda work: reviewing.answer(work, question, words))
    return None


def _accept(visit: Visit, form: Form) -> Goto:
    change_id = form.id
    visit.do(lambda work: reviewing.accept(work, change_id))
    return None


def _refuse(visit: Visit, form: Form) -> Goto:
    change_id, why = form.id, form.line("why")
    visit.do(lambda work: reviewing.refuse(work, change_id, why))
    return None


def _finish(visit: Visit, form: Form) -> Goto:
    del form
    visit.do(reviewing.finish)
    return None


STEPS: dict[str, Handler] = {
    "review_begin": _begin,
    "review_again": _again,
    "review_answer": _answer,
    "change_accept": _accept,
    "change_refuse": _refuse,
    "review_finish": _finish,
}
