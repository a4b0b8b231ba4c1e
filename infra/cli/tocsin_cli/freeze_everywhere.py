"""A pause of scheduled posts at an agency's other clients: a task in their open cases, else word to who posts there."""

from datetime import UTC, datetime

from tocsin.domain.alert import Alert, Due, DueKind
from tocsin.domain.case.freeze import WITHIN, WORDS, freeze, whom
from tocsin.domain.client import Client
from tocsin.domain.errors import ClientFileError, DeliveryError, TocsinError
from tocsin.domain.outbox import AlertKind, Channel
from tocsin.services.casework import Casework
from tocsin_cli.agency import load_agency
from tocsin_cli.aws import find_stack
from tocsin_cli.case_work import casework_of
from tocsin_cli.client_list import FOLDER
from tocsin_cli.desk import Desk
from tocsin_cli.drill_channels import Way, calm_alert, deployed_channels, ways
from tocsin_cli.errors import BadInputError, FoundWantingError
from tocsin_cli.files import load_client
from tocsin_cli.output import Screen, short
from tocsin_local.paths import shown


def freeze_elsewhere(but: str, person: str, region: str | None, screen: Screen) -> int:
    """Return how many clients could not be asked; those that are not deployed are named and passed over."""
    failures = 0
    for path in sorted(FOLDER.glob("*.yaml")):
        try:
            given = load_client(str(path))
            if given.client == but:
                continue
            screen.say(f"{short(given.name)}: {_ask(given, person, region)}", "green")
        except (BadInputError, ClientFileError, FoundWantingError, TocsinError) as error:
            undeployed = isinstance(error, FoundWantingError) and "not deployed" in str(error)
            failures += not undeployed
            screen.say(f"{shown(path)}: {short(str(error), 200)}", "yellow" if undeployed else "red")
    return failures


def _ask(given: Client, person: str, region: str | None) -> str:
    casework, desk = casework_of(given, region)
    client = desk.client(given)
    burning = _burning(casework, desk, client)
    if burning:
        for incident in burning:
            casework.do(incident, person, freeze)
        return f"a task in {', '.join(burning)}"
    told = _write(client, region)
    return f"no case is open there: {', '.join(told)} were written to"


def _burning(casework: Casework, desk: Desk, client: Client) -> list[str]:
    found = (desk.cases.brand_state(brand.name).incident_id for brand in client.brands)
    views = [casework.view(incident) for incident in found if incident is not None]
    return [view.incident.id for view in views if view.file.live and not view.incident.closed]


def _write(client: Client, region: str | None) -> list[str]:
    """To whoever posts for the client, through its stack's own sender. Raise FoundWantingError."""
    where = load_agency(region=region).region
    stack = find_stack(client.client, where)
    if stack is None:
        raise FoundWantingError(f"{client.client} is not deployed")
    channels = deployed_channels(client, stack, where)
    asked = {one.email for one in whom(client, datetime.now(UTC))}
    told, unreached = [], []
    for way in ways(client, everything=True):
        if (way.channel is not Channel.EMAIL and way.who is not None) or (way.who is not None and way.who not in asked):
            continue
        try:
            channels[way.channel].send(_alert(client, way), way.address)
        except (DeliveryError, KeyError) as error:
            unreached.append(f"{short(way.name)} ({short(str(error), 100)})")
        else:
            told.append(short(way.name))
    if unreached:
        raise FoundWantingError(f"not reached: {', '.join(unreached)}")
    return told


def _alert(client: Client, way: Way) -> Alert:
    now = datetime.now(UTC)
    named = f"{client.client}-freeze"
    due = Due(kind=DueKind.TASK, words=WORDS.in_(way.language), at=now + WITHIN)
    alert = calm_alert(client, way, AlertKind.DUE, f"{named}/{now:%Y%m%d%H%M%S}", named, now)
    return alert.model_copy(update={"due": (due,)})
