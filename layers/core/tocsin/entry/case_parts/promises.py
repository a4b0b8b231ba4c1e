"""The promises' part."""

from tocsin.domain.case import promising
from tocsin.entry.case_parts.form import Form
from tocsin.entry.case_parts.visit import Goto, Handler, Visit
from tocsin.web.case.common import Wrong
from tocsin.web.case.promises import promises_page


def show(visit: Visit, wrong: Wrong) -> str:
    return promises_page(visit.page, visit.desk, wrong)


def make(visit: Visit, form: Form, text_id: str | None = None) -> None:
    what, to, owner, due = form.need("what"), form.need("to"), form.need("owner"), form.moment("due")
    visit.do(lambda work: promising.make(work, what, to, owner, due, text_id))


def _make(visit: Visit, form: Form) -> Goto:
    make(visit, form)
    return None


def _kept(visit: Visit, form: Form) -> Goto:
    promise_id = form.id
    visit.do(lambda work: promising.keep(work, promise_id))
    return None


def _noted(visit: Visit, form: Form) -> Goto:
    promise_id, note = form.id, form.need("note")
    visit.do(lambda work: promising.keep(work, promise_id, note))
    return None


def _give(visit: Visit, form: Form) -> Goto:
    promise_id, to = form.id, form.need("to")
    visit.do(lambda work: promising.hand(work, promise_id, to))
    return None


def _release(visit: Visit, form: Form) -> Goto:
    promise_id, note = form.id, form.need("note")
    visit.do(lambda work: promising.release(work, promise_id, note))
    return None


STEPS: dict[str, Handler] = {
    "promise_add": _make,
    "promise_kept": _kept,
    "promise_note": _noted,
    "promise_give": _give,
    "promise_release": _release,
}
