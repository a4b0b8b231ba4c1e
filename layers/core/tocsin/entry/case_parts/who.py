"""The part of who is behind it: for the agency's own eyes, and nothing to do."""

import logging

from tocsin.entry.case_parts.visit import Handler, Visit
from tocsin.services.logged import logged
from tocsin.web.case.common import Wrong
from tocsin.web.case.who import who_page

logger = logging.getLogger(__name__)


def show(visit: Visit, wrong: Wrong) -> str:
    try:
        insight = visit.tools.insights().of(visit.case.client, visit.case.incident)
    except Exception as error:
        logger.error("a case is shown without its voices", extra=logged(error))
        insight = None
    return who_page(visit.page, visit.desk, wrong, insight)


STEPS: dict[str, Handler] = {}
