"""The page of those who must know: in their order, what each was sent, opened, read and asked."""

from typing import Any

from tocsin.domain.case.desk import Brief
from tocsin.domain.case.texts import CaseText, TextState
from tocsin.domain.people import Circle, Stakeholder
from tocsin.domain.text_kinds import Kind
from tocsin.web.answer_people import name_of
from tocsin.web.answer_words import CIRCLES
from tocsin.web.case.common import Desk, Wrong, part_page
from tocsin.web.case.names import KINDS
from tocsin.web.clean import one_line
from tocsin.web.i18n import Reader
from tocsin.web.pages import Page

FOR_BRIEFS = frozenset({Kind.STAFF, Kind.NOTICE, Kind.CLIENT})
SAYABLE = frozenset({TextState.APPROVED, TextState.SENT})


def briefs_page(page: Page, desk: Desk, wrong: Wrong) -> str:
    reader = page.reader
    texts = [one for one in desk.file.texts if one.kind in FOR_BRIEFS and one.state in SAYABLE]
    order = list(Circle)
    known = sorted(enumerate(desk.client.stakeholders), key=lambda one: order.index(one[1].circle))
    view = {
        "texts": [(one.id, _called(reader, one)) for one in texts],
        "stakeholders": [_stakeholder(reader, desk, number, one, texts) for number, one in known],
        "questions": _questions(reader, desk),
    }
    return part_page(page, desk, "briefs", wrong, view)


def _stakeholder(reader: Reader, desk: Desk, number: int, one: Stakeholder, texts: list[CaseText]) -> dict[str, Any]:
    sent = [each for each in desk.file.briefs if (each.circle, each.name) == (one.circle, one.name)]
    had = {each.text_id for each in sent}
    return {
        "number": str(number),
        "name": one_line(one.name, 80),
        "circle": reader.gettext(CIRCLES[one.circle]),
        "email": one.email,
        "sent": [_sent(reader, desk, each) for each in sent],
        "texts": [(each.id, _called(reader, each)) for each in texts if each.id not in had],
    }


def _sent(reader: Reader, desk: Desk, one: Brief) -> str:
    def at(moment: Any) -> str:
        return reader.moment(moment, desk.now)

    if one.to is None:
        # NOTE: of somebody without an address in the file: they were told by other ways
        said = [reader.gettext("told by other ways at %(time)s", time=at(one.sent_at))]
    else:
        # NOTE: of a brief
        said = [reader.gettext("sent at %(time)s", time=at(one.sent_at))]
    if one.read_at is not None:
        # NOTE: of a brief: they said that they have read it
        said.append(reader.gettext("read at %(time)s", time=at(one.read_at)))
    elif one.opened_at is not None:
        # NOTE: of a brief
        said.append(reader.gettext("opened at %(time)s", time=at(one.opened_at)))
    return ", ".join(said)


def _questions(reader: Reader, desk: Desk) -> list[dict[str, Any]]:
    """Those without an answer first."""
    found = [
        {
            "id": f"{brief.id}.{number}",
            "name": one_line(brief.name, 80),
            "words": one_line(asked.words, 300),
            "at": reader.moment(asked.at, desk.now),
            "answer": one_line(asked.answer or "", 300),
            "by": name_of(desk.client, asked.answered_by) if asked.answered_by else "",
        }
        for brief in desk.file.briefs
        for number, asked in enumerate(brief.questions, 1)
    ]
    return sorted(found, key=lambda one: bool(one["answer"]))


def _called(reader: Reader, text: CaseText) -> str:
    return f"{reader.gettext(KINDS[text.kind])}: {one_line(text.text, 60)}"
