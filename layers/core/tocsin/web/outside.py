"""Pages for people who are none of the agency's: a text that waits for their yes or no, and a brief."""

from tocsin.domain.case.approving import mark_of
from tocsin.domain.case.desk import Brief
from tocsin.domain.case.texts import CaseText, TextState
from tocsin.domain.drills import is_drill
from tocsin.web.clean import one_line
from tocsin.web.i18n import mark
from tocsin.web.pages import Page, lines, render

MAX_WORDS, MAX_BRAND, MAX_NAME = 280, 60, 80
CHANGED = mark("This text has been changed meanwhile, or it is settled already. The latest message has the new one.")
TELEPHONE = mark("No question can be asked here any more: please telephone whoever sent you this.")


def approve_page(
    page: Page,
    brand: str,
    text: CaseText,
    me: str,
    action: str,
    *,
    refused: bool = False,
    trouble: str | None = None,
    typed: str = "",
) -> str:
    """The exact words, and yes or no. ``refused``: the latest no was theirs. Words that they were not asked about,
    another's answer or a new draft are nothing for them."""
    approved = text.state in {TextState.APPROVED, TextState.SENT}
    no = one_line(text.client_words or "", MAX_WORDS) if refused else ""
    yes = text.client_approved_by == me and approved
    asked = text.client_asked == me and approved
    view = {
        "action": action,
        "brand": one_line(brand, MAX_BRAND) or "?",
        "drill": _drill(page, brand),
        "text": lines(text.text) if yes or asked or no else None,
        "language": text.language,
        "mark": mark_of(text),
        "asked": asked and text.client_approved_by is None and text.state is TextState.APPROVED,
        "yes": yes,
        "no": no,
        "typed": typed,
        "limit": MAX_WORDS,
        "trouble": page.reader.gettext(trouble) if trouble else None,
    }
    return render("answer/approve", page, view)


def brief_page(
    page: Page,
    brand: str,
    brief: Brief,
    text: CaseText,
    action: str,
    *,
    trouble: str | None = None,
    typed: str = "",
) -> str:
    view = {
        "action": action,
        "brand": one_line(brand, MAX_BRAND) or "?",
        "name": one_line(brief.name, MAX_NAME),
        "drill": _drill(page, brand),
        "text": lines(text.text) if text.state is not TextState.WITHDRAWN else None,
        "language": text.language,
        "read": brief.read_at is not None,
        "questions": [
            {"words": one_line(one.words, 300), "answer": one_line(one.answer or "", 300)} for one in brief.questions
        ],
        "typed": typed,
        "limit": MAX_WORDS,
        "trouble": page.reader.gettext(trouble) if trouble else None,
    }
    return render("answer/brief", page, view)


def _drill(page: Page, brand: str) -> str | None:
    return page.reader.gettext("This is only a drill. Nothing has happened.") if is_drill(brand) else None
