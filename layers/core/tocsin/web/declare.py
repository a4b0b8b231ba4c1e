"""The page on which a responder declares an incident that nobody has written of yet."""

from tocsin.domain.client import Client
from tocsin.domain.levels import Level
from tocsin.web.clean import one_line
from tocsin.web.desk.common import desk_parts
from tocsin.web.pages import Page, render
from tocsin.web.words import LEVELS

MAX_BRAND, MAX_WHY = 60, 280


def declare_page(
    page: Page, client: Client, action: str, *, trouble: str | None = None, typed: dict[str, str] | None = None,
    refused: str | None = None,
) -> str:  # fmt: skip
    """``refused``: a sentence of the catalogue about a step that was refused."""
    reader, fields = page.reader, typed or {}
    view = {
        "action": action,
        "brands": [(one.name, one_line(one.name, MAX_BRAND) or "?") for one in client.brands],
        "levels": [(one.value, reader.gettext(LEVELS[one])) for one in reversed(Level) if one is not Level.CALM],
        "brand": fields.get("brand", ""),
        "level": fields.get("to", Level.CRISIS.value),
        "why": fields.get("why", ""),
        "limit": MAX_WHY,
        "trouble": reader.gettext(trouble) if trouble else None,
        "refusal": reader.gettext(refused) if refused else None,
        "parts": desk_parts(reader, but="declare"),
    }
    return render("answer/declare", page, view)
