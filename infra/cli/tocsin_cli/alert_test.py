"""`tocsin test-alert`: a marked test message to each responder by each channel."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Annotated

import typer

from tocsin.adapters.channels.email_ses import SesEmailChannel
from tocsin.adapters.channels.sms_sns import SnsSmsChannel
from tocsin.adapters.clock import SystemClock
from tocsin.adapters.dynamodb.cases import DynamoCaseStore
from tocsin.adapters.dynamodb.clients import DynamoClientStore
from tocsin.adapters.secrets_ssm import SsmSecrets
from tocsin.domain.alert import Alert, Told
from tocsin.domain.client import Client
from tocsin.domain.errors import ConflictError, DeliveryError
from tocsin.domain.links import Purpose
from tocsin.domain.outbox import AlertKind, Channel, DeliveryStatus, OutboxItem
from tocsin.ports import AlertChannel, CaseStore
from tocsin.services.links import Links
from tocsin.services.readiness import kept_under
from tocsin_cli.agency import load_agency
from tocsin_cli.aws import aws_client, find_stack, require_account
from tocsin_cli.drill_channels import Way, calm_alert, deployed_channels, ways
from tocsin_cli.errors import FoundWantingError
from tocsin_cli.files import load_client
from tocsin_cli.letters import Letters
from tocsin_cli.output import Screen, short
from tocsin_cli.sending import sending_limits
from tocsin_local.ministack import MiniStack
from tocsin_local.paths import shown
from tocsin_local.stack import SENDER


def alert_test(
    client_file: Annotated[str, typer.Argument(metavar="CLIENT.yaml", help="The client's file; - is stdin.")],
    deployed: Annotated[
        bool, typer.Option("--deployed", help="Really send, through the client's stack's own sender.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON line a message.")] = False,
    region: Annotated[str | None, typer.Option(help="AWS region of the stack.")] = None,
) -> None:
    """Send a marked test by each way there is, on the local AWS (mail and SMS) or, with --deployed, for real: to each
    responder by mail, SMS to both numbers and a call, and to each room."""
    client = load_client(client_file)
    screen = Screen(json_lines=json)
    failures = _deployed(client, screen, region) if deployed else _local(client, screen)
    if failures:
        raise FoundWantingError(f"{failures} test messages or checks failed")


def _local(client: Client, screen: Screen) -> int:
    with MiniStack() as mini:
        mini.client("sesv2").create_email_identity(EmailIdentity=SENDER)
        channels: dict[Channel, AlertChannel] = {
            Channel.EMAIL: SesEmailChannel(mini.client("sesv2"), SENDER),
            Channel.SMS: SnsSmsChannel(mini.client("sns")),
        }
        failures = _send_all(client, list(ways(client, everything=False)), channels, screen)
        letters = Letters(f"test-{client.client}")
        letters.save(mini)
    screen.say(f"nobody was really told; the messages are in {shown(letters.folder)}")
    return failures


def _deployed(client: Client, screen: Screen, region: str | None) -> int:
    where = load_agency(region=region).region
    require_account(where)
    stack = find_stack(client.client, where)
    if stack is None:
        raise FoundWantingError(f"{client.client} is not deployed: tocsin client deploy comes first")
    sender = stack.parameters["SenderEmail"]
    failures = 0
    for fact in sending_limits(lambda service: aws_client(service, where), sender, client):
        failures += fact.bad
        screen.say(f"{'✗' if fact.bad else '·'} {fact.text}", "red" if fact.bad else "")
    all_ways = list(ways(client, everything=True))
    dynamodb, table = aws_client("dynamodb", where), stack.outputs["CasesTableName"]
    cases = DynamoCaseStore(dynamodb, table)
    links = Links(
        clients=DynamoClientStore(dynamodb, table), cases=cases, clock=SystemClock(),
        secrets=SsmSecrets(aws_client("ssm", where), f"/tocsin/{client.client}"),
        public_url=stack.parameters.get("PublicUrl") or stack.outputs.get("PublicAddress", ""),
    )  # fmt: skip
    return failures + _send_all(client, all_ways, deployed_channels(client, stack, where), screen, cases, links)


def _send_all(
    client: Client,
    all_ways: Sequence[Way],
    channels: Mapping[Channel, AlertChannel],
    screen: Screen,
    cases: CaseStore | None = None,
    links: Links | None = None,
) -> int:
    """``cases``: where it is kept which of them left, for the receipts that follow and for `tocsin ready`; ``links``:
    by which people say that it came, since not every provider does."""
    failures, linked = 0, False
    begun = datetime.now(UTC)
    for number, way in enumerate(all_ways, start=int(begun.timestamp())):
        error = provider_id = None
        alert = _alert(client, way, all_ways, number)
        if links is not None and way.who is not None and way.channel is not Channel.CALL:
            tap = links.issue(alert.id, way.who, Purpose.REACHED)
            alert = alert.model_copy(update={"answer": tap[0]}) if tap is not None else alert
            linked = linked or tap is not None
        try:
            if cases is not None:  # a receipt may be quicker than we
                cases.save_case(outbox=(_kept(client, way, alert, number, begun),))
            provider_id = _channel(channels, way).send(alert, way.address)
        except DeliveryError as trouble:
            if cases is not None:
                _lost(cases, alert.id, trouble.reason)
            failures += 1
            error = trouble.reason
        if screen.json_lines:
            screen.data({"channel": way.channel.value, "recipient": way.address, "id": provider_id, "error": error})
        screen.say(
            f"{'✗' if error else '✓'} {way.channel.value} to {short(way.name)}, {way.address}"
            f"{': ' + short(error, 300) if error else ''}",
            "red" if error else "green",
        )
    if linked:
        screen.say("each mail and SMS has a link: one tap on it proves the way, and tocsin ready knows")
    elif links is not None:
        screen.say("no message has a link to tap: the stack has no public address, or no key to sign it", "yellow")
    return failures


def _channel(channels: Mapping[Channel, AlertChannel], way: Way) -> AlertChannel:
    if way.channel not in channels:
        raise DeliveryError("the stack that stands knows no such channel: tocsin client deploy", permanent=True)
    return channels[way.channel]


def _kept(client: Client, way: Way, alert: Alert, number: int, at: datetime) -> OutboxItem:
    """As if it had been sent of an incident, so that its receipt finds it."""
    return OutboxItem(
        incident_id=kept_under(client),
        alert_no=number,
        channel=way.channel,
        recipient=way.who or way.name,
        address=way.address,
        language=way.language,
        timezone=way.timezone,
        kind=AlertKind.TEST,
        brand=alert.brand,
        level=alert.level,
        index=0.0,
        reasons=(),
        created_at=at,
        planned_at=at,
        due_at=at,
        status=DeliveryStatus.SENT,
        sent_at=at,
    )


def _lost(cases: CaseStore, item_id: str, reason: str) -> None:
    item = cases.outbox_item(item_id)
    if item is not None:
        failed = {"status": DeliveryStatus.CANCELLED, "last_error": reason, "version": item.version + 1}
        with suppress(ConflictError):
            cases.update_outbox(item.model_copy(update=failed))


def _alert(client: Client, way: Way, all_ways: Sequence[Way], number: int) -> Alert:
    named = f"{kept_under(client)}/{number}/{way.channel}/{way.who or way.name}"
    alert = calm_alert(client, way, AlertKind.TEST, named, kept_under(client), datetime.now(UTC))
    return alert.model_copy(update={"others": _others(client, way, all_ways) if way.who is not None else ()})


def _others(client: Client, own: Way, all_ways: Sequence[Way]) -> tuple[Told, ...]:
    channels: dict[str, dict[Channel, None]] = {}
    for way in all_ways:
        if way.who is not None and way.who != own.who:
            channels.setdefault(way.who, {})[way.channel] = None
    names = {each.email: each.name for each in client.responders}
    return tuple(Told(name=names[email], channels=tuple(used)) for email, used in channels.items())
