"""Adapters meet use-cases here. AWS clients are made once per warm function, services per invocation."""

import time
from collections.abc import Mapping
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from tocsin.adapters.dynamodb.cases import DynamoCaseStore
from tocsin.adapters.dynamodb.clients import DynamoClientStore
from tocsin.adapters.dynamodb.mentions import DynamoMentionStore
from tocsin.domain.outbox import Channel
from tocsin.entry import local_mode
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
    from collections.abc import Callable, Iterator, Sequence

    from tocsin.domain.client import Client
    from tocsin.domain.reading import ScoredMention
    from tocsin.domain.rooms import Room, RoomKind
    from tocsin.entry.answer_site import AnswerSite
    from tocsin.entry.intake_site import Site
    from tocsin.ports import AlertChannel, ControlStore, Metrics, SecondReader, SecretStore, SourceStore, SpendGuard
    from tocsin.services.assess import Assess
    from tocsin.services.escalate import Escalate
    from tocsin.services.fetch import Fetch
    from tocsin.services.inbound import InboundMail
    from tocsin.services.links import Links
    from tocsin.services.notify import Notify
    from tocsin.services.receipts import Receipts
    from tocsin.services.remind import Remind
    from tocsin.services.report import Reports
    from tocsin.services.score import Score
    from tocsin.services.second_opinion import Memory
    from tocsin.services.stories import Stories
    from tocsin.services.verdicts import Verdicts
    from tocsin.services.watch import Watch

CONFIG = Config(
    connect_timeout=3, read_timeout=8, retries={"mode": "standard", "total_max_attempts": 3}, user_agent_extra="tocsin"
)
ONE_TRY = Config(
    connect_timeout=3, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 1}, user_agent_extra="tocsin"
)
"""A send is no idempotent call, and the outbox repeats it; evidence, a start or a secret must not hold up a look, and
the next minute asks again: one try, and no waiting behind a server that hangs."""
READERS = {
    "comprehend": Config(
        connect_timeout=2,
        read_timeout=5,
        retries={"mode": "standard", "total_max_attempts": 2},
        user_agent_extra="tocsin",
    ),
    "bedrock-runtime": Config(
        connect_timeout=2,
        read_timeout=10,
        retries={"mode": "standard", "total_max_attempts": 1},
        user_agent_extra="tocsin",
    ),
}
"""Mentions wait meanwhile, and ours has read them already. A model is not asked twice: each answer is billed."""
ONCE = {"sesv2", "sns", "s3", "lambda", "ssm", "pinpoint-sms-voice-v2"}


@cache
def aws(service: str) -> Any:
    return boto3.client(service, config=READERS.get(service, ONE_TRY if service in ONCE else CONFIG))  # type: ignore[call-overload]


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

    sources = _sources(settings)
    web = GuardedHttp(allow_hosts=local_mode.allow_hosts())
    connectors = Connectors(web, _secrets(settings.secrets_prefix))
    kept = DynamoKeptStore(aws("dynamodb"), settings.mentions_table)
    return Fetch(
        clients=_clients(settings),
        sources=sources,
        connectors=connectors,
        queue=SqsMentionQueue(aws("sqs"), settings.mentions_queue_url),
        clock=local_mode.clock(),
        timer=time.monotonic,
        cases=_cases(settings),
        budgets=DynamoBudgetStore(aws("dynamodb"), settings.mentions_table),
        evidence=S3EvidenceStore(aws("s3"), settings.evidence_bucket),
        dispatcher=LambdaDispatcher(aws("lambda"), settings.fetch_function_prefix)
        if settings.fetch_function_prefix
        else None,
        own=settings.source_kind or None,
        recheck=Recheck(kept=kept, sources=sources, connectors=connectors, timer=time.monotonic),
    )


def score(settings: ScoreSettings, metrics: "Metrics | None" = None) -> "Score":
    from tocsin.adapters.queue_sqs import SqsQuarantine
    from tocsin.services.score import Score

    return Score(
        clients=_clients(settings),
        mentions=_mentions(settings),
        quarantine=SqsQuarantine(aws("sqs"), settings.quarantine_queue_url),
        analyzer=_analyzer(),
        assess=_assess(settings),
        second=_second(settings, metrics),
        stories=_stories(settings.mentions_table),
    )


