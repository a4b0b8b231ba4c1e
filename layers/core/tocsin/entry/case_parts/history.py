"""The part of all that happened."""

from tocsin.entry.case_parts.visit import Handler, Visit
from tocsin.web.case.common import Wrong
from tocsin.web.case.history import history_page

LONGEST_NUMBER = 6


def show(visit: Visit, wrong: Wrong) -> str:
    asked = visit.request.query.get("from", "")
    known = asked.isascii() and asked.isdigit() and len(asked) <= LONGEST_NUMBER
    return history_page(visit.page, visit.desk, wrong, int(asked) if known else 0)


STEPS: dict[str, Handler] = {}
