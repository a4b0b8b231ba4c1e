"""`tocsin links`: who may answer by a link, and taking links back."""

import secrets
from collections.abc import Iterator
from typing import Annotated

import typer

from tocsin.adapters.clock import SystemClock
from tocsin.adapters.dynamodb.clients import DynamoClientStore
from tocsin.adapters.secrets_ssm import SsmSecrets
from tocsin.domain.client import Client
from tocsin.domain.errors import SecretError
from tocsin.domain.links import Link, Purpose
from tocsin.services.links import Links
from tocsin_cli.agency import load_agency
from tocsin_cli.aws import aws_client, region_of
from tocsin_cli.client_secret import LINKS, store
from tocsin_cli.desk import Desk, desk_of
from tocsin_cli.errors import BadInputError, FoundWantingError
from tocsin_cli.files import load_client
from tocsin_cli.output import Screen, short


def links(
    client_file: Annotated[str, typer.Argument(metavar="CLIENT.yaml", help="The client's file; - is stdin.")],
    revoke: Annotated[
        bool, typer.Option("--revoke", help="Take links back; the next message brings new ones.")
    ] = False,
    incident: Annotated[
        str | None, typer.Option(metavar="ID", help="Of one incident; without it, of what burns.")
    ] = None,
    person: Annotated[str | None, typer.Option(metavar="EMAIL", help="Of one responder; without it, of all.")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="With --revoke: a new key, so that no link given until now opens anything.")
    ] = False,
    region: Annotated[str | None, typer.Option(help="AWS region of the stack.")] = None,
) -> None:
    """List the links by which people answer alerts without a login, or take them back. No link itself is shown."""
    given = load_client(client_file)
    if everything and (incident is not None or person is not None or not revoke):
        raise BadInputError("--all goes with --revoke, and with neither --incident nor --person")
    desk = desk_of(given, region)
    client, screen = desk.client(given), Screen()
    where = region_of(load_agency(region=region).region)
    if everything:
        store(aws_client("ssm", where), client.client, LINKS, {"key": secrets.token_urlsafe(32)})
        screen.say("a new key signs from now on: no link that was given until now opens anything", "green")
        return
    people, subjects = _people(client, person), tuple(_subjects(desk, client, incident))
    if not subjects and not revoke:
        screen.say("nothing burns, so there is no link to answer; --incident names a case that is over", "green")
        return
    if revoke:
        clients = DynamoClientStore(desk.dynamodb, desk.cases_table)
        keys = SsmSecrets(aws_client("ssm", where), f"/tocsin/{client.client}")
        service = Links(clients=clients, cases=desk.cases, secrets=keys, clock=SystemClock(), public_url="")
        try:
            taken = sum(service.revoke((*subjects, client.client), people, purpose) for purpose in Purpose)
        except SecretError as error:
            raise FoundWantingError(str(error)) from None
        screen.say(f"{taken} links taken back; the next message brings new ones", "green" if taken else "yellow")
        return
    now = SystemClock().now()
    for link in sorted(_given(desk, subjects, people), key=lambda link: (link.subject, link.person)):
        state = "taken back" if link.revoked_at else "over" if not link.opens(now) else "open"
        screen.say(f"{short(link.subject)}  {link.person}  {state}  until {link.expires_at:%Y-%m-%d %H:%M} UTC")


def _people(client: Client, person: str | None) -> tuple[str, ...]:
    known = tuple(one.email for one in client.responders)
    if person is None:
        return known
    if person not in known:
        raise BadInputError(
            f"--person {short(person)!r}: none of the client's responders; say one of {', '.join(known)}"
        )
    return (person,)


def _subjects(desk: Desk, client: Client, incident: str | None) -> Iterator[str]:
    if incident is not None:
        if desk.cases.incident(incident) is None:
            raise BadInputError(f"--incident {short(incident)!r}: the stack knows none of this name")
        yield incident
        return
    for brand in client.brands:
        burning = desk.cases.brand_state(brand.name).incident_id
        found = desk.cases.incident(burning) if burning else None
        if found is not None and not found.closed:
            yield found.id


def _given(desk: Desk, subjects: tuple[str, ...], people: tuple[str, ...]) -> Iterator[Link]:
    """As the messages of the cases brought them."""
    codes = {item.code for subject in subjects for item in desk.cases.outbox_of(subject) if item.code}
    for code in codes:
        link = desk.cases.link(code)
        if link is not None and link.person in people:
            yield link
