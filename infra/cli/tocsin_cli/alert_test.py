"""`tocsin test-alert`: a marked test message to each responder by each channel."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated

import typer

from tocsin.adapters.channels.email_ses import SesEmailChannel
from tocsin.adapters.channels.sms_sns import SnsSmsChannel
from tocsin.domain.alert import Alert, Told
from tocsin.domain.client import Client, Responder
from tocsin.domain.errors import DeliveryError
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind, Channel
from tocsin.ports import AlertChannel
from tocsin_cli.agency import load_agency
from tocsin_cli.aws import aws_client, find_stack, require_account
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
    """Send a marked test to each responder by e-mail and SMS, on the local AWS or, with --deployed, for real."""
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
        failures = _send_all(client, channels, screen)
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
    channels: dict[Channel, AlertChannel] = {
        Channel.EMAIL: SesEmailChannel(aws_client("sesv2", where), sender),
        Channel.SMS: SnsSmsChannel(aws_client("sns", where), stack.parameters.get("SmsSenderId") or None),
    }
    return failures + _send_all(client, channels, screen)


def _send_all(client: Client, channels: dict[Channel, AlertChannel], screen: Screen) -> int:
    failures = 0
    for responder, channel, address in _ways(client):
        error = provider_id = None
        try:
            provider_id = channels[channel].send(_alert(client, responder), address)
        except DeliveryError as trouble:
            failures += 1
            error = trouble.reason
        if screen.json_lines:
            screen.data({"channel": channel.value, "recipient": address, "id": provider_id, "error": error})
        screen.say(
            f"{'✗' if error else '✓'} {channel.value} to {short(responder.name)}, {address}"
            f"{': ' + short(error, 300) if error else ''}",
            "red" if error else "green",
        )
    return failures


def _ways(client: Client) -> Iterator[tuple[Responder, Channel, str]]:
    for responder in client.responders:
        yield responder, Channel.EMAIL, responder.email
        if responder.phone:
            yield responder, Channel.SMS, responder.phone


def _alert(client: Client, responder: Responder) -> Alert:
    now = datetime.now(UTC)
    return Alert(
        id=f"{client.client}-test/{now:%Y%m%d%H%M%S}",
        incident_id=f"{client.client}-test",
        kind=AlertKind.TEST,
        client_name=client.name,
        brand=client.brands[0].name,
        level=Level.WATCH,
        index=0.0,
        reasons=(),
        opened_at=now,
        at=now,
        recipient=responder.name,
        language=client.language_of(responder),
        timezone=client.zone_of(responder).key,
        negative=0,
        total=0,
        window_minutes=60,
        others=_others(client, responder),
    )


def _others(client: Client, responder: Responder) -> tuple[Told, ...]:
    channels: dict[str, tuple[Channel, ...]] = {}
    for each, channel, _ in _ways(client):
        if each is not responder:
            channels[each.email] = (*channels.get(each.email, ()), channel)
    names = {each.email: each.name for each in client.responders}
    return tuple(Told(name=names[email], channels=ways) for email, ways in channels.items())
