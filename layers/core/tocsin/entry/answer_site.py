"""The public pages by which people answer an alert and work on its case: looking changes nothing, only a button does.

No cookies, no scripts, no cache. What goes wrong is logged by its kind alone: an address holds the right to act. What
only some pages need is loaded when one of them is opened.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from tocsin.domain.alert import AlertMention
from tocsin.domain.client import Client
from tocsin.domain.counters import MINUTE
from tocsin.domain.errors import ConflictError
from tocsin.domain.incident import Incident
from tocsin.domain.links import Link, Purpose
from tocsin.domain.people import Responder
from tocsin.domain.signed_link import pseudonym
from tocsin.domain.verdicts import CaseVerdict
from tocsin.entry.answer_visit import AnswerVisit, in_language
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
from tocsin.services.answer import AnswerError, Answers, Why
from tocsin.services.casework import CaseView, Casework
from tocsin.services.links import PATH, SECRET, LinkRefusedError, Links, Refusal
from tocsin.services.logged import logged
from tocsin.services.quoted import shown
from tocsin.services.verdicts import note_verdict
from tocsin.web.answer import over_page, reader_for, verdict_page
from tocsin.web.answer_words import BUSY, EXPIRED, LEFT, REVOKED
from tocsin.web.i18n import Reader
from tocsin.web.pages import ELSEWHERE, FAILED, GONE, Page, plain_page

if TYPE_CHECKING:
    from tocsin.entry.case_parts.visit import Tools
    from tocsin.ports import (
        BudgetStore,
        CaseStore,
        ClientStore,
        Clock,
        DrillStore,
        MentionStore,
        PlanStore,
        RateLimits,
        ReadinessStore,
        SecretStore,
        StoryStore,
        Writers,
    )

logger = logging.getLogger(__name__)

VISITS_EVERY, VISITS_BURST = timedelta(seconds=2), 60
"""What one place may ask for: mail scanners of a whole company come from one address."""
SHOWN = 3
LOOK_BACK = timedelta(hours=6)
REFUSED = {Refusal.UNKNOWN: (404, GONE), Refusal.EXPIRED: (410, EXPIRED), Refusal.REVOKED: (410, REVOKED)}
OUTSIDE = frozenset({Purpose.APPROVE, Purpose.BRIEF})
"""Links of people who are none of the agency's."""