def notify(settings: NotifySettings) -> "Notify":
    from tocsin.adapters.dynamodb.health import DynamoHealthStore
    from tocsin.services.notify import Notify

    return Notify(
        clients=_clients(settings),
        mentions=_mentions(settings),
        cases=_cases(settings),
        channels=channels(settings),
        clock=local_mode.clock(),
        health=DynamoHealthStore(aws("dynamodb"), settings.cases_table),
        controls=_controls(settings),
        stories=_stories(settings.mentions_table),
        links=links(settings),
        spend=spend_guard(settings),
    )


def escalate(settings: Settings) -> "Escalate":
    from tocsin.services.escalate import Escalate

    return Escalate(
        clients=_clients(settings), cases=_cases(settings), clock=local_mode.clock(), controls=_controls(settings)
    )


def watch(settings: WatchSettings, metrics: "Metrics") -> "Watch":
    from tocsin.adapters.channels.operator_sns import SnsOperatorChannel
    from tocsin.adapters.dynamodb.health import DynamoHealthStore
    from tocsin.services.watch import Watch

    return Watch(
        clients=_clients(settings),
        cases=_cases(settings),
        assess=_assess(settings),
        notify=notify(settings),
        escalate=escalate(settings),
        clock=local_mode.clock(),
        metrics=metrics,
        timer=time.monotonic,
        sources=_sources(settings),
        health=DynamoHealthStore(aws("dynamodb"), settings.cases_table),
        operator=SnsOperatorChannel(aws("sns"), settings.operator_topic_arn),
    )


def site(settings: IntakeSettings) -> "Site":
    from tocsin.adapters.dynamodb.complaints import DynamoComplaintStore
    from tocsin.adapters.dynamodb.limits import DynamoLimits
    from tocsin.adapters.queue_sqs import SqsMentionQueue, SqsQuarantine
    from tocsin.adapters.sources.webhook import read_items
    from tocsin.entry.intake_site import Site
    from tocsin.services.inbound import Hooks
    from tocsin.services.intake import Intake

    clients, clock = _clients(settings), local_mode.clock()
    limits = DynamoLimits(aws("dynamodb"), settings.mentions_table)
    queue = SqsMentionQueue(aws("sqs"), settings.mentions_queue_url)
    keys = _secrets(settings.secrets_prefix)
    return Site(
        intake=Intake(
            clients=clients,
            complaints=DynamoComplaintStore(aws("dynamodb"), settings.cases_table),
            limits=limits,
            queue=queue,
            secrets=keys,
            clock=clock,
        ),
        hooks=Hooks(
            clients=clients,
            limits=limits,
            queue=queue,
            quarantine=SqsQuarantine(aws("sqs"), settings.quarantine_queue_url),
            secrets=keys,
            clock=clock,
            read=read_items,
        ),
        clock=clock,
        public_url=settings.public_url,
    )


def answer_site(settings: AnswerSettings) -> "AnswerSite":
    from tocsin.adapters.dynamodb.limits import DynamoLimits
    from tocsin.entry.answer_site import AnswerSite
    from tocsin.services.answer import Answers
    from tocsin.services.links import Links

    keys = _secrets(settings.secrets_prefix)
    clients, cases, clock = _clients(settings), _cases(settings), local_mode.clock()
    return AnswerSite(
        clients=clients,
        cases=cases,
        mentions=_mentions(settings),
        limits=DynamoLimits(aws("dynamodb"), settings.mentions_table),
        secrets=keys,
        links=Links(clients=clients, cases=cases, secrets=keys, clock=clock, public_url=settings.public_url),
        answers=Answers(clients=clients, cases=cases, clock=clock),
        clock=clock,
        public_url=settings.public_url,
    )


def links(settings: NotifySettings | ReportSettings) -> "Links":
    from tocsin.services.links import Links

    return Links(
        clients=_clients(settings),
        cases=_cases(settings),
        secrets=_secrets(settings.secrets_prefix),
        clock=local_mode.clock(),
        public_url=settings.public_url,
    )


def inbound(settings: IntakeSettings) -> "InboundMail":
    from tocsin.adapters.mails_s3 import S3Mails
    from tocsin.adapters.queue_sqs import SqsMentionQueue, SqsQuarantine
    from tocsin.services.inbound import InboundMail

    return InboundMail(
        clients=_clients(settings),
        queue=SqsMentionQueue(aws("sqs"), settings.mentions_queue_url),
        quarantine=SqsQuarantine(aws("sqs"), settings.quarantine_queue_url),
        mails=S3Mails(aws("s3"), settings.inbound_bucket),
        clock=local_mode.clock(),
    )


