"""The ways to reach people and machines, as far as this stack has them."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from tocsin.domain.outbox import Channel
from tocsin.entry import local_mode, parts
from tocsin.entry.parts import client_store, secret_store
from tocsin.entry.settings import NotifySettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tocsin.domain.rooms import Room, RoomKind
    from tocsin.ports import AlertChannel, SpendGuard


def channels(settings: NotifySettings) -> "Mapping[Channel, AlertChannel]":
    """Every channel there is: what this stack lacks says so, and what was planned for it takes another way.

    Rooms' channels are made when the first alert is to go there: most clients have none."""
    from tocsin.adapters.channels.email_ses import SesEmailChannel
    from tocsin.adapters.channels.topic_sns import SnsTopicChannel
    from tocsin.domain.rooms import RoomKind

    mail_set = settings.mail_configuration_set or None
    sms, calls = _phones(settings)
    made: dict[Channel, AlertChannel] = {
        Channel.EMAIL: SesEmailChannel(parts.aws("sesv2"), settings.sender_email, mail_set),
        Channel.SMS: sms,
        Channel.CALL: calls,
        Channel.TOPIC: SnsTopicChannel(parts.aws("sns"), settings.alert_topic_arn),
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

        return SnsSmsChannel(parts.aws("sns"), settings.sms_sender_id or None), NotSetUpChannel("calls")
    from tocsin.adapters.channels.sms_eum import EumSmsChannel

    client, told = parts.aws("pinpoint-sms-voice-v2"), settings.sms_configuration_set or None
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
        client = client_store(settings).load()
        return client.channels if client is not None else ()

    web, secrets = GuardedHttp(allow_hosts=local_mode.allow_hosts()), secret_store(settings.secrets_prefix)
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
        DynamoBudgetStore(parts.aws("dynamodb"), settings.mentions_table),
        Decimal(settings.sms_monthly_limit),
        SnsOperatorChannel(parts.aws("sns"), settings.operator_topic_arn),
        calls=bool(settings.voice_origination),
    )
