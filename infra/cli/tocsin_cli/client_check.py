"""`tocsin client check`: says back in plain words what a client's file asks for."""

from collections.abc import Iterator
from itertools import groupby
from typing import Annotated

import typer

from tocsin.domain.client import Brand, Client, Responder
from tocsin.domain.sources import SourceUnit, units_of
from tocsin.domain.term_options import Way
from tocsin_cli.files import load_client, named
from tocsin_cli.output import Screen, short

FEW = 8
"""Places of one kind that are named each on a line of its own."""
BRAND_NOT_IN_FORCE = ("competitors", "ordinary_topics")
NOT_IN_FORCE = ("events", "reply_languages", "client_auto_page", "alarm_regions")


def check(
    file: Annotated[str, typer.Argument(help="The client's file; - is stdin.")],
    json: Annotated[bool, typer.Option("--json", help="The file as it is understood, as one JSON line.")] = False,
) -> None:
    """Check a client's file: what will be listened to, and who is woken when."""
    client = load_client(file)
    screen = Screen(json_lines=json)
    if json:
        screen.data(client.model_dump(mode="json"))
    screen.say(f"{short(client.name)} ({client.client}), {client.timezone}, alerts in {client.language}", "bold")
    for line in (*_listens(client), *_wakes(client)):
        screen.say(line)
    for note in _notes(client):
        screen.say(f"note: {note}", "yellow")
    screen.say(f"{named(file)} is in order", "green")


def _listens(client: Client) -> Iterator[str]:
    for brand in client.brands:
        terms = ", ".join(_term(brand, term) for term in brand.terms)
        yield f"listens for {short(brand.name)}: {terms}{_limits(brand)}"
        if brand.official:
            own = ", ".join(short(name) for name in brand.official)
            yield f"  its own voices, which are no mentions, but what is answered to them is: {own}"
    units = sorted(units_of(client), key=_group)
    for _, alike in groupby(units, key=_group):
        yield from _places(tuple(alike))


def _group(unit: SourceUnit) -> tuple[str, str, float]:
    return unit.kind, unit.mode, unit.every.total_seconds()


def _places(units: tuple[SourceUnit, ...]) -> Iterator[str]:
    """A line each for a few; many channels or tags of one kind are one line."""
    first = units[0]
    how = f"every {first.every.total_seconds() / 60:.0f} min" + (", with the client's key" if first.keyed else "")
    if len(units) <= FEW:
        for unit in units:
            yield f"  in {short(unit.shown, 120)} ({unit.medium}), {how}"
        return
    named = ", ".join(short(unit.target or unit.shown, 60) for unit in units[:FEW])
    yield f"  in {len(units)} of {first.kind} ({first.medium}), {how}: {named} and {len(units) - FEW} more"


def _term(brand: Brand, term: str) -> str:
    """With the further ways in which it is found."""
    ways = [way.value for loose in brand.loose_terms if loose.term == term for way in Way if loose.allows(way)]
    return f"{short(term)} (also {', '.join(ways)})" if ways else short(term)


def _limits(brand: Brand) -> str:
    parts = []
    if brand.require_near:
        parts.append(f"near {', '.join(short(term) for term in brand.require_near)}")
    if brand.exclude:
        parts.append(f"but not {', '.join(short(term) for term in brand.exclude)}")
    return f" ({'; '.join(parts)})" if parts else ""


def _wakes(client: Client) -> Iterator[str]:
    thresholds = client.thresholds
    yield f"issue from index {thresholds.issue}, crisis from {thresholds.crisis}, severe from {thresholds.severe}"
    for responder in client.responders:
        yield f"tells {short(responder.name)} ({client.language_of(responder)}): {_ways(client, responder)}"


def _ways(client: Client, responder: Responder) -> str:
    ways = [f"e-mail to {responder.email} from {responder.email_from.value}"]
    if responder.phone:
        ways.append(f"SMS to {responder.phone} from {responder.sms_from.value}")
        quiet = responder.quiet_hours
        if quiet:
            ways.append(
                f"no SMS from {quiet.start:%H:%M} to {quiet.end:%H:%M} {client.zone_of(responder).key}"
                f" below {quiet.unless.value}"
            )
    return "; ".join(ways)


def _notes(client: Client) -> Iterator[str]:
    if not client.sources:
        yield "sources: none, so nothing is heard"
    if not any(responder.phone for responder in client.responders):
        yield "responders: nobody has a phone, so nobody is woken by SMS"
    if client.shadow:
        yield "shadow: everything is judged and nobody is told"
    for name in NOT_IN_FORCE:
        if getattr(client, name):
            yield f"{name}: understood, but not in force yet"
    for brand in client.brands:
        for name in BRAND_NOT_IN_FORCE:
            if getattr(brand, name):
                yield f"brand {short(brand.name)}: {name}: understood, but not in force yet"
