"""The channels of a client's stack, made on this desk, and what is sent by them, which goes as an alert would."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from tocsin.adapters.channels.call_eum import EumCallChannel
from tocsin.adapters.channels.email_ses import SesEmailChannel
from tocsin.adapters.channels.sms_eum import EumSmsChannel
from tocsin.adapters.channels.sms_sns import SnsSmsChannel
from tocsin.domain.alert import Alert
from tocsin.domain.client import Client, Language, Room
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind, Channel
from tocsin.ports import AlertChannel
from tocsin_cli.aws import Stack, aws_client
from tocsin_local.parameters import secret_name


class Way(NamedTuple):
    """One message. ``who``: a person's e-mail, or None for a room."""

    name: str
    who: str | None
    channel: Channel
    address: str
    language: Language
    timezone: str


def ways(client: Client, *, everything: bool) -> Iterator[Way]:
    """``everything``: calls, second numbers and rooms, too, which the local AWS has not."""
    for responder in client.responders:
        told = (client.language_of(responder), client.zone_of(responder).key)
        yield Way(responder.name, responder.email, Channel.EMAIL, responder.email, *told)
        phones = [responder.phone, *([responder.second_phone] if everything else [])]
        for phone in filter(None, phones):
            yield Way(responder.name, responder.email, Channel.SMS, phone, *told)
        if everything and client.sms.calls and responder.phone:
            yield Way(responder.name, responder.email, Channel.CALL, responder.phone, *told)
    for room in client.channels if everything else ():
        yield Way(room.name, None, Channel(room.kind.value), room.name, client.language, client.timezone)


def calm_alert(client: Client, way: Way, kind: AlertKind, alert_id: str, of: str, at: datetime) -> Alert:
    """A message that comes of no storm, in the name of the client's first brand. ``of``: what stands for an
    incident's id."""
    return Alert(
        id=alert_id,
        incident_id=of,
        kind=kind,
        client_name=client.name,
        brand=client.brands[0].name,
        level=Level.WATCH,
        index=0.0,
        reasons=(),
        opened_at=at,
        at=at,
        recipient=way.name,
        language=way.language,
        timezone=way.timezone,
        negative=0,
        total=0,
        window_minutes=60,
    )


def deployed_channels(client: Client, stack: Stack, region: str | None) -> dict[Channel, AlertChannel]:
    """Mails carry the stack's configuration set, so that one that bounces is told to its operator."""
    said = stack.parameters
    told = stack.name if "ReceiptsTopicArn" in stack.outputs else None
    sms: AlertChannel = SnsSmsChannel(aws_client("sns", region), said.get("SmsSenderId") or None)
    channels: dict[Channel, AlertChannel] = {
        Channel.EMAIL: SesEmailChannel(aws_client("sesv2", region), said["SenderEmail"], told)
    }
    if said.get("SmsProvider") == "eum":
        eum = aws_client("pinpoint-sms-voice-v2", region)
        sms = EumSmsChannel(eum, origination=said.get("SmsOrigination") or None, configuration_set=told)
        if voice := said.get("VoiceOrigination"):
            channels[Channel.CALL] = EumCallChannel(eum, origination=voice, configuration_set=told)
    return {**channels, Channel.SMS: sms, **(_rooms(client, region) if client.channels else {})}


def _rooms(client: Client, region: str | None) -> dict[Channel, AlertChannel]:
    from tocsin.adapters.channels.slack import SlackChannel
    from tocsin.adapters.channels.teams import TeamsChannel
    from tocsin.adapters.channels.telegram_room import TelegramRoomChannel
    from tocsin.adapters.channels.webhook_out import WebhookOutChannel
    from tocsin.adapters.clock import SystemClock
    from tocsin.adapters.http_guard import GuardedHttp
    from tocsin.adapters.secrets_ssm import SsmSecrets

    prefix = secret_name(client.client, "").removesuffix("//secret")
    web, secrets = GuardedHttp(), SsmSecrets(aws_client("ssm", region), prefix)

    def rooms() -> Sequence[Room]:
        return client.channels

    return {
        Channel.SLACK: SlackChannel(web, rooms, secrets),
        Channel.TEAMS: TeamsChannel(web, rooms, secrets),
        Channel.TELEGRAM: TelegramRoomChannel(web, rooms, secrets),
        Channel.WEBHOOK: WebhookOutChannel(web, rooms, secrets, SystemClock()),
    }