class AnswerSite:
    """``readiness`` and ``drills`` are asked for by few pages. ``public_url``: our own address where it is not API
    Gateway's; empty for that."""

    def __init__(
        self,
        *,
        clients: "ClientStore",
        cases: "CaseStore",
        mentions: "MentionStore",
        limits: "RateLimits",
        secrets: "SecretStore",
        links: Links,
        answers: Answers,
        clock: "Clock",
        plans: "PlanStore",
        stories: "StoryStore",
        readiness: "Callable[[], ReadinessStore]",
        drills: "Callable[[], DrillStore]",
        public_url: str = "",
        writers: "Writers | None" = None,
        budgets: "BudgetStore | None" = None,
    ) -> None:
        self._readiness = readiness
        self._drills = drills
        self._writers = writers
        self._budgets = budgets
        self._clients = clients
        self._cases = cases
        self._mentions = mentions
        self._limits = limits
        self._secrets = secrets
        self._links = links
        self._answers = answers
        self._clock = clock
        self._plans = plans
        self._stories = stories
        self._public_url = public_url
        self._casework = Casework(clients=clients, cases=cases, clock=clock)

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
        except AnswerError as error:
            return self._moved_on(page, error)
        except Exception as error:
            logger.error("a page failed", extra=logged(error))
            return html_answer(503, plain_page(page, FAILED))

    def _opened(self, request: Request, client: Client, page: Page) -> Response:
        if not self._may_look(request.source):
            return html_answer(429, plain_page(page, BUSY))
        if request.method not in {"GET", "HEAD", "POST"} or not request.path.startswith(PATH):
            raise LinkRefusedError(Refusal.UNKNOWN)
        link = self._links.opened(request.path.removeprefix(PATH).rstrip("/"))
        action = f"{base_of(request)}{PATH}{link.code}"
        if link.purpose in OUTSIDE:
            from tocsin.entry.outside_site import OutsideVisit

            return OutsideVisit(self._casework, request, client, link, action).answer()
        me = next((one for one in client.responders if one.email.casefold() == link.person.casefold()), None)
        if me is None:
            return html_answer(410, plain_page(page, LEFT))
        own = reader_for(client, me)
        page = Page(
            Reader(asked_language(request) or own.language, own.timezone),
            client.name,
            _path(action, request) if request.method != "POST" else None,
        )
        if link.purpose is Purpose.VERDICT:
            return self._verdict(request, link, page, action)
        if link.purpose is Purpose.REACHED:
            from tocsin.entry.reached_site import reached_answer

            return reached_answer(self._cases, self._clock, request, link, page, action)
        if link.purpose is Purpose.DECLARE:
            return self._desk(request, client, link, page, me, action)
        return self._case(request, link, page, me, action)

    def _desk(self, request: Request, client: Client, link: Link, page: Page, me: Responder, action: str) -> Response:
        """The client's own pages, beside any case: the first is to declare one."""
        from tocsin.entry import desk_site
        from tocsin.entry.desk_parts.visit import DeskTools, DeskVisit

        tools = DeskTools(
            casework=self._casework, links=self._links, clock=self._clock, clients=self._clients, cases=self._cases,
            plans=self._plans, readiness=self._readiness, drills=self._drills,
        )  # fmt: skip
        fields = request.form() if request.method == "POST" else {}
        visit = DeskVisit(tools, request, client, link, me, page, action, fields)
        part = desk_site.part_asked(visit)
        if part is not None:
            return desk_site.desk_answer(visit, part)
        from tocsin.entry.declare_site import declare_answer

        return declare_answer(self._casework, self._links, request, client, me, page, action)

    def _case(self, request: Request, link: Link, page: Page, me: Responder, action: str) -> Response:
        """The case's own page answers its alarm; each part of the case has a page of its own."""
        from tocsin.entry import case_site
        from tocsin.entry.case_parts.visit import Visit

        fields = request.form() if request.method == "POST" else {}
        case = self._casework.view(link.subject)
        visit = Visit(self._tools(), request, page, me, action, fields, case)
        part = case_site.part_asked(visit)
        if not case.file.live and fields.get("do") != "reopen":
            return html_answer(410, over_page(page, case.incident, self._clock.now(), case.file, action))
        if part is not None:
            return case_site.act(visit, part) if request.method == "POST" else case_site.show(visit, part)
        own = AnswerVisit(
            answers=self._answers, casework=self._casework, gravest=self._gravest, now=self._clock.now(),
            request=request, page=page, case=case, me=me, action=action,
        )  # fmt: skip
        return own.act() if request.method == "POST" else own.show()

    def _tools(self) -> "Tools":
        from tocsin.entry.case_parts.visit import Tools

        def gravest(case: CaseView) -> Any:
            now = self._clock.now()
            since = max(case.incident.opened_at - MINUTE * 60, now - LOOK_BACK * 4)
            return self._mentions.gravest(case.incident.brand, since, now + MINUTE, SHOWN * 4)

        def insights() -> Any:
            from tocsin.services.insight import Insights

            return Insights(mentions=self._mentions, stories=self._stories, cases=self._cases, clock=self._clock)

        def reviews() -> Any:
            from tocsin.services.reviews import Reviews

            return Reviews(
                clients=self._clients, cases=self._cases, clock=self._clock, mentions=self._mentions,
                plans=self._plans,
            )  # fmt: skip

        def drafts() -> Any:
            from tocsin.services.drafts import Drafts

            return Drafts(
                casework=self._casework, mentions=self._mentions, clock=self._clock, writers=self._writers,
                budgets=self._budgets,
            )  # fmt: skip

        def twins(case: CaseView) -> Any:
            from tocsin.services.twins import Twins

            found = Twins(cases=self._cases, mentions=self._mentions, stories=self._stories, clock=self._clock)
            return found.of(case.client, case.incident, case.file)

        return Tools(
            casework=self._casework, clock=self._clock, links=self._links, gravest=gravest,
            library=self._plans.library, insights=insights, reviews=reviews, drafts=drafts, readiness=self._readiness,
            twins=twins,
        )  # fmt: skip

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
                return see_other(in_language(action, request))
            trouble = ELSEWHERE
        html = verdict_page(page, incident, action=action, now=self._clock.now(), said=link.said, trouble=trouble)
        return html_answer(403 if trouble else 200, html)

    def _gravest(self, incident: Incident, now: datetime) -> tuple[AlertMention, ...]:
        """A page without its mentions beats no page."""
        try:
            found = self._mentions.gravest(
                incident.brand, max(incident.opened_at - MINUTE * 60, now - LOOK_BACK), now + MINUTE, SHOWN
            )
        except Exception as error:
            logger.error("a case is shown without its mentions", extra=logged(error))
            return ()
        return tuple(shown(scored) for scored in found)


def _path(action: str, request: Request) -> str:
    """The same page in another language: of a part, the part."""
    asked = {name: request.query[name] for name in ("part", "text", "new", "reply", "tell") if name in request.query}
    return f"{action}?{urlencode(asked)}" if asked else action
