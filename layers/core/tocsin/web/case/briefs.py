"""The page of those who must know: whom the plan informs first, what each was sent, opened, read and asked."""

from typing import Any

from tocsin.domain.case import briefs
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
    book = desk.file.plan.playbook if desk.file.plan is not None else None
    planned = book.stakeholders if book is not None else ()
    named = {one.circle for one in desk.client.stakeholders}
    more = [one for one in Circle if one in named and one not in planned]
    view = {
        "texts": [(one.id, _called(reader, one)) for one in texts],
        "planned": [_circle(reader, desk, one, texts) for one in planned],
        "more": [_circle(reader, desk, one, texts) for one in more],
        "named": bool(named),
        "scanned": any(one.opened_at is not None and one.read_at is None for one in desk.file.briefs),
        "questions": _questions(reader, desk),
    }
    return part_page(page, desk, "briefs", wrong, view)


def _circle(reader: Reader, desk: Desk, circle: Circle, texts: list[CaseText]) -> dict[str, Any]:
    """``all``: texts that one tap sends to several, with how many have not had it."""
    of_it = [(number, one) for number, one in enumerate(desk.client.stakeholders) if one.circle is circle]
    left = {text.id: len(briefs.waiting(desk.client, desk.file, circle, text.id)) for text in texts}
    return {
        "id": circle.value,
        "title": reader.gettext(CIRCLES[circle]),
        "all": [(text.id, left[text.id], _called(reader, text)) for text in texts if left[text.id] > 1],
        "unreached": ", ".join(one_line(one.name, 80) for one in briefs.unreached(desk.client, desk.file, circle)),
        "people": [_stakeholder(reader, desk, number, one, texts) for number, one in of_it],
    }


def _stakeholder(reader: Reader, desk: Desk, number: int, one: Stakeholder, texts: list[CaseText]) -> dict[str, Any]:
    sent = [each for each in desk.file.briefs if (each.circle, each.name) == (one.circle, one.name)]
    had = {each.text_id for each in sent}
    return {
        "number": str(number),
        "name": one_line(one.name, 80),
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
