"""One request by one responder about one case, and what it is answered with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tocsin.domain.case.file import Work, Worked
from tocsin.domain.errors import TocsinError, TransitionError
from tocsin.domain.levels import Level
from tocsin.domain.people import Responder
from tocsin.domain.refusals import Refused
from tocsin.entry.case_parts.form import Form, Step
from tocsin.entry.http import Request
from tocsin.services.casework import CaseView, Casework
from tocsin.web.case.common import Desk, Wrong
from tocsin.web.pages import Page

if TYPE_CHECKING:
    from tocsin.domain.case.twins import Twin
    from tocsin.domain.playbook import Library
    from tocsin.domain.reading import ScoredMention
    from tocsin.ports import Clock, ReadinessStore
    from tocsin.services.drafts import Drafts
    from tocsin.services.insight import Insights
    from tocsin.services.links import Links
    from tocsin.services.reviews import Reviews


@dataclass(frozen=True)
class Tools:
    """What the parts work with; what only some of them need is made when it is asked for."""

    casework: Casework
    clock: "Clock"
    links: "Links"
    gravest: "Callable[[CaseView], tuple[ScoredMention, ...]]"
    library: "Callable[[], Library | None]"
    insights: "Callable[[], Insights]"
    reviews: "Callable[[], Reviews]"
    drafts: "Callable[[], Drafts]"
    twins: "Callable[[CaseView], tuple[Twin, ...]]"
    readiness: "Callable[[], ReadinessStore]"


class Visit:
    """``fields``: of the form that was sent, empty when the page is only looked at."""

    def __init__(
        self,
        tools: Tools,
        request: Request,
        page: Page,
        me: Responder,
        action: str,
        fields: Mapping[str, str],
        case: CaseView,
    ) -> None:
        self.tools = tools
        self.request = request
        self.page = page
        self.me = me
        self.action = action
        self.fields = fields
        self.case = case
        self.now = tools.clock.now()

    def again(self) -> None:
        """As the case stands by now. Raise AnswerError (gone)."""
        self.case = self.tools.casework.view(self.case.incident.id)

    @property
    def desk(self) -> Desk:
        case = self.case
        return Desk(case.client, case.incident, case.file, case.events, case.outbox, self.me, self.now, self.action)

    @property
    def form(self) -> Form:
        return Form(self.fields, self.case.client.zone_of(self.me), self.now)

    def do(self, step: Step) -> Worked:
        """In this person's name, and only while it is no graver than they were shown. Raise AnswerError."""
        shown = self.fields.get("level", "")
        seen = Level(shown) if shown in set(Level) else None

        def guarded(work: Work) -> Worked:
            if seen is not None and work.incident.level > seen:
                raise TransitionError(
                    f"it has become {work.incident.level} meanwhile: look at it again", Refused.GRAVER
                )
            return step(work)

        return self.tools.casework.do(self.case.incident.id, self.me.email, guarded)


class LedElsewhereError(TocsinError):
    """It is done, and goes on under another address."""

    def __init__(self, address: str) -> None:
        super().__init__("it goes on elsewhere")
        self.address = address


Goto = Mapping[str, str] | None
"""Where the visitor is led: what stands in the address, None for the part that the form came from."""
Handler = Callable[[Visit, Form], Goto]
Shown = Callable[[Visit, Wrong], str]
