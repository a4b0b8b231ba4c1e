"""One request by one responder about one alarm: taken, handed on, noted, answered, told to the client."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from tocsin.domain.alert import AlertMention
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.outbox import Channel, DeliveryStatus, OutboxItem
from tocsin.domain.people import ClientContact, Responder
from tocsin.entry.http import BadRequestError, Request, Response, number_of
from tocsin.entry.pages import asked_language, from_elsewhere, html_answer, see_other
from tocsin.services.answer import AnswerError, Answers, Why
from tocsin.services.casework import CaseView, Casework
from tocsin.web.answer import Typed, case_page, tell_page
from tocsin.web.answer_people import Seen
from tocsin.web.answer_words import CHECK_AGAIN, EMPTY, LOOK_AGAIN, MAX_NOTE, MOVED_ON, RACE
from tocsin.web.approved import MAX_TEXT, as_sms, tidy
from tocsin.web.clean import one_line
from tocsin.web.pages import ELSEWHERE, Page

BY = {"email": Channel.EMAIL, "sms": Channel.SMS}


class AnswerVisit:
    """``gravest``: the worst mentions of an incident at a moment."""

    def __init__(
        self,
        *,
        answers: Answers,
        casework: Casework,
        gravest: Callable[[Incident, datetime], tuple[AlertMention, ...]],
        now: datetime,
        request: Request,
        page: Page,
        case: CaseView,
        me: Responder,
        action: str,
    ) -> None:
        self._answers = answers
        self._casework = casework
        self._gravest = gravest
        self._now = now
        self._request = request
        self._page = page
        self._case = case
        self._me = me
        self._action = action

    def show(self) -> Response:
        number = number_of(self._request.query.get("tell", ""))
        if number is not None and number < len(self._case.client.client_contacts):
            return html_answer(200, tell_page(self._page, self._seen(), number, None))
        return self._shown()

    def act(self) -> Response:
        fields = self._request.form()
        if from_elsewhere(self._request):
            return self._shown(403, Typed(trouble=ELSEWHERE))
        try:
            refused = self._do(fields)
        except AnswerError as error:
            if error.why in {Why.WRONG, Why.BUSY}:
                self._case = self._casework.view(self._case.incident.id)
                words = RACE if error.why is Why.BUSY else MOVED_ON
                return self._shown(409, Typed(fields.get("do", ""), dict(fields), trouble=words))
            raise
        return refused or see_other(in_language(self._action, self._request))

    def _do(self, fields: Mapping[str, str]) -> Response | None:
        """None when it is done."""
        answers, subject, me = self._answers, self._case.incident.id, self._me.email
        seen = Level(level) if (level := fields.get("level", "")) in set(Level) else None
        match fields.get("do"):
            case "take":
                answers.acknowledge(subject, me, seen=seen)
            case "cannot":
                answers.decline(subject, me)
            case "done":
                note, responded = one_line(fields.get("note", ""), MAX_NOTE), fields.get("responded") == "1"
                if not note and not responded:
                    return self._shown(422, Typed("done", dict(fields), fault=EMPTY))
                answers.act(subject, me, note or None, responded=responded, seen=seen)
            case "silence":
                reason, hours = one_line(fields.get("reason", ""), MAX_NOTE), fields.get("hours", "")
                if not reason or hours not in map(str, LOOK_AGAIN):
                    return self._shown(422, Typed("silence", dict(fields), fault=EMPTY))
                answers.silence(subject, me, reason, self._now + timedelta(hours=int(hours)), seen=seen)
            case "words" | "tell" as what:
                return self._tell(fields, send=what == "tell")
            case _:
                raise BadRequestError("there is nothing to do in this form")
        return None

    def _tell(self, fields: Mapping[str, str], *, send: bool) -> Response | None:
        """The words that are sent are those that the form brought back, and they must be what the page showed: text
        that would be shown otherwise is shown once more."""
        number, contact = self._contact(fields.get("email", ""))
        typed = fields.get("text", "").replace("\r\n", "\n")
        text, by = tidy(typed)[:MAX_TEXT], BY.get(fields.get("by", ""))
        if not text:
            return html_answer(422, tell_page(self._page, self._seen(), number, None, EMPTY))
        if not send or by is None or text != typed:
            trouble = CHECK_AGAIN if send else None
            return html_answer(422 if send else 200, tell_page(self._page, self._seen(), number, text, trouble))
        if by is Channel.SMS:
            text = as_sms(text)
        told_already = any(
            (one.recipient, one.channel, one.text) == (contact.email, by, text) and _may_arrive(one)
            for one in self._case.outbox
        )
        if not told_already:
            self._answers.tell_client(self._case.incident.id, self._me.email, contact.email, text, by)
        return None

    def _contact(self, email: str) -> tuple[int, ClientContact]:
        """By address: the file may have changed since the page was shown."""
        for number, contact in enumerate(self._case.client.client_contacts):
            if contact.email == email:
                return number, contact
        raise AnswerError(Why.WRONG, "this person is none of the client's contacts any more", self._case.incident)

    def _shown(self, status: int = 200, typed: Typed | None = None) -> Response:
        return html_answer(status, case_page(self._page, self._seen(), typed or Typed()))

    def _seen(self) -> Seen:
        case = self._case
        mentions = self._gravest(case.incident, self._now)
        return Seen(
            case.client, case.incident, case.outbox, mentions, self._me, self._now, self._action, case.file,
            case.events, self._casework.before(case, self._page.reader.language),
        )  # fmt: skip


def in_language(action: str, request: Request) -> str:
    language = asked_language(request)
    return f"{action}?lang={language}" if language else action


def _may_arrive(item: OutboxItem) -> bool:
    if item.delivery is not None and item.delivery.state.lost:
        return False
    return item.status in {DeliveryStatus.PENDING, DeliveryStatus.SENT}
