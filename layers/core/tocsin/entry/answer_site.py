"""The public pages by which people answer an alert: looking changes nothing, only a button does.

No cookies, no scripts, no cache. What goes wrong is logged by its kind alone: an address holds the right to act.
"""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from tocsin.domain.alert import AlertMention
from tocsin.domain.client import Client
from tocsin.domain.counters import MINUTE
from tocsin.domain.errors import ConflictError
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.links import Link, Purpose
from tocsin.domain.outbox import Channel, DeliveryStatus, OutboxItem
from tocsin.domain.people import ClientContact, Responder
from tocsin.domain.signed_link import pseudonym
from tocsin.domain.verdicts import CaseVerdict
from tocsin.entry.http import BadRequestError, Request, Response, request_of
from tocsin.entry.pages import (
    accepted_language,
    asked_language,
    base_of,
    from_elsewhere,
    html_answer,
    see_other,
    text_answer,
)
from tocsin.ports import CaseStore, ClientStore, Clock, MentionStore, RateLimits, SecretStore
from tocsin.services.answer import AnswerError, Answers, Case, Why
from tocsin.services.links import PATH, SECRET, LinkRefusedError, Links, Refusal
from tocsin.services.logged import logged
from tocsin.services.quoted import shown
from tocsin.services.verdicts import note_verdict
from tocsin.web.answer import Typed, case_page, over_page, reader_for, tell_page, verdict_page
from tocsin.web.answer_people import Seen
from tocsin.web.answer_words import (
    BUSY,
    CHECK_AGAIN,
    EMPTY,
    EXPIRED,
    LEFT,
    LOOK_AGAIN,
    MAX_NOTE,
    MOVED_ON,
    RACE,
    REVOKED,
)
from tocsin.web.approved import MAX_TEXT, as_sms, tidy
from tocsin.web.clean import one_line
from tocsin.web.i18n import Reader
from tocsin.web.pages import ELSEWHERE, FAILED, GONE, Page, plain_page

logger = logging.getLogger(__name__)

VISITS_EVERY, VISITS_BURST = timedelta(seconds=2), 60
"""What one place may ask for: mail scanners of a whole company come from one address."""
SHOWN = 3
LOOK_BACK = timedelta(hours=6)
REFUSED = {Refusal.UNKNOWN: (404, GONE), Refusal.EXPIRED: (410, EXPIRED), Refusal.REVOKED: (410, REVOKED)}
BY = {"email": Channel.EMAIL, "sms": Channel.SMS}


