"""Adapters meet use-cases here. AWS clients are made once per warm function, services per invocation."""

import time
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from tocsin.adapters.dynamodb.cases import DynamoCaseStore
from tocsin.adapters.dynamodb.clients import DynamoClientStore
from tocsin.adapters.dynamodb.mentions import DynamoMentionStore
from tocsin.domain.outbox import Channel
from tocsin.entry import local_mode
from tocsin.entry.settings import FetchSettings, NotifySettings, ScoreSettings, Settings, WatchSettings

if TYPE_CHECKING:
    from tocsin.ports import AlertChannel, Metrics
    from tocsin.services.assess import Assess
    from tocsin.services.fetch import Fetch
    from tocsin.services.notify import Notify
    from tocsin.services.score import Score
    from tocsin.services.watch import Watch

CONFIG = Config(
    connect_timeout=3, read_timeout=8, retries={"mode": "standard", "total_max_attempts": 3}, user_agent_extra="tocsin"
)


SENDING = Config(
    connect_timeout=3, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 1}, user_agent_extra="tocsin"
)
"""A send is no idempotent call, and the outbox repeats it: one try, and no waiting behind a server that hangs."""


@cache
def aws(service: str) -> Any:
    config = SENDING if service in {"sesv2", "sns"} else CONFIG
    return boto3.client(service, config=config)  # type: ignore[call-overload]


def fetch(settings: FetchSettings) -> "Fetch":
    from tocsin.adapters.dynamodb.sources import DynamoSourceStore
    from tocsin.adapters.http_guard import GuardedHttp
    from tocsin.adapters.memory import MemorySecrets
    from tocsin.adapters.queue_sqs import SqsMentionQueue
    from tocsin.adapters.sources.registry import Connectors
    from tocsin.services.fetch import Fetch

    return Fetch(
        clients=_clients(settings),
        sources=DynamoSourceStore(aws("dynamodb"), settings.mentions_table),
        connectors=Connectors(GuardedHttp(allow_hosts=local_mode.allow_hosts()), MemorySecrets()),
        queue=SqsMentionQueue(aws("sqs"), settings.mentions_queue_url),
        clock=local_mode.clock(),
        timer=time.monotonic,
    )


def score(settings: ScoreSettings) -> "Score":
    from tocsin.adapters.queue_sqs import SqsQuarantine
    from tocsin.services.score import Score

    return Score(
        clients=_clients(settings),
        mentions=_mentions(settings),
        quarantine=SqsQuarantine(aws("sqs"), settings.quarantine_queue_url),
        analyzer=_analyzer(),
        assess=_assess(settings),
    )


def notify(settings: NotifySettings) -> "Notify":
    from tocsin.services.notify import Notify

    return Notify(
        clients=_clients(settings),
        mentions=_mentions(settings),
        cases=_cases(settings),
        channels=channels(settings),
        clock=local_mode.clock(),
    )


def watch(settings: WatchSettings, metrics: "Metrics") -> "Watch":
    from tocsin.services.watch import Watch

    return Watch(
        clients=_clients(settings),
        cases=_cases(settings),
        assess=_assess(settings),
        notify=notify(settings),
        clock=local_mode.clock(),
        metrics=metrics,
        timer=time.monotonic,
    )


def channels(settings: NotifySettings) -> dict[Channel, "AlertChannel"]:
    from tocsin.adapters.channels.email_ses import SesEmailChannel
    from tocsin.adapters.channels.sms_sns import SnsSmsChannel
    from tocsin.adapters.channels.topic_sns import SnsTopicChannel

    return {
        Channel.EMAIL: SesEmailChannel(aws("sesv2"), settings.sender_email),
        Channel.SMS: SnsSmsChannel(aws("sns"), settings.sms_sender_id or None),
        Channel.TOPIC: SnsTopicChannel(aws("sns"), settings.alert_topic_arn),
    }


def _assess(settings: Settings) -> "Assess":
    from tocsin.domain.index import InterimDetector
    from tocsin.services.assess import Assess

    return Assess(
        mentions=_mentions(settings), cases=_cases(settings), detector=InterimDetector(), clock=local_mode.clock()
    )


@cache
def _analyzer() -> Any:
    from tocsin.adapters.analyzers.interim import InterimAnalyzer

    return InterimAnalyzer()


def _clients(settings: Settings) -> DynamoClientStore:
    return DynamoClientStore(aws("dynamodb"), settings.cases_table)


def _mentions(settings: Settings) -> DynamoMentionStore:
    return DynamoMentionStore(aws("dynamodb"), settings.mentions_table)


def _cases(settings: Settings) -> DynamoCaseStore:
    return DynamoCaseStore(aws("dynamodb"), settings.cases_table)
