"""What every function is put together from. AWS clients are made once per warm function."""

from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from tocsin.adapters.dynamodb.cases import DynamoCaseStore
from tocsin.adapters.dynamodb.clients import DynamoClientStore
from tocsin.adapters.dynamodb.mentions import DynamoMentionStore
from tocsin.entry.settings import Settings

if TYPE_CHECKING:
    from tocsin.domain.word_settings import WordSettings
    from tocsin.ports import ControlStore, SecretStore, SourceStore, Writer

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


def client_store(settings: Settings) -> DynamoClientStore:
    return DynamoClientStore(aws("dynamodb"), settings.cases_table)


def source_store(settings: Settings) -> "SourceStore":
    from tocsin.adapters.dynamodb.sources import DynamoSourceStore

    return DynamoSourceStore(aws("dynamodb"), settings.mentions_table)


def secret_store(prefix: str) -> "SecretStore":
    """Without a prefix there is none, and nothing is asked for that the role would be refused."""
    if not prefix:
        from tocsin.adapters.memory import MemorySecrets

        return MemorySecrets()
    from tocsin.adapters.secrets_ssm import SsmSecrets

    return SsmSecrets(aws("ssm"), prefix)


def mention_store(settings: Settings) -> DynamoMentionStore:
    return DynamoMentionStore(aws("dynamodb"), settings.mentions_table)


def control_store(settings: Settings) -> "ControlStore":
    from tocsin.adapters.dynamodb.controls import DynamoControlStore

    return DynamoControlStore(aws("dynamodb"), settings.cases_table)


def case_store(settings: Settings) -> DynamoCaseStore:
    return DynamoCaseStore(aws("dynamodb"), settings.cases_table)


def writer(settings: "WordSettings") -> "Writer | None":
    """Loaded when a draft is asked for of a client who pays for a model."""
    from tocsin.adapters.analyzers.bedrock_writer import bedrock_writers

    return bedrock_writers(aws)(settings)
