"""Pages for people who are none of the agency's: a text that waits for their yes or no, and a brief."""

from tocsin.domain.case.approving import mark_of
from tocsin.domain.case.desk import Brief
from tocsin.domain.case.texts import CaseText, TextState
from tocsin.web.clean import one_line
from tocsin.web.i18n import mark
from tocsin.web.pages import Page, lines, render

MAX_WORDS, MAX_BRAND, MAX_NAME = 280, 60, 80
CHANGED = mark("This text has been changed meanwhile, or it is settled already. The latest message has the new one.")


def approve_page(
    page: Page, brand: str, text: CaseText, me: str, action: str, *, trouble: str | None = None, typed: str = ""
) -> str:
    """The exact words, and yes or no."""
    asked = text.client_asked == me and text.state is TextState.APPROVED
    view = {
        "action": action,
        "brand": one_line(brand, MAX_BRAND) or "?",
        "text": lines(text.text),
        "language": text.language,
        "mark": mark_of(text),
        "asked": asked and text.client_approved_by is None,
        "yes": text.client_approved_by is not None and text.state in {TextState.APPROVED, TextState.SENT},
        "no": one_line(text.client_words or "", MAX_WORDS),
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
        "text": lines(text.text),
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
