"""The part of all that happened."""

from tocsin.entry.case_parts.visit import Handler, Visit
from tocsin.web.case.common import Wrong
from tocsin.web.case.history import history_page


def show(visit: Visit, wrong: Wrong) -> str:
    return history_page(visit.page, visit.desk, wrong)


STEPS: dict[str, Handler] = {}
