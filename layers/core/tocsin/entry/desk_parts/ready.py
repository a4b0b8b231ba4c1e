"""The part of whether the client is ready."""

from tocsin.domain.desk_asks import Ask, AskKind
from tocsin.entry.case_parts.form import Form
from tocsin.entry.desk_parts.visit import DeskVisit, Handler
from tocsin.web.case.common import Wrong
from tocsin.web.desk.ready import ready_page


def show(visit: DeskVisit, wrong: Wrong) -> str:
    return ready_page(visit.page, visit.counter, wrong, visit.tools.readiness().load())


def _look(visit: DeskVisit, form: Form) -> None:
    del form
    visit.ask(Ask(kind=AskKind.LOOK, at=visit.now))


STEPS: dict[str, Handler] = {"look": _look}
