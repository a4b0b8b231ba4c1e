"""One frozen class per function: exactly the variables that the template gives it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Self

from tocsin.domain.errors import TocsinError


class SettingsError(TocsinError):
    """A function was deployed without a variable that it needs."""


@dataclass(frozen=True)
class Settings:
    """Field ``mentions_table`` is read from ``MENTIONS_TABLE``."""

    client: str
    mentions_table: str
    cases_table: str

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Self:
        values = {field.name: environ.get(field.name.upper()) for field in fields(cls)}
        missing = [name.upper() for name, value in values.items() if value is None]
        if missing:
            raise SettingsError(f"the function's environment lacks {', '.join(missing)}: deploy the template again")
        return cls(**{name: value for name, value in values.items() if value is not None})


@dataclass(frozen=True)
class FetchSettings(Settings):
    """``source_kind``: the one kind that this function reads with the client's secret; empty for all without a key.

    ``fetch_function_prefix``: with a kind behind it, the name of that kind's function; empty where none is started.
    ``secrets_prefix``: before ``/<kind>/secret``, the parameter's name; empty where no secret may be read.
    """

    mentions_queue_url: str
    evidence_bucket: str
    source_kind: str
    fetch_function_prefix: str
    secrets_prefix: str


@dataclass(frozen=True)
class ScoreSettings(Settings):
    quarantine_queue_url: str


@dataclass(frozen=True)
class NotifySettings(Settings):
    """``sms_sender_id`` may be empty: then the country's default sender is used. ``public_url``: what stands before
    the path of a link to answer. ``mail_configuration_set``: by which SES tells what became of a mail.

    ``sms_provider``: sns or eum; with eum, ``sms_origination`` may be empty (AWS chooses), and so may
    ``voice_origination`` (nobody is called); ``sms_configuration_set`` is empty with sns. ``sms_monthly_limit``: USD.
    ``agency_topic_arn``: by which the agency's stacks ask each other for a pause of posts; empty for one that stands
    alone.
    """

    alert_topic_arn: str
    operator_topic_arn: str
    sender_email: str
    mail_configuration_set: str
    sms_sender_id: str
    sms_provider: str
    sms_origination: str
    voice_origination: str
    sms_configuration_set: str
    sms_monthly_limit: str
    secrets_prefix: str
    public_url: str
    agency_topic_arn: str


@dataclass(frozen=True)
class ReportSettings(Settings):
    """``sms_monthly_limit``: USD, to tell whether it lasts a bad night."""

    sender_email: str
    sms_monthly_limit: str
    mail_configuration_set: str
    secrets_prefix: str
    public_url: str


@dataclass(frozen=True)
class AnswerSettings(Settings):
    """``public_url``: where people answer; empty for the address of the request."""

    secrets_prefix: str
    public_url: str


@dataclass(frozen=True)
class WatchSettings(NotifySettings):
    mentions_queue_url: str


@dataclass(frozen=True)
class ReceiptSettings(Settings):
    operator_topic_arn: str


@dataclass(frozen=True)
class IntakeSettings(Settings):
    """``public_url``: where people reach the intake; empty for the address of the request. ``inbound_bucket``: where
    SES leaves the mail that it takes; empty for none."""

    mentions_queue_url: str
    quarantine_queue_url: str
    secrets_prefix: str
    public_url: str
    inbound_bucket: str