def remind(settings: WatchSettings) -> "Remind":
    from tocsin.adapters.channels.notice_ses import SesNoticeChannel
    from tocsin.adapters.dynamodb.complaints import DynamoComplaintStore
    from tocsin.adapters.queue_sqs import SqsMentionQueue
    from tocsin.services.remind import Remind

    return Remind(
        clients=_clients(settings),
        complaints=DynamoComplaintStore(aws("dynamodb"), settings.cases_table),
        channel=SesNoticeChannel(aws("sesv2"), settings.sender_email, settings.mail_configuration_set or None),
        queue=SqsMentionQueue(aws("sqs"), settings.mentions_queue_url),
        clock=local_mode.clock(),
    )


def reports(settings: ReportSettings | WatchSettings) -> "Reports":
    from tocsin.adapters.channels.report_ses import SesReportChannel
    from tocsin.adapters.dynamodb.health import DynamoHealthStore
    from tocsin.services.report import Reports

    return Reports(
        clients=_clients(settings),
        controls=_controls(settings),
        cases=_cases(settings),
        mentions=_mentions(settings),
        health=DynamoHealthStore(aws("dynamodb"), settings.cases_table),
        channel=SesReportChannel(aws("sesv2"), settings.sender_email, settings.mail_configuration_set or None),
        clock=local_mode.clock(),
        links=links(settings),
    )


def verdicts(settings: WatchSettings) -> "Verdicts":
    from tocsin.services.verdicts import Verdicts

    return Verdicts(cases=_cases(settings), controls=_controls(settings), clock=local_mode.clock())


def channels(settings: NotifySettings) -> "Mapping[Channel, AlertChannel]":
    """Every channel there is: what this stack lacks says so, and what was planned for it takes another way.

    Rooms' channels are made when the first alert is to go there: most clients have none."""
    from tocsin.adapters.channels.email_ses import SesEmailChannel
    from tocsin.adapters.channels.topic_sns import SnsTopicChannel
    from tocsin.domain.rooms import RoomKind

    mail_set = settings.mail_configuration_set or None
    sms, calls = _phones(settings)
    made: dict[Channel, AlertChannel] = {
        Channel.EMAIL: SesEmailChannel(aws("sesv2"), settings.sender_email, mail_set),
        Channel.SMS: sms,
        Channel.CALL: calls,
        Channel.TOPIC: SnsTopicChannel(aws("sns"), settings.alert_topic_arn),
    }
    return _Channels(made, {Channel(kind.value): partial(_room, settings, kind) for kind in RoomKind})


class _Channels(Mapping[Channel, "AlertChannel"]):
    def __init__(
        self, made: "Mapping[Channel, AlertChannel]", rare: "Mapping[Channel, Callable[[], AlertChannel]]"
    ) -> None:
        self._made = dict(made)
        self._rare = rare

    def __getitem__(self, channel: Channel) -> "AlertChannel":
        if channel not in self._made:
            self._made[channel] = self._rare[channel]()
        return self._made[channel]

    def __iter__(self) -> "Iterator[Channel]":
        return iter({**self._made, **self._rare})

    def __len__(self) -> int:
        return len({**self._made, **self._rare})


def _phones(settings: NotifySettings) -> "tuple[AlertChannel, AlertChannel]":
    from tocsin.adapters.channels.not_set_up import NotSetUpChannel
    from tocsin.domain.sms_settings import SmsProvider

    if settings.sms_provider != SmsProvider.EUM:
        from tocsin.adapters.channels.sms_sns import SnsSmsChannel

        return SnsSmsChannel(aws("sns"), settings.sms_sender_id or None), NotSetUpChannel("calls")
    from tocsin.adapters.channels.sms_eum import EumSmsChannel

    client, told = aws("pinpoint-sms-voice-v2"), settings.sms_configuration_set or None
    sms = EumSmsChannel(client, origination=settings.sms_origination or None, configuration_set=told)
    if not settings.voice_origination:
        return sms, NotSetUpChannel("calls")
    from tocsin.adapters.channels.call_eum import EumCallChannel

    return sms, EumCallChannel(client, origination=settings.voice_origination, configuration_set=told)


