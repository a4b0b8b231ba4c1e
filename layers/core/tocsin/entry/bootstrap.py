"""Adapters meet use-cases here. AWS clients are made once per warm function, services per invocation."""

import time
from datetime import timedelta
from decimal import Decimal
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from tocsin.entry import local_mode, parts
from tocsin.entry.channels import channels, spend_guard
from tocsin.entry.parts import (
    case_store,
    client_store,
    control_store,
    mention_store,
    secret_store,
    source_store,
)
from tocsin.entry.settings import (
    AnswerSettings,
    FetchSettings,
    IntakeSettings,
    NotifySettings,
    ReceiptSettings,
    ReportSettings,
    ScoreSettings,
    Settings,
    WatchSettings,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tocsin.domain.client import Client
    from tocsin.domain.reading import ScoredMention
    from tocsin.entry.answer_site import AnswerSite
    from tocsin.entry.intake_site import Site
    from tocsin.ports import DrillStore, MarkStore, Metrics, PauseStore, ReadinessStore, SecondReader
    from tocsin.services.assess import Assess
    from tocsin.services.case_clocks import CaseClocks
    from tocsin.services.desk_asks import DeskAsks
    from tocsin.services.escalate import Escalate
    from tocsin.services.fetch import Fetch
    from tocsin.services.inbound import InboundMail
    from tocsin.services.links import Links
    from tocsin.services.notify import Notify
    from tocsin.services.pass_on import PassOn
    from tocsin.services.pause_answers import PauseAnswers
    from tocsin.services.pauses import Pauses
    from tocsin.services.readiness import Look
    from tocsin.services.receipts import Receipts
    from tocsin.services.remind import Remind
    from tocsin.services.report import Reports
    from tocsin.services.reviews import Reviews
    from tocsin.services.score import Score
    from tocsin.services.second_opinion import Memory
    from tocsin.services.stories import Stories
    from tocsin.services.verdicts import Verdicts
    from tocsin.services.watch import Watch

PAGE_BUDGET = timedelta(seconds=3)
"""For one page of a policy, of which a file may name ten."""


def fetch(settings: FetchSettings) -> "Fetch":
    from tocsin.adapters.dispatch_lambda import LambdaDispatcher
    from tocsin.adapters.dynamodb.budgets import DynamoBudgetStore
    from tocsin.adapters.dynamodb.erasing import DynamoKeptStore
    from tocsin.adapters.evidence_s3 import S3EvidenceStore
    from tocsin.adapters.http_guard import GuardedHttp
    from tocsin.adapters.queue_sqs import SqsMentionQueue
    from tocsin.adapters.sources.registry import Connectors
    from tocsin.services.fetch import Fetch
    from tocsin.services.recheck import Recheck

    sources = source_store(settings)
    web = GuardedHttp(allow_hosts=local_mode.allow_hosts())
    connectors = Connectors(web, secret_store(settings.secrets_prefix))
    kept = DynamoKeptStore(parts.aws("dynamodb"), settings.mentions_table)
    return Fetch(
        clients=client_store(settings),
        sources=sources,
        connectors=connectors,
        queue=SqsMentionQueue(parts.aws("sqs"), settings.mentions_queue_url),
        clock=local_mode.clock(),
        timer=time.monotonic,
        cases=case_store(settings),
        budgets=DynamoBudgetStore(parts.aws("dynamodb"), settings.mentions_table),
        evidence=S3EvidenceStore(parts.aws("s3"), settings.evidence_bucket),
        dispatcher=LambdaDispatcher(parts.aws("lambda"), settings.fetch_function_prefix)
        if settings.fetch_function_prefix
        else None,
        own=settings.source_kind or None,
        recheck=Recheck(kept=kept, sources=sources, connectors=connectors, timer=time.monotonic),
    )


def score(settings: ScoreSettings, metrics: "Metrics | None" = None) -> "Score":
    from tocsin.adapters.queue_sqs import SqsQuarantine
    from tocsin.services.score import Score

    return Score(
        clients=client_store(settings),
        mentions=mention_store(settings),
        quarantine=SqsQuarantine(parts.aws("sqs"), settings.quarantine_queue_url),
        analyzer=_analyzer(),
        assess=_assess(settings),
        second=_second(settings, metrics),
        stories=_stories(settings.mentions_table),
    )


def notify(settings: NotifySettings) -> "Notify":
    from tocsin.adapters.dynamodb.health import DynamoHealthStore
    from tocsin.adapters.dynamodb.plans import DynamoPlanStore
    from tocsin.services.notify import Notify

    return Notify(
        clients=client_store(settings),
        mentions=mention_store(settings),
        cases=case_store(settings),
        channels=channels(settings),
        clock=local_mode.clock(),
        health=DynamoHealthStore(parts.aws("dynamodb"), settings.cases_table),
        controls=control_store(settings),
        stories=_stories(settings.mentions_table),
        links=links(settings),
        spend=spend_guard(settings),
        plans=DynamoPlanStore(parts.aws("dynamodb"), settings.cases_table),
    )


def escalate(settings: Settings) -> "Escalate":
    from tocsin.services.escalate import Escalate

    return Escalate(
        clients=client_store(settings),
        cases=case_store(settings),
        clock=local_mode.clock(),
        controls=control_store(settings),
    )


def case_clocks(settings: WatchSettings) -> "CaseClocks":
    from tocsin.adapters.dynamodb.health import DynamoHealthStore
    from tocsin.adapters.dynamodb.plans import DynamoPlanStore
    from tocsin.services.case_clocks import CaseClocks

    clients, cases, mentions = client_store(settings), case_store(settings), mention_store(settings)
    health = DynamoHealthStore(parts.aws("dynamodb"), settings.cases_table)
    plans = DynamoPlanStore(parts.aws("dynamodb"), settings.cases_table)
    clock = local_mode.clock()

    def reviews() -> "Reviews":
        from tocsin.services.reviews import Reviews

        marks = _mark_store(settings)
        return Reviews(clients=clients, cases=cases, clock=clock, mentions=mentions, plans=plans, marks=marks)

    def passing() -> "PassOn":
        from tocsin.adapters.channels.agency_sns import SnsAgencyChannel
        from tocsin.services.pass_on import PassOn

        agency = SnsAgencyChannel(parts.aws("sns"), settings.agency_topic_arn)
        return PassOn(clients=clients, cases=cases, clock=clock, agency=agency, pauses=_pause_store(settings))

    return CaseClocks(
        clients=clients,
        cases=cases,
        mentions=mentions,
        clock=clock,
        controls=control_store(settings),
        plans=plans,
        health=health,
        verdicts=verdicts(settings),
        reviews=reviews,
        passing=passing,
    )


def pauses(settings: NotifySettings) -> "Pauses":
    from tocsin.services.pauses import Pauses

    return Pauses(
        clients=client_store(settings),
        cases=case_store(settings),
        clock=local_mode.clock(),
        channels=channels(settings),
        controls=control_store(settings),
        book=_pause_store(settings),
    )


def pause_answers(settings: WatchSettings) -> "PauseAnswers":
    from tocsin.adapters.channels.agency_sns import SnsAgencyChannel
    from tocsin.services.pause_answers import PauseAnswers

    return PauseAnswers(
        clients=client_store(settings),
        cases=case_store(settings),
        pauses=_pause_store(settings),
        clock=local_mode.clock(),
        agency=SnsAgencyChannel(parts.aws("sns"), settings.agency_topic_arn),
    )


def _pause_store(settings: Settings) -> "PauseStore":
    from tocsin.adapters.dynamodb.pauses import DynamoPauseStore

    return DynamoPauseStore(parts.aws("dynamodb"), settings.cases_table)


def watch(settings: WatchSettings, metrics: "Metrics") -> "Watch":
    from tocsin.adapters.channels.operator_sns import SnsOperatorChannel
    from tocsin.adapters.dynamodb.health import DynamoHealthStore
    from tocsin.services.watch import Watch

    return Watch(
        clients=client_store(settings),
        cases=case_store(settings),
        assess=_assess(settings),
        notify=notify(settings),
        escalate=escalate(settings),
        case_clocks=case_clocks(settings),
        clock=local_mode.clock(),
        metrics=metrics,
        timer=time.monotonic,
        sources=source_store(settings),
        health=DynamoHealthStore(parts.aws("dynamodb"), settings.cases_table),
        operator=SnsOperatorChannel(parts.aws("sns"), settings.operator_topic_arn),
    )


def site(settings: IntakeSettings) -> "Site":
    from tocsin.adapters.dynamodb.complaints import DynamoComplaintStore
    from tocsin.adapters.dynamodb.limits import DynamoLimits
    from tocsin.adapters.queue_sqs import SqsMentionQueue, SqsQuarantine
    from tocsin.adapters.sources.webhook import read_items
    from tocsin.entry.intake_site import Site
    from tocsin.services.inbound import Hooks
    from tocsin.services.intake import Intake

    clients, clock = client_store(settings), local_mode.clock()
    limits = DynamoLimits(parts.aws("dynamodb"), settings.mentions_table)
    queue = SqsMentionQueue(parts.aws("sqs"), settings.mentions_queue_url)
    keys = secret_store(settings.secrets_prefix)
    return Site(
        intake=Intake(
            clients=clients,
            complaints=DynamoComplaintStore(parts.aws("dynamodb"), settings.cases_table),
            limits=limits,
            queue=queue,
            secrets=keys,
            clock=clock,
        ),
        hooks=Hooks(
            clients=clients,
            limits=limits,
            queue=queue,
            quarantine=SqsQuarantine(parts.aws("sqs"), settings.quarantine_queue_url),
            secrets=keys,
            clock=clock,
            read=read_items,
        ),
        clock=clock,
        public_url=settings.public_url,
    )


def answer_site(settings: AnswerSettings) -> "AnswerSite":
    from tocsin.adapters.dynamodb.budgets import DynamoBudgetStore
    from tocsin.adapters.dynamodb.limits import DynamoLimits
    from tocsin.adapters.dynamodb.plans import DynamoPlanStore
    from tocsin.adapters.dynamodb.stories import DynamoStoryStore
    from tocsin.entry.answer_site import AnswerSite
    from tocsin.services.answer import Answers
    from tocsin.services.links import Links

    keys = secret_store(settings.secrets_prefix)
    clients, cases, clock = client_store(settings), case_store(settings), local_mode.clock()
    return AnswerSite(
        readiness=lambda: _readiness_store(settings),
        drills=lambda: _drill_store(settings),
        writers=parts.writer,
        budgets=DynamoBudgetStore(parts.aws("dynamodb"), settings.mentions_table),
        clients=clients,
        cases=cases,
        mentions=mention_store(settings),
        limits=DynamoLimits(parts.aws("dynamodb"), settings.mentions_table),
        secrets=keys,
        links=Links(clients=clients, cases=cases, secrets=keys, clock=clock, public_url=settings.public_url),
        answers=Answers(clients=clients, cases=cases, clock=clock),
        clock=clock,
        plans=DynamoPlanStore(parts.aws("dynamodb"), settings.cases_table),
        stories=DynamoStoryStore(parts.aws("dynamodb"), settings.mentions_table),
        public_url=settings.public_url,
    )


def links(settings: NotifySettings | ReportSettings) -> "Links":
    from tocsin.services.links import Links

    return Links(
        clients=client_store(settings),
        cases=case_store(settings),
        secrets=secret_store(settings.secrets_prefix),
        clock=local_mode.clock(),
        public_url=settings.public_url,
    )


def inbound(settings: IntakeSettings) -> "InboundMail":
    from tocsin.adapters.mails_s3 import S3Mails
    from tocsin.adapters.queue_sqs import SqsMentionQueue, SqsQuarantine
    from tocsin.services.inbound import InboundMail

    return InboundMail(
        clients=client_store(settings),
        queue=SqsMentionQueue(parts.aws("sqs"), settings.mentions_queue_url),
        quarantine=SqsQuarantine(parts.aws("sqs"), settings.quarantine_queue_url),
        mails=S3Mails(parts.aws("s3"), settings.inbound_bucket),
        clock=local_mode.clock(),
    )


def remind(settings: WatchSettings) -> "Remind":
    from tocsin.adapters.channels.notice_ses import SesNoticeChannel
    from tocsin.adapters.dynamodb.complaints import DynamoComplaintStore
    from tocsin.adapters.queue_sqs import SqsMentionQueue
    from tocsin.services.remind import Remind

    return Remind(
        clients=client_store(settings),
        complaints=DynamoComplaintStore(parts.aws("dynamodb"), settings.cases_table),
        channel=SesNoticeChannel(parts.aws("sesv2"), settings.sender_email, settings.mail_configuration_set or None),
        queue=SqsMentionQueue(parts.aws("sqs"), settings.mentions_queue_url),
        clock=local_mode.clock(),
    )


def reports(settings: ReportSettings | WatchSettings) -> "Reports":
    from tocsin.adapters.channels.report_ses import SesReportChannel
    from tocsin.adapters.dynamodb.health import DynamoHealthStore
    from tocsin.services.report import Reports

    return Reports(
        clients=client_store(settings),
        controls=control_store(settings),
        cases=case_store(settings),
        mentions=mention_store(settings),
        health=DynamoHealthStore(parts.aws("dynamodb"), settings.cases_table),
        channel=SesReportChannel(parts.aws("sesv2"), settings.sender_email, settings.mail_configuration_set or None),
        clock=local_mode.clock(),
        links=links(settings),
        readiness=_readiness_store(settings),
    )


def readiness(settings: ReportSettings | WatchSettings) -> "Look":
    """How ready the client is, and pages of policies fetched for it: what only a desk knew before is kept."""
    from tocsin.adapters.dynamodb.budgets import DynamoBudgetStore
    from tocsin.adapters.dynamodb.health import DynamoHealthStore
    from tocsin.adapters.dynamodb.plans import DynamoPlanStore
    from tocsin.adapters.http_guard import GuardedHttp
    from tocsin.adapters.page_text import page_text
    from tocsin.services.policies import published
    from tocsin.services.readiness import Deployed, Look, Readiness

    dynamodb = parts.aws("dynamodb")
    http = GuardedHttp(allow_hosts=local_mode.allow_hosts())

    def ready() -> Readiness:
        return Readiness(
            library=DynamoPlanStore(dynamodb, settings.cases_table).library(),
            deployed=Deployed(
                cases=case_store(settings),
                health=DynamoHealthStore(dynamodb, settings.cases_table),
                controls=control_store(settings),
                budgets=DynamoBudgetStore(dynamodb, settings.mentions_table),
                limit=Decimal(settings.sms_monthly_limit),
            ),
            policies=lambda client: published(client, partial(page_text, http=http, budget=PAGE_BUDGET)),
        )

    return Look(
        clients=client_store(settings),
        store=_readiness_store(settings),
        clock=local_mode.clock(),
        readiness=ready,
    )


def _mark_store(settings: Settings) -> "MarkStore":
    from tocsin.adapters.dynamodb.marks import DynamoMarkStore

    return DynamoMarkStore(parts.aws("dynamodb"), settings.mentions_table)


def _readiness_store(settings: Settings) -> "ReadinessStore":
    from tocsin.adapters.dynamodb.readiness import DynamoReadinessStore

    return DynamoReadinessStore(parts.aws("dynamodb"), settings.cases_table)


def verdicts(settings: WatchSettings) -> "Verdicts":
    from tocsin.services.verdicts import Verdicts

    return Verdicts(
        cases=case_store(settings),
        controls=control_store(settings),
        clock=local_mode.clock(),
        asks=lambda link: _desk_asks(settings).take(link),
    )


def _desk_asks(settings: WatchSettings) -> "DeskAsks":
    """In a minute in which somebody asks."""
    from tocsin.adapters.dynamodb.drill_traces import DynamoDrillTraces
    from tocsin.adapters.dynamodb.health import DynamoHealthStore
    from tocsin.adapters.queue_sqs import SqsMentionQueue
    from tocsin.services.desk_asks import DeskAsks
    from tocsin.services.drill import Drill

    dynamodb = parts.aws("dynamodb")
    return DeskAsks(
        cases=case_store(settings),
        clock=local_mode.clock(),
        store=_drill_store(settings),
        look=lambda: readiness(settings),
        drill=lambda: Drill(
            clients=client_store(settings),
            cases=case_store(settings),
            controls=control_store(settings),
            queue=SqsMentionQueue(parts.aws("sqs"), settings.mentions_queue_url),
            traces=DynamoDrillTraces(dynamodb, settings.mentions_table, settings.cases_table),
            clock=local_mode.clock(),
            health=DynamoHealthStore(dynamodb, settings.cases_table),
            sources=parts.source_store(settings),
        ),
    )


def _drill_store(settings: Settings) -> "DrillStore":
    from tocsin.adapters.dynamodb.drills import DynamoDrillStore

    return DynamoDrillStore(parts.aws("dynamodb"), settings.cases_table)


def receipts(settings: ReceiptSettings) -> "Receipts":
    from tocsin.adapters.channels.operator_sns import SnsOperatorChannel
    from tocsin.services.escalate import Escalate
    from tocsin.services.receipts import Receipts

    cases, clock = case_store(settings), local_mode.clock()
    return Receipts(
        cases=cases,
        escalate=Escalate(clients=client_store(settings), cases=cases, clock=clock),
        operator=SnsOperatorChannel(parts.aws("sns"), settings.operator_topic_arn),
        client=settings.client,
    )


def _assess(settings: Settings) -> "Assess":
    from tocsin.adapters.dynamodb.health import DynamoHealthStore
    from tocsin.domain.detector import Detector
    from tocsin.services.assess import Assess

    return Assess(
        mentions=mention_store(settings),
        cases=case_store(settings),
        detector=Detector(),
        clock=local_mode.clock(),
        controls=control_store(settings),
        health=DynamoHealthStore(parts.aws("dynamodb"), settings.cases_table),
    )


def _second(settings: Settings, metrics: "Metrics | None") -> "SecondReader":
    """Who is content with our own reader, as most are, loads nothing of the cloud's."""

    def refine(client: "Client", scored: "Sequence[ScoredMention]") -> "Sequence[ScoredMention]":
        if client.reader.kind == "own":
            return scored
        from tocsin.adapters.analyzers.cloud import cloud_readers
        from tocsin.adapters.dynamodb.budgets import DynamoBudgetStore
        from tocsin.services.second_opinion import SecondOpinion

        return SecondOpinion(
            readers=cloud_readers(parts.aws),
            budgets=DynamoBudgetStore(parts.aws("dynamodb"), settings.mentions_table),
            clock=local_mode.clock(),
            timer=time.monotonic,
            memory=_reader_memory(),
            metrics=metrics,
        ).refine(client, scored)

    return refine


@cache
def _reader_memory() -> "Memory":
    from tocsin.services.second_opinion import Memory

    return Memory()


@cache
def _stories(table: str) -> "Stories":
    """Kept while the function is warm, with the books that it has read."""
    from tocsin.adapters.dynamodb.stories import DynamoStoryStore
    from tocsin.services.stories import Stories

    return Stories(DynamoStoryStore(parts.aws("dynamodb"), table), local_mode.clock())


@cache
def _analyzer() -> Any:
    from tocsin.adapters.analyzers.reader import Reader

    return Reader()
