"""What people have accepted in reviews and the client's file or playbooks do not say yet, in sentences."""

from datetime import datetime
from typing import Any, NamedTuple

from tocsin.domain.case.file import CaseFile
from tocsin.domain.case.review import PlanChange
from tocsin.web.answer_people import name_of
from tocsin.web.case.common import Wrong
from tocsin.web.change_words import change_words
from tocsin.web.clean import one_line
from tocsin.web.desk.common import Counter, desk_page
from tocsin.web.i18n import Reader
from tocsin.web.pages import Page

MAX_BRAND, MAX_CASE = 80, 80


class Kept(NamedTuple):
    """``case``: whose review it is of, ``own``: as it stands there. ``free``: it may be taken back."""

    change: PlanChange
    case: CaseFile | None
    own: PlanChange | None
    free: bool


def changes_page(page: Page, counter: Counter, wrong: Wrong, kept: tuple[Kept, ...]) -> str:
    reader = page.reader
    return desk_page(page, counter, "changes", wrong, {"changes": [_shown(reader, counter, one) for one in kept]})


def _shown(reader: Reader, counter: Counter, kept: Kept) -> dict[str, Any]:
    change, own = kept.change, kept.own
    file = kept.case or _nowhere(counter)
    what, before, after = change_words(reader, counter.client, file, change)
    goes = own is not None and own.goes
    return {
        "id": change.id,
        "case": one_line(change.incident or "", MAX_CASE),
        "brand": one_line(kept.case.brand, MAX_BRAND) if kept.case is not None else "",
        "what": what,
        "before": before,
        "after": after,
        "by": name_of(counter.client, change.decided_by) if change.decided_by else None,
        "at": _day(reader, change.decided_at),
        "goes": name_of(counter.client, own.taken_back_by) if own is not None and goes and own.taken_back_by else None,
        "free": kept.free and not goes,
        "known": own is not None,
    }


def _day(reader: Reader, at: datetime | None) -> str | None:
    return f"{reader.date(at)}, {reader.clock(at)}" if at is not None else None


def _nowhere(counter: Counter) -> CaseFile:
    """Of a change whose case is not known, so that its task is called by its id."""
    return CaseFile(incident_id="-", client=counter.client.client, brand="", opened_at=counter.now)