def _room(settings: NotifySettings, kind: "RoomKind") -> "AlertChannel":
    from tocsin.adapters.channels.slack import SlackChannel
    from tocsin.adapters.channels.teams import TeamsChannel
    from tocsin.adapters.channels.telegram_room import TelegramRoomChannel
    from tocsin.adapters.channels.webhook_out import WebhookOutChannel
    from tocsin.adapters.http_guard import GuardedHttp
    from tocsin.domain.rooms import RoomKind

    def rooms() -> "Sequence[Room]":
        client = _clients(settings).load()
        return client.channels if client is not None else ()

    web, secrets = GuardedHttp(allow_hosts=local_mode.allow_hosts()), _secrets(settings.secrets_prefix)
    if kind is RoomKind.WEBHOOK:
        return WebhookOutChannel(web, rooms, secrets, local_mode.clock())
    if kind is RoomKind.TELEGRAM:
        return TelegramRoomChannel(web, rooms, secrets)
    return SlackChannel(web, rooms, secrets) if kind is RoomKind.SLACK else TeamsChannel(web, rooms, secrets)


def spend_guard(settings: NotifySettings) -> "SpendGuard":
    from decimal import Decimal

    from tocsin.adapters.channels.operator_sns import SnsOperatorChannel
    from tocsin.adapters.dynamodb.budgets import DynamoBudgetStore
    from tocsin.services.sms_spend import SmsSpend

    return SmsSpend(
        DynamoBudgetStore(aws("dynamodb"), settings.mentions_table),
        Decimal(settings.sms_monthly_limit),
        SnsOperatorChannel(aws("sns"), settings.operator_topic_arn),
        calls=bool(settings.voice_origination),
    )


def receipts(settings: ReceiptSettings) -> "Receipts":
    from tocsin.adapters.channels.operator_sns import SnsOperatorChannel
    from tocsin.services.escalate import Escalate
    from tocsin.services.receipts import Receipts

    cases, clock = _cases(settings), local_mode.clock()
    return Receipts(
        cases=cases,
        escalate=Escalate(clients=_clients(settings), cases=cases, clock=clock),
        operator=SnsOperatorChannel(aws("sns"), settings.operator_topic_arn),
        client=settings.client,
    )


def _assess(settings: Settings) -> "Assess":
    from tocsin.adapters.dynamodb.health import DynamoHealthStore
    from tocsin.domain.detector import Detector
    from tocsin.services.assess import Assess

    return Assess(
        mentions=_mentions(settings),
        cases=_cases(settings),
        detector=Detector(),
        clock=local_mode.clock(),
        controls=_controls(settings),
        health=DynamoHealthStore(aws("dynamodb"), settings.cases_table),
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
            readers=cloud_readers(aws),
            budgets=DynamoBudgetStore(aws("dynamodb"), settings.mentions_table),
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

    return Stories(DynamoStoryStore(aws("dynamodb"), table), local_mode.clock())


@cache
def _analyzer() -> Any:
    from tocsin.adapters.analyzers.reader import Reader

    return Reader()


def _clients(settings: Settings) -> DynamoClientStore:
    return DynamoClientStore(aws("dynamodb"), settings.cases_table)


def _sources(settings: Settings) -> "SourceStore":
    from tocsin.adapters.dynamodb.sources import DynamoSourceStore

    return DynamoSourceStore(aws("dynamodb"), settings.mentions_table)


def _secrets(prefix: str) -> "SecretStore":
    """Without a prefix there is none, and nothing is asked for that the role would be refused."""
    if not prefix:
        from tocsin.adapters.memory import MemorySecrets

        return MemorySecrets()
    from tocsin.adapters.secrets_ssm import SsmSecrets

    return SsmSecrets(aws("ssm"), prefix)


def _mentions(settings: Settings) -> DynamoMentionStore:
    return DynamoMentionStore(aws("dynamodb"), settings.mentions_table)


def _controls(settings: Settings) -> "ControlStore":
    from tocsin.adapters.dynamodb.controls import DynamoControlStore

    return DynamoControlStore(aws("dynamodb"), settings.cases_table)


def _cases(settings: Settings) -> DynamoCaseStore:
    return DynamoCaseStore(aws("dynamodb"), settings.cases_table)
