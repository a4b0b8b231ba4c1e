"""The promises' page: what is owed, to whom, by when."""

from tocsin.domain.case.promises import Promise, PromiseState
from tocsin.web.answer_people import name_of
from tocsin.web.case.common import Desk, Wrong, by_when, part_page
from tocsin.web.case.names import PROMISES
from tocsin.web.clean import one_line
from tocsin.web.i18n import Reader
from tocsin.web.pages import Page


def promises_page(page: Page, desk: Desk, wrong: Wrong) -> str:
    reader = page.reader
    still = sorted((one for one in desk.file.promises if one.state is PromiseState.OPEN), key=lambda one: one.due_at)
    view = {
        "open": [
            {
                "id": one.id,
                "what": one_line(one.what, 300),
                "to": one_line(one.to, 300),
                "owner": name_of(desk.client, one.owner),
                "given": one.owner,
                "when": by_when(reader, one.due_at, desk.now),
                "late": one.due_at < desk.now,
            }
            for one in still
        ],
        "over": [_over(reader, desk, one) for one in desk.file.promises if one.state is not PromiseState.OPEN],
    }
    return part_page(page, desk, "promises", wrong, view)


def _over(reader: Reader, desk: Desk, one: Promise) -> str:
    said = one_line(f"{one.what} ({one.to})", 400) + f": {reader.gettext(PROMISES[one.state])}"
    if one.ended_at is not None:
        said += f", {reader.moment(one.ended_at, desk.now)}"
    if one.ended_by:
        said += f" ({name_of(desk.client, one.ended_by)})"
    return said + (f". {one_line(one.note, 300)}" if one.note else "")
