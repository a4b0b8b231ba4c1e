"""The page of media enquiries: who asks what, who answers it by when, and what was said."""

from tocsin.web.answer_people import name_of
from tocsin.web.case.common import Desk, Wrong, by_when, part_page
from tocsin.web.clean import one_line
from tocsin.web.pages import Page


def enquiries_page(page: Page, desk: Desk, wrong: Wrong) -> str:
    reader = page.reader
    still = [one for one in desk.file.enquiries if one.answered_at is None]
    over = [one for one in desk.file.enquiries if one.answered_at is not None]
    view = {
        "open": [
            {
                "id": one.id,
                "who": one_line(f"{one.outlet}, {one.person}" if one.person else one.outlet, 300),
                "question": one_line(one.question, 300),
                "owner": name_of(desk.client, one.owner),
                "given": one.owner,
                "when": by_when(reader, one.deadline, desk.now)
                if one.deadline is not None
                # NOTE: of a question by a journalist who named no deadline, with the time when it came
                else reader.gettext("asked at %(time)s", time=reader.moment(one.received_at, desk.now)),
                "late": one.deadline is not None and one.deadline < desk.now,
            }
            for one in sorted(still, key=lambda one: one.deadline or one.received_at)
        ],
        "over": [
            {
                "who": one_line(one.outlet, 300),
                "question": one_line(one.question, 300),
                "answer": one_line(one.answer or "", 300),
                "by": name_of(desk.client, one.answered_by) if one.answered_by else "",
                "at": reader.moment(one.answered_at, desk.now) if one.answered_at else "",
            }
            for one in over
        ],
        "leader": desk.file.owner or desk.me.email,
    }
    return part_page(page, desk, "enquiries", wrong, view)
