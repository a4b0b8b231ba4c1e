"""The page of the level and the owner: a person's level wins; whose case it is; and how it ends."""

from typing import Any

from tocsin.domain.case.returned import Returned
from tocsin.domain.case.twins import Twin
from tocsin.domain.escalation import holders
from tocsin.domain.levels import Level
from tocsin.web.answer_people import name_of
from tocsin.web.case.common import MAX_NOTE, Desk, Wrong, is_grave, part_page
from tocsin.web.clean import one_line
from tocsin.web.desk.common import desk_parts
from tocsin.web.i18n import Reader
from tocsin.web.pages import Page
from tocsin.web.returned_words import returned_words
from tocsin.web.twin_words import twin_words
from tocsin.web.words import LEVELS

MOST_TWINS = 3


def level_page(
    page: Page, desk: Desk, wrong: Wrong, before: Returned | None = None, twins: tuple[Twin, ...] = ()
) -> str:
    """``before``: the earlier case that it is much like; ``twins``: open ones that may be the same matter."""
    reader, incident, file = page.reader, desk.incident, desk.file
    held = incident.held if not incident.closed else None
    reviewed = file.review is not None and file.review.finished_at is not None
    leads = file.owner or next(iter(holders(desk.client, incident)), "")
    view = {
        "levels": [(one.value, reader.gettext(LEVELS[one])) for one in reversed(Level) if one is not Level.CALM],
        "held": {
            "level": reader.gettext(LEVELS[held.level]),
            "by": name_of(desk.client, held.by),
            "at": reader.moment(held.at, desk.now),
            "why": one_line(held.why, 300),
            "asked": reader.gettext(LEVELS[incident.asked or Level.CALM]),
        }
        if held is not None
        else None,
        "over": incident.closed,
        "owner": name_of(desk.client, leads) if leads else None,
        "leads": leads,
        "owed": [one_line(f"{one.what} ({one.to})", 300) for one in file.owed],
        "needs_review": is_grave(incident) and not reviewed,
        "links": [one_line(one, 80) for one in file.links],
        "former": one_line(file.former, 80) if file.former else None,
        "before": returned_words(reader, before) if before is not None else (),
        "twins": [_twin(reader, desk, one) for one in twins[:MOST_TWINS]],
        "case": one_line(incident.id, 120),
        "beside": desk_parts(reader, but="declare"),
    }
    return part_page(page, desk, "level", wrong, view)


def _twin(reader: Reader, desk: Desk, one: Twin) -> dict[str, Any]:
    why = twin_words(reader, one)
    return {
        "id": one_line(one.incident_id, 80),
        "brand": one_line(one.brand, 60),
        "at": reader.moment(one.opened_at, desk.now),
        "why": why,
        "reason": " ".join(why)[:MAX_NOTE],
        "linked": one.linked,
    }
