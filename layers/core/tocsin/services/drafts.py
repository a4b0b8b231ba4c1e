"""First words for a case: a reply to one mention, a statement, or a text that was approved ahead.

A template makes them; where the client pays for it, a model words the template anew from confirmed facts alone, within
a month's money. Whatever it does wrong, the template stands.
"""

import logging
from collections.abc import Iterable
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tocsin.domain.budget import Limits, Span, Usage, period
from tocsin.domain.case.approving import prepared as approved_ahead
from tocsin.domain.case.file import Work, Worked
from tocsin.domain.case.texts import CaseText, Source
from tocsin.domain.case.wording import draft
from tocsin.domain.client import Client
from tocsin.domain.errors import CloudReaderError, StepError
from tocsin.domain.fields import Language
from tocsin.domain.linter import Kind
from tocsin.domain.mention import Medium
from tocsin.domain.posture import Strategy
from tocsin.domain.reading import ScoredMention
from tocsin.domain.refusals import Refused
from tocsin.domain.replies import Advice, ReplyFacts, Stance, advise, reply, reply_language, strategies_of
from tocsin.domain.statements import Facts, statement
from tocsin.domain.voice import voices_of
from tocsin.domain.word_settings import PreparedText
from tocsin.domain.writing import Order, unfit
from tocsin.ports import BudgetStore, Clock, MentionStore, Writer, Writers
from tocsin.services.casework import CaseView, Casework
from tocsin.services.logged import logged
from tocsin.web.clean import one_line

logger = logging.getLogger(__name__)

SCOPE = "writer-bedrock"
QUOTED = 700
"""Characters of a mention that a model sees."""


class DraftError(StepError):
    """Nothing was drafted; the message says why, and the way out."""


class Drafted(NamedTuple):
    """``fallback``: why a template stands where a model was asked for; None when it does not, or nobody asked."""

    worked: Worked
    text: CaseText
    advice: Advice | None = None
    fallback: str | None = None


class _Worded(NamedTuple):
    text: str
    source: Source
    fallback: str | None = None


