"""One request by one responder about one client, beside any case."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tocsin.domain.client import Client
from tocsin.domain.desk_asks import Ask
from tocsin.domain.errors import ConflictError
from tocsin.domain.links import Link
from tocsin.domain.people import Responder
from tocsin.entry.case_parts.form import Form
from tocsin.entry.http import Request
from tocsin.services.answer import AnswerError, Why
from tocsin.services.casework import Casework
from tocsin.services.links import LinkRefusedError, Links, Refusal
from tocsin.services.verdicts import note_ask
from tocsin.web.desk.common import Counter
from tocsin.web.pages import Page

if TYPE_CHECKING:
    from tocsin.ports import CaseStore, ClientStore, Clock, DrillStore, PlanStore, ReadinessStore


@dataclass(frozen=True)
class DeskTools:
    casework: Casework
    links: Links
    clock: "Clock"
    clients: "ClientStore"
    cases: "CaseStore"
    plans: "PlanStore"
    readiness: "Callable[[], ReadinessStore]"
    drills: "Callable[[], DrillStore]"


class DeskVisit:
    """``fields``: of the form that was sent, empty when the page is only looked at."""

    def __init__(
        self,
        tools: DeskTools,
        request: Request,
        client: Client,
        link: Link,
        me: Responder,
        page: Page,
        action: str,
        fields: Mapping[str, str],
    ) -> None:
        self.tools = tools
        self.request = request
        self.client = client
        self.link = link
        self.me = me
        self.page = page
        self.action = action
        self.fields = fields
        self.now = tools.clock.now()

    @property
    def counter(self) -> Counter:
        return Counter(self.client, self.me, self.now, self.action, self.link)

    @property
    def form(self) -> Form:
        return Form(self.fields, self.client.zone_of(self.me), self.now)

    def ask(self, ask: Ask) -> None:
        """Raise AnswerError while something else that they asked for is not done, LinkRefusedError."""
        try:
            noted = note_ask(self.tools.cases, self.link, ask)
        except ConflictError:
            raise LinkRefusedError(Refusal.REVOKED, self.link) from None
        if not noted:
            raise AnswerError(Why.BUSY, "what you asked for before is not done yet")


Handler = Callable[[DeskVisit, Form], None]
