"""The page behind the link of a test message: one tap says that it came. Looking says nothing: scanners look, too."""

from tocsin.domain.errors import ConflictError
from tocsin.domain.links import Link
from tocsin.entry.http import BadRequestError, Request, Response
from tocsin.entry.pages import from_elsewhere, html_answer, see_other
from tocsin.ports import CaseStore, Clock
from tocsin.services.reached import is_reached, reached, test_message
from tocsin.web.answer_words import RACE
from tocsin.web.pages import ELSEWHERE, Page
from tocsin.web.reached import reached_page


def reached_answer(cases: CaseStore, clock: Clock, request: Request, link: Link, page: Page, action: str) -> Response:
    item, trouble, status = test_message(cases, link), None, 200
    if request.method == "POST":
        if request.form().get("do") != "reached":
            raise BadRequestError("there is nothing to do in this form")
        if from_elsewhere(request):
            trouble, status = ELSEWHERE, 403
        else:
            try:
                reached(cases, link, clock)
            except ConflictError:
                trouble, status = RACE, 409
            else:
                return see_other(f"{action}?lang={page.language}")
    return html_answer(status, reached_page(page, item, action, done=is_reached(item), trouble=trouble))