class AnswerSite:
    """``public_url``: our own address where it is not API Gateway's; empty for that."""

    def __init__(
        self,
        *,
        clients: ClientStore,
        cases: CaseStore,
        mentions: MentionStore,
        limits: RateLimits,
        secrets: SecretStore,
        links: Links,
        answers: Answers,
        clock: Clock,
        public_url: str = "",
    ) -> None:
        self._clients = clients
        self._cases = cases
        self._mentions = mentions
        self._limits = limits
        self._secrets = secrets
        self._links = links
        self._answers = answers
        self._clock = clock
        self._public_url = public_url

    def answer(self, event: Mapping[str, Any]) -> dict[str, Any]:
        try:
            request = request_of(event, self._public_url)
            response = self._page(request)
        except BadRequestError as error:
            response = text_answer(error.status, str(error))
        return response.to_event()

    def _page(self, request: Request) -> Response:
        try:
            client = self._clients.load()
        except Exception as error:
            logger.error("no page can be shown", extra=logged(error))
            client = None
        if client is None:
            return text_answer(503, "Not just now. Please come back in a minute.")
        language = asked_language(request) or accepted_language(request, client.language)
        page = Page(Reader(language, client.timezone), client.name)
        try:
            return self._opened(request, client, page)
        except BadRequestError:
            raise
        except LinkRefusedError as refused:
            status, words = REFUSED[refused.why]
            return html_answer(status, plain_page(page, words))
        except Exception as error:
            logger.error("a page failed", extra=logged(error))
            return html_answer(503, plain_page(page, FAILED))

    def _opened(self, request: Request, client: Client, page: Page) -> Response:
        if not self._may_look(request.source):
            return html_answer(429, plain_page(page, BUSY))
        if request.method not in {"GET", "HEAD", "POST"} or not request.path.startswith(PATH):
            raise LinkRefusedError(Refusal.UNKNOWN)
        link = self._links.opened(request.path.removeprefix(PATH).rstrip("/"))
        me = next((one for one in client.responders if one.email.casefold() == link.person.casefold()), None)
        if me is None:
            return html_answer(410, plain_page(page, LEFT))
        action = f"{base_of(request)}{PATH}{link.code}"
        own = reader_for(client, me)
        page = Page(
            Reader(asked_language(request) or own.language, own.timezone),
            client.name,
            action if request.method != "POST" else None,
        )
        if link.purpose is Purpose.VERDICT:
            return self._verdict(request, link, page, action)
        try:
            case = self._answers.case(link.subject)
            if case.incident.closed:
                return html_answer(410, over_page(page, case.incident, self._clock.now()))
            visit = _Visit(self, request, page, case, me, action)
            return visit.act() if request.method == "POST" else visit.show()
        except AnswerError as error:
            return self._moved_on(page, error)

    def _moved_on(self, page: Page, error: AnswerError) -> Response:
        if error.why is Why.LEFT:
            return html_answer(410, plain_page(page, LEFT))
        if error.why is Why.CLOSED and error.incident is not None:
            return html_answer(410, over_page(page, error.incident, self._clock.now()))
        return html_answer(404, plain_page(page, GONE))

    def _may_look(self, source: str) -> bool:
        """Counted under a name that changes each day, as in the intake; a table that is out of order keeps nobody from
        answering."""
        now = self._clock.now()
        try:
            who = pseudonym(self._secrets.secret(SECRET).get("key", ""), "source", f"{now:%Y-%m-%d}", source)
            return self._limits.take(f"answer/{who}", every=VISITS_EVERY, burst=VISITS_BURST, now=now)
        except Exception as error:
            logger.error("visits are not counted", extra=logged(error))
            return True

    def _verdict(self, request: Request, link: Link, page: Page, action: str) -> Response:
        incident = self._cases.incident(link.subject)
        if incident is None:
            raise LinkRefusedError(Refusal.UNKNOWN)
        trouble = None
        if request.method == "POST":
            fields = request.form()
            said = fields.get("said")
            if fields.get("do") != "verdict" or said not in set(CaseVerdict):
                raise BadRequestError("there is nothing to do in this form")
            if not from_elsewhere(request):
                try:
                    note_verdict(self._cases, link, CaseVerdict(said), self._clock.now())
                except ConflictError:
                    raise LinkRefusedError(Refusal.REVOKED, link) from None
                return see_other(_in_language(action, request))
            trouble = ELSEWHERE
        html = verdict_page(page, incident, action=action, now=self._clock.now(), said=link.said, trouble=trouble)
        return html_answer(403 if trouble else 200, html)

    def gravest(self, incident: Incident, now: datetime) -> tuple[AlertMention, ...]:
        """A page without its mentions beats no page."""
        try:
            found = self._mentions.gravest(
                incident.brand, max(incident.opened_at - MINUTE * 60, now - LOOK_BACK), now + MINUTE, SHOWN
            )
        except Exception as error:
            logger.error("a case is shown without its mentions", extra=logged(error))
            return ()
        return tuple(shown(scored) for scored in found)

    @property
    def answers(self) -> Answers:
        return self._answers

    @property
    def now(self) -> datetime:
        return self._clock.now()


class _Visit:
    """One request by one person about one open case."""

    def __init__(self, site: AnswerSite, request: Request, page: Page, case: Case, me: Responder, action: str) -> None:
        self._site = site
        self._request = request
        self._page = page
        self._case = case
        self._me = me
        self._action = action

    def show(self) -> Response:
        number = self._request.query.get("tell", "")
        contacts = self._case.client.client_contacts
        if number.isascii() and number.isdigit() and len(number) < 4 and int(number) < len(contacts):
            return html_answer(200, tell_page(self._page, self._seen(), int(number), None))
        return self._shown()

    def act(self) -> Response:
        fields = self._request.form()
        if from_elsewhere(self._request):
            return self._shown(403, Typed(trouble=ELSEWHERE))
        try:
            refused = self._do(fields)
        except AnswerError as error:
            if error.why in {Why.WRONG, Why.BUSY}:
                self._case = self._site.answers.case(self._case.incident.id)
                words = RACE if error.why is Why.BUSY else MOVED_ON
                return self._shown(409, Typed(fields.get("do", ""), dict(fields), trouble=words))
            raise
        return refused or see_other(_in_language(self._action, self._request))

    def _do(self, fields: Mapping[str, str]) -> Response | None:
        """None when it is done."""
        answers, subject, me = self._site.answers, self._case.incident.id, self._me.email
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
                answers.silence(subject, me, reason, self._site.now + timedelta(hours=int(hours)), seen=seen)
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
            self._site.answers.tell_client(self._case.incident.id, self._me.email, contact.email, text, by)
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
        now, case = self._site.now, self._case
        mentions = self._site.gravest(case.incident, now)
        return Seen(case.client, case.incident, case.outbox, mentions, self._me, now, self._action)


def _may_arrive(item: OutboxItem) -> bool:
    if item.delivery is not None and item.delivery.state.lost:
        return False
    return item.status in {DeliveryStatus.PENDING, DeliveryStatus.SENT}


def _in_language(action: str, request: Request) -> str:
    language = asked_language(request)
    return f"{action}?lang={language}" if language else action
