"""Pages for people who are none of the agency's: a text that waits for their yes or no, a brief to read and to ask.

They see these words alone: nothing of the case, of its people or of its figures.
"""

from tocsin.domain.case import approving, briefs
from tocsin.domain.case.desk import Brief
from tocsin.domain.case.file import CaseFile, What
from tocsin.domain.case.texts import CaseText
from tocsin.domain.client import Client, Language
from tocsin.domain.links import Link, Purpose
from tocsin.entry.answer_visit import in_language
from tocsin.entry.http import BadRequestError, Request, Response
from tocsin.entry.pages import asked_language, from_elsewhere, html_answer, see_other
from tocsin.services.answer import AnswerError, Why
from tocsin.services.casework import CaseView, Casework
from tocsin.services.links import LinkRefusedError, Refusal
from tocsin.web.answer_words import EMPTY, RACE
from tocsin.web.clean import one_line
from tocsin.web.i18n import Reader
from tocsin.web.outside import CHANGED, MAX_WORDS, TELEPHONE, approve_page, brief_page
from tocsin.web.pages import ELSEWHERE, Page


class OutsideVisit:
    def __init__(self, casework: Casework, request: Request, client: Client, link: Link, action: str) -> None:
        self._casework = casework
        self._request = request
        self._client = client
        self._link = link
        self._action = action

    def answer(self) -> Response:
        """Raise LinkRefusedError, AnswerError."""
        incident_id, _, thing = self._link.subject.rpartition("/")
        incident_id, thing = self._casework.place(incident_id, thing)
        case = self._casework.view(incident_id)
        if self._link.purpose is Purpose.APPROVE:
            return self._approve(case, thing)
        return self._brief(case, thing)

    def _approve(self, case: CaseView, text_id: str) -> Response:
        contact = next((one for one in self._client.client_contacts if one.email == self._link.person), None)
        text = _text(case.file, text_id)
        if contact is None or text is None:
            raise LinkRefusedError(Refusal.REVOKED, self._link)
        page = self._page(contact.language)
        if self._request.method != "POST":
            return html_answer(200, self._to_approve(page, case, text))
        return self._decided(page, case, text)

    def _decided(self, page: Page, case: CaseView, text: CaseText) -> Response:
        fields, me = self._request.form(), self._link.person
        seen = fields.get("mark", "")

        def again(status: int, trouble: str, now: CaseText = text) -> Response:
            return html_answer(status, self._to_approve(page, case, now, trouble, fields.get("words", "")))

        if from_elsewhere(self._request):
            return again(403, ELSEWHERE)
        words = one_line(fields.get("words", ""), MAX_WORDS)
        try:
            match fields.get("do"):
                case "yes":
                    self._casework.do(case.incident.id, me, lambda work: approving.client_approved(work, text.id, seen))
                case "no" if words:
                    self._casework.do(
                        case.incident.id, me, lambda work: approving.client_refused(work, text.id, seen, words)
                    )
                case "no":
                    return again(422, EMPTY)
                case _:
                    raise BadRequestError("there is nothing to do in this form")
        except AnswerError as error:
            if error.why in {Why.GONE, Why.LEFT}:
                raise
            case = self._casework.view(case.incident.id)
            now = _text(case.file, text.id)
            return again(409, RACE if error.why is Why.BUSY else CHANGED, now or text)
        return see_other(in_language(self._action, self._request))

    def _to_approve(
        self, page: Page, case: CaseView, text: CaseText, trouble: str | None = None, typed: str = ""
    ) -> str:
        me = self._link.person
        said_no = [one.by for one in case.events if one.what is What.CLIENT_REFUSED and one.of == text.id]
        return approve_page(
            page, case.incident.brand, text, me, self._action,
            refused=said_no[-1:] == [me], trouble=trouble, typed=typed,
        )  # fmt: skip

    def _brief(self, case: CaseView, brief_id: str) -> Response:
        brief = next((one for one in case.file.briefs if one.id == brief_id), None)
        text = _text(case.file, brief.text_id) if brief is not None else None
        known = next((one for one in self._client.stakeholders if one.email == self._link.person), None)
        if brief is None or text is None or brief.to != self._link.person or known is None:
            raise LinkRefusedError(Refusal.REVOKED, self._link)
        page = self._page(known.language)
        if self._request.method == "POST":
            return self._read(page, case, brief, text)
        if self._request.method == "GET" and not _ahead(self._request):
            self._opened(case, brief)
        return html_answer(200, brief_page(page, case.incident.brand, brief, text, self._action))

    def _read(self, page: Page, case: CaseView, brief: Brief, text: CaseText) -> Response:
        fields, me, incident_id = self._request.form(), self._link.person, case.incident.id

        def again(status: int, trouble: str) -> Response:
            typed = fields.get("words", "")
            shown = brief_page(page, case.incident.brand, brief, text, self._action, trouble=trouble, typed=typed)
            return html_answer(status, shown)

        if from_elsewhere(self._request):
            return again(403, ELSEWHERE)
        words = one_line(fields.get("words", ""), MAX_WORDS)
        try:
            match fields.get("do"):
                case "read":
                    self._casework.do(incident_id, me, lambda work: briefs.read(work, brief.id))
                case "ask" if words:
                    self._casework.do(incident_id, me, lambda work: briefs.ask(work, brief.id, words))
                case "ask":
                    return again(422, EMPTY)
                case _:
                    raise BadRequestError("there is nothing to do in this form")
        except AnswerError as error:
            if error.why in {Why.GONE, Why.LEFT}:
                raise
            return again(409, RACE if error.why is Why.BUSY else TELEPHONE)
        return see_other(in_language(self._action, self._request))

    def _opened(self, case: CaseView, brief: Brief) -> None:
        """That it was looked at is worth knowing; a page without that note beats no page."""
        if brief.opened_at is None:
            try:
                self._casework.do(case.incident.id, self._link.person, lambda work: briefs.opened(work, brief.id))
            except AnswerError:
                return

    def _page(self, own: Language | None) -> Page:
        language = asked_language(self._request) or own or self._client.language
        path = self._action if self._request.method != "POST" else None
        return Page(Reader(language, self._client.timezone), self._client.name, path)


def _text(file: CaseFile, text_id: str) -> CaseText | None:
    return next((one for one in file.texts if one.id == text_id), None)


def _ahead(request: Request) -> bool:
    """A browser that fetches what might be opened next."""
    said = f"{request.headers.get('sec-purpose', '')} {request.headers.get('purpose', '')}"
    return "prefetch" in said or "prerender" in said
