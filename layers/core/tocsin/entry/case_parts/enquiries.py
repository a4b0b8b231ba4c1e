"""The part of media enquiries."""

from tocsin.domain.case import enquiries
from tocsin.entry.case_parts.form import Form
from tocsin.entry.case_parts.visit import Goto, Handler, Visit
from tocsin.web.case.common import Wrong
from tocsin.web.case.enquiries import enquiries_page


def show(visit: Visit, wrong: Wrong) -> str:
    return enquiries_page(visit.page, visit.desk, wrong)


def _add(visit: Visit, form: Form) -> Goto:
    outlet, question, person = form.need("outlet"), form.need("question"), form.line("person")
    owner, deadline = form.line("owner"), form.moment_or_none("deadline")
    visit.do(lambda work: enquiries.enquire(work, outlet, question, owner=owner, person=person, deadline=deadline))
    return None


def _answered(visit: Visit, form: Form) -> Goto:
    enquiry_id, words = form.id, form.need("words")
    visit.do(lambda work: enquiries.answered(work, enquiry_id, words))
    return None


def _give(visit: Visit, form: Form) -> Goto:
    enquiry_id, to = form.id, form.need("to")
    visit.do(lambda work: enquiries.give_enquiry(work, enquiry_id, to))
    return None


STEPS: dict[str, Handler] = {"enquiry_add": _add, "enquiry_answered": _answered, "enquiry_give": _give}