class Drafts:
    def __init__(
        self,
        *,
        casework: Casework,
        mentions: MentionStore,
        clock: Clock,
        writers: Writers | None = None,
        budgets: BudgetStore | None = None,
    ) -> None:
        self._casework = casework
        self._mentions = mentions
        self._clock = clock
        self._writers = writers
        self._budgets = budgets

    def advice(self, incident_id: str, mention_id: str) -> Advice:
        """Whether and how to answer a mention of this case. Raise DraftError, AnswerError."""
        view = self._casework.view(incident_id)
        return _advice(view, self._mention(view, mention_id))

    def reply(
        self,
        incident_id: str,
        by: str | None,
        mention_id: str,
        facts: ReplyFacts,
        *,
        language: Language | None = None,
        stance: Stance | None = None,
    ) -> Drafted:
        """``stance``: another than is advised, by a person's choice. Raise DraftError, ReplyError, AnswerError."""
        view = self._casework.view(incident_id)
        scored = self._answerable(view, mention_id)
        advice = _advice(view, scored)
        chosen = stance or advice.stance
        spoken = language or reply_language(view.client, scored.reading.language)
        settings = view.client.words
        template = reply(
            chosen,
            view.file.cause.truth,
            facts,
            spoken,
            author=None if chosen in {Stance.PROTECT, Stance.PUBLIC} else scored.mention.author,
            address=settings.address,
        )
        verified = _filled(facts)
        order = Order(
            kind=Kind.REPLY,
            language=spoken,
            address=settings.address,
            brand=view.incident.brand,
            template=template,
            facts=verified,
            mention=one_line(scored.mention.words, QUOTED),
        )
        plan = view.file.plan
        worded = self._worded(view.client, order)
        return self._kept(
            view, by, order, worded, strategies_of(chosen, plan.strategies if plan else (), view.file.cause.truth),
            mention_id=mention_id, verified=verified, advice=advice,
        )  # fmt: skip

    def statement(
        self,
        incident_id: str,
        by: str | None,
        kind: Kind,
        facts: Facts,
        *,
        language: Language | None = None,
        audience: str | None = None,
    ) -> Drafted:
        """Raise DraftError, FactsMissingError, AnswerError."""
        if kind is Kind.REPLY:
            raise DraftError("a reply answers a mention: name it", Refused.UNKNOWN)
        view = self._casework.view(incident_id)
        inside = kind in {Kind.STAFF, Kind.CLIENT}
        spoken = language or (view.client.language if inside else reply_language(view.client, "und"))
        verified = tuple(value for _, value in facts if isinstance(value, str))
        order = Order(
            kind=kind,
            language=spoken,
            address=view.client.words.address,
            brand=view.incident.brand,
            template=statement(kind, facts, spoken, ZoneInfo(view.client.timezone)),
            facts=verified,
        )
        worded = self._worded(view.client, order)
        base = (Strategy.INSTRUCT, Strategy.ADJUST)
        return self._kept(view, by, order, worded, base, audience=audience, verified=verified)

    def prepared(
        self,
        incident_id: str,
        by: str | None,
        kind: Kind,
        *,
        language: Language | None = None,
        scenario: str | None = None,
        mention_id: str | None = None,
    ) -> Drafted:
        """A text that the client's file holds for this scenario, good today: approved already, unless the linter has
        something against it or who takes it out is who approved it. Raise DraftError, AnswerError."""
        view = self._casework.view(incident_id)
        if mention_id is not None:
            self._answerable(view, mention_id)
        wanted = scenario or view.file.cause.scenario or (view.file.plan.scenario if view.file.plan else None)
        spoken = language or reply_language(view.client, "und")
        found = self._good(view.client, kind, spoken, wanted)

        def step(work: Work) -> Worked:
            made = draft(
                work, kind, spoken, found.text, Source.PREPARED, mention_id=mention_id,
                strategies=(Strategy.INSTRUCT, Strategy.ADJUST), verified=(),
            )  # fmt: skip
            ready = approved_ahead(work._replace(file=made.file), made.file.texts[-1].id, found.approved_by)
            return Worked(ready.incident, ready.file, (*made.events, *ready.events), ready.outbox)

        worked = self._casework.do(incident_id, by, step)
        return Drafted(worked, worked.file.texts[-1])

    def _good(self, client: Client, kind: Kind, language: Language, scenario: str | None) -> PreparedText:
        today = self._clock.now().astimezone(ZoneInfo(client.timezone)).date()
        alike = [one for one in client.prepared_texts if one.kind is kind and one.scenario == scenario]
        found = [one for one in alike if one.language == language]
        good = next((one for one in found if one.good_on(today)), None)
        if good is not None:
            return good
        if found:
            raise DraftError(
                f"the prepared {kind} text for {scenario} expired on {found[0].expires}: renew prepared_texts",
                Refused.EXPIRED,
            )
        raise DraftError(
            f"prepared_texts has no {kind} text for {scenario or 'a case without a scenario'} in {language}",
            Refused.UNPREPARED,
        )

    def check(self, incident_id: str, mention_id: str) -> None:
        """Whether this mention may be answered in public, in whosever words. Raise DraftError, AnswerError."""
        self._answerable(self._casework.view(incident_id), mention_id)

    def _answerable(self, view: CaseView, mention_id: str) -> ScoredMention:
        found = self._mention(view, mention_id)
        if found.mention.medium is Medium.PRIVATE:
            raise DraftError("a private complaint is answered in its own thread, never in public", Refused.PRIVATE)
        return found

    def _mention(self, view: CaseView, mention_id: str) -> ScoredMention:
        found = self._mentions.scored(view.incident.brand, mention_id)
        if found is None:
            raise DraftError(
                f"no mention {one_line(mention_id, 80)} of {view.incident.brand} is kept (any more)", Refused.FORGOTTEN
            )
        return found

    def _worded(self, client: Client, order: Order) -> _Worded:
        """Never raises: the template stands for whatever goes wrong."""
        template = _Worded(order.template, Source.TEMPLATE)
        if client.words.by == "template":
            return template
        try:
            writer = self._writers(client.words) if self._writers is not None else None
            if writer is None or self._budgets is None:
                return template._replace(fallback="no model can be asked from here")
            return self._asked(client, order, writer, self._budgets)
        except CloudReaderError as error:
            logger.warning("a draft is left to the template", extra={"reason": error.reason})
            return template._replace(fallback=error.reason)
        except Exception as error:
            logger.error("a draft is left to the template after a fault of ours", extra=logged(error))
            return template._replace(fallback=type(error).__name__)

    def _asked(self, client: Client, order: Order, writer: Writer, budgets: BudgetStore) -> _Worded:
        template = _Worded(order.template, Source.TEMPLATE)
        month = period(Span.MONTH, self._clock.now()).key
        most = writer.cost(order)
        if not budgets.take(SCOPE, month, Usage(calls=1, usd=most), Limits(usd=client.words.monthly_usd)):
            return template._replace(fallback="this month's money for drafts is used up")
        try:
            said, usd = writer.write(order)
        except CloudReaderError as error:
            if error.usd is not None:
                budgets.correct(SCOPE, month, Usage(usd=error.usd - most))
            raise
        if usd != most:
            budgets.correct(SCOPE, month, Usage(usd=usd - most))
        text = " ".join(one_line(said, 6_000).split())
        if (why := unfit(order, text)) is not None:
            logger.warning("a model's draft is not used", extra={"reason": why.value})
            return template._replace(fallback=f"the model's words were not fit ({why.value})")
        return _Worded(text, Source.MODEL)

    def _kept(
        self,
        view: CaseView,
        by: str | None,
        order: Order,
        worded: _Worded,
        strategies: tuple[Strategy, ...],
        *,
        mention_id: str | None = None,
        audience: str | None = None,
        verified: Iterable[str] = (),
        advice: Advice | None = None,
    ) -> Drafted:
        facts = tuple(fact[:300] for fact in verified)

        def step(work: Work) -> Worked:
            return draft(
                work, order.kind, order.language, worded.text, worded.source, mention_id=mention_id,
                audience=audience, strategies=strategies, verified=facts,
            )  # fmt: skip

        worked = self._casework.do(view.incident.id, by, step)
        return Drafted(worked, worked.file.texts[-1], advice, worded.fallback)


def _advice(view: CaseView, scored: ScoredMention) -> Advice:
    voices = voices_of(scored, brand=view.client.brand(view.incident.brand))
    return advise(scored, voices, view.file.cause.truth)


def _filled(facts: ReplyFacts) -> tuple[str, ...]:
    return tuple(value for _, value in facts if value is not None)
