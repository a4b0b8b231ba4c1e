"""The page on which a responder declares an incident by hand."""

from tocsin.domain.client import Client
from tocsin.domain.levels import Level
from tocsin.domain.people import Responder
from tocsin.entry.answer_visit import in_language
from tocsin.entry.http import BadRequestError, Request, Response
from tocsin.entry.pages import from_elsewhere, html_answer, see_other
from tocsin.entry.refused import refusal_of
from tocsin.services.answer import AnswerError, Why
from tocsin.services.casework import Casework
from tocsin.services.links import Links
from tocsin.web.answer_words import EMPTY, RACE
from tocsin.web.case.names import REFUSED
from tocsin.web.clean import one_line
from tocsin.web.declare import MAX_WHY, declare_page
from tocsin.web.pages import ELSEWHERE, Page


def declare_answer(
    casework: Casework, links: Links, request: Request, client: Client, me: Responder, page: Page, action: str
) -> Response:
    """Looking changes nothing; declaring leads to the case."""
    if request.method != "POST":
        return html_answer(200, declare_page(page, client, action))
    fields = request.form()

    def again(status: int, trouble: str, refusal: AnswerError | None = None) -> Response:
        refused = refusal_of(refusal) if refusal is not None else None
        shown = declare_page(page, client, action, trouble=trouble, typed=fields, refused=refused)
        return html_answer(status, shown)

    if fields.get("do") != "declare":
        raise BadRequestError("there is nothing to do in this form")
    if from_elsewhere(request):
        return again(403, ELSEWHERE)
    brand, level = fields.get("brand", ""), fields.get("to", "")
    why = one_line(fields.get("why", ""), MAX_WHY)
    if not why or level not in set(Level) or client.brand(brand) is None:
        return again(422, EMPTY)
    try:
        declared = casework.declare(brand, Level(level), why, me.email)
    except AnswerError as error:
        if error.why in {Why.GONE, Why.LEFT}:
            raise
        return again(409, RACE) if error.why is Why.BUSY else again(409, REFUSED, error)
    issued = links.issue(declared.incident.id, me.email)
    return see_other(in_language(issued[0] if issued is not None else action, request))
