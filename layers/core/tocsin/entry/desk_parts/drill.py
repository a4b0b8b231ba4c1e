"""The part of drills: how the last ones went, and a new one."""

from tocsin.domain.desk_asks import Ask, AskKind
from tocsin.domain.scenarios import SCENARIOS
from tocsin.entry.case_parts.form import FaultError, Form
from tocsin.entry.desk_parts.visit import DeskVisit, Handler
from tocsin.services.answer import AnswerError, Why
from tocsin.web.case.common import Wrong
from tocsin.web.desk.drill import LENGTHS, SURE, drill_page


def show(visit: DeskVisit, wrong: Wrong) -> str:
    return drill_page(visit.page, visit.counter, wrong, visit.tools.drills().book())


def _drill(visit: DeskVisit, form: Form) -> None:
    brands = [one.name for one in visit.client.brands]
    brand, scenario = form.one_of("brand", brands), form.one_of("scenario", SCENARIOS)
    minutes = form.one_of("minutes", [str(one) for one in LENGTHS])
    if form.fields.get("sure") != "1":
        raise FaultError(SURE)
    if visit.tools.drills().book().goes_on(visit.now):
        raise AnswerError(Why.BUSY, "a drill goes on")
    visit.ask(Ask(kind=AskKind.DRILL, at=visit.now, brand=brand, scenario=scenario, minutes=int(minutes)))


STEPS: dict[str, Handler] = {"drill": _drill}
