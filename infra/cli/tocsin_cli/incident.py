"""`tocsin incident`: the cases of a deployed client: who was asked, who has it, what was done about it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from tocsin.adapters.clock import SystemClock
from tocsin.adapters.dynamodb.stories import DynamoStoryStore
from tocsin.domain.case.file import CaseEvent, What, timeline_of
from tocsin.domain.case.promises import PromiseState
from tocsin.domain.case.tasks import TaskState
from tocsin.domain.client import Client
from tocsin.domain.escalation import holders, urgency
from tocsin.domain.incident import Incident, TimelineEntry
from tocsin.domain.outbox import DeliveryStatus, OutboxItem
from tocsin.services.casework import CaseView
from tocsin.services.twins import Twins
from tocsin.web.i18n import Reader
from tocsin.web.twin_words import twin_words
from tocsin_cli.case_work import casework_of, view_of
from tocsin_cli.desk import Desk, desk_of
from tocsin_cli.files import load_client
from tocsin_cli.incident_answer import ack, act, decline, silence, tell
from tocsin_cli.incident_case import ClientFile, IncidentId, Json, Region
from tocsin_cli.incident_desk import app as desk_steps
from tocsin_cli.incident_steps import app as steps
from tocsin_cli.output import COLOURS, Screen, short

app = typer.Typer(help="Cases: who was asked, who has them, what is done.", no_args_is_help=True, rich_markup_mode=None)
for answer in (ack, decline, act, silence, tell):
    app.command(answer.__name__)(answer)
for more in (steps, desk_steps):
    app.add_typer(more)

LATEST = 10
"""Cases of a brand that are listed."""


@app.command("list")
def list_incidents(
    client_file: ClientFile,
    every: Annotated[bool, typer.Option("--all", help="Those that are over, too.")] = False,
    json: Json = False,
    region: Region = None,
) -> None:
    """The cases that burn, with who has them."""
    given = load_client(client_file)
    desk = desk_of(given, region)
    client, screen = desk.client(given), Screen(json_lines=json)
    found = [one for brand in client.brands for one in _of(desk, brand.name) if every or not one.closed]
    for one in sorted(found, key=lambda one: one.opened_at, reverse=True):
        if json:
            screen.data(_summary(client, one))
        else:
            screen.say(_line(client, one), COLOURS[one.level])
    if not found:
        screen.say("nothing burns", "green")


@app.command("show")
def show(client_file: ClientFile, incident: IncidentId, json: Json = False, region: Region = None) -> None:
    """All that happened: every step, and every message with what became of it."""
    casework, desk = casework_of(load_client(client_file), region)
    case = view_of(casework, incident)
    screen = Screen(json_lines=json)
    found = twins_of(desk).of(case.client, case.incident, case.file)
    if json:
        maybe = {"maybe_one_with": [one.incident_id for one in found]}
        screen.data(_summary(case.client, case.incident) | _file_data(case) | maybe)
        for _, data, _ in _story(case):
            screen.data(data)
        return
    screen.say(_line(case.client, case.incident), COLOURS[case.incident.level])
    screen.say(_file_line(case))
    for one in found:
        why = " ".join(twin_words(Reader("en", case.client.timezone), one))
        screen.say(f"  may be one matter with {one.incident_id}: {short(why, 300)}", "yellow")
    for _, _, line in _story(case):
        screen.say(f"  {line}")


def twins_of(desk: Desk) -> Twins:
    stories = DynamoStoryStore(desk.dynamodb, desk.mentions_table)
    return Twins(cases=desk.cases, mentions=desk.mentions, stories=stories, clock=SystemClock())


def _of(desk: Desk, brand: str) -> Iterator[Incident]:
    """Incidents of a brand are numbered from one."""
    state = desk.cases.brand_state(brand)
    if state.incident_id is None:
        return
    name, _, number = state.incident_id.rpartition("-")
    for one in range(int(number), max(0, int(number) - LATEST), -1):
        found = desk.cases.incident(f"{name}-{one}")
        if found is not None:
            yield found


def _line(client: Client, of: Incident) -> str:
    zone = client.timezone
    asked = urgency(of)
    urged = f", asked as for {asked.value}" if asked > of.level and not of.closed else ""
    having = ", ".join(_name(client, one) for one in holders(client, of)) or "nobody"
    return (
        f"{of.id}  {short(of.brand)}: {of.level.value} (at worst {of.peak.value}{urged}), {of.state.value},"
        f" since {_local(of.opened_at, client)} ({zone}); {having} has it"
    )


def _summary(client: Client, of: Incident) -> dict[str, Any]:
    return {
        "incident": of.id,
        "brand": of.brand,
        "state": of.state.value,
        "level": of.level.value,
        "peak": of.peak.value,
        "asked_as": urgency(of).value,
        "since": of.opened_at.isoformat(),
        "holders": list(holders(client, of)),
        "next_look": of.paging.next_at.isoformat() if of.paging and of.paging.next_at else None,
    }


def _file_data(case: CaseView) -> dict[str, Any]:
    file, held = case.file, case.incident.held
    return {
        "case": file.status.value,
        "owner": file.owner,
        "plan": file.plan.cited if file.plan else None,
        "held_by": held.by if held else None,
        "held_at": held.level.value if held else None,
        "asked": case.incident.asked.value if case.incident.asked else None,
        "promises_open": [one.id for one in file.promises if one.state is PromiseState.OPEN],
        "tasks_open": [one.id for one in file.tasks if one.state is TaskState.OPEN],
        "enquiries_open": [one.id for one in file.enquiries if one.answered_at is None],
        "links": list(file.links),
        "like": file.former,
        "into": file.into,
    }


def _file_line(case: CaseView) -> str:
    """What people know, do and owe in it."""
    file, held = case.file, case.incident.held
    data = _file_data(case)
    open_ones = [f"{len(data[f'{kind}_open'])} open {kind}" for kind in ("promises", "tasks", "enquiries")]
    asked = f", {case.incident.asked.value} is asked for" if case.incident.asked else ""
    by = f"; held at {held.level.value} by {_name(case.client, held.by)} («{short(held.why)}»){asked}" if held else ""
    owner = f"{_name(case.client, file.owner)} leads it" if file.owner else "nobody leads it"
    into = f" into {file.into}" if file.into else ""
    why = f" («{short(file.why)}»)" if file.why else ""
    like = f"; much like {file.former}" if file.former else ""
    plan = data["plan"] or "no plan yet"
    return f"  case {file.status.value}{into}{why}, {owner}; {plan}; {', '.join(open_ones)}{by}{like}"


def _story(case: CaseView) -> list[tuple[datetime, dict[str, Any], str]]:
    """Steps, what people did in the case, and messages in the order of time; a step before what it sent."""
    client = case.client
    steps = [(one.at, _step_data(one), _step_line(client, one)) for one in timeline_of(case.incident, case.events)]
    sent = [(_moment(one), _message_data(one), _message_line(client, one)) for one in case.outbox]
    done = [
        (one.at, one.model_dump(mode="json", exclude_none=True, exclude={"steps"}), _event_line(client, one))
        for one in case.events
        if one.what is not What.STEPS
    ]
    return sorted([*steps, *done, *sent], key=lambda each: each[0])


def _moment(item: OutboxItem) -> datetime:
    return item.sent_at or (item.due_at if item.status is DeliveryStatus.FAILED else item.created_at)


def _step_line(client: Client, of: TimelineEntry) -> str:
    by = f" by {_name(client, of.by)}" if of.by else ""
    who = f": {_name(client, of.who)}" if of.who else ""
    how = f" ({', '.join(of.channels)})" if of.channels else ""
    note = f" «{short(of.note, 300)}»" if of.note else ""
    return f"{_local(of.at, client)}  {of.level.value:7} {of.step.value}{who}{how}{by}{note}"


def _event_line(client: Client, of: CaseEvent) -> str:
    by = f" by {_name(client, of.by)}" if of.by else ""
    whom = f": {_name(client, of.whom)}" if of.whom else ""
    words = f" «{short(of.words, 300)}»" if of.words else ""
    return f"{_local(of.at, client)}  {'':7} {of.what.value}{f' {short(of.of)}' if of.of else ''}{whom}{by}{words}"


def _message_line(client: Client, of: OutboxItem) -> str:
    name = _name(client, of.recipient)
    where = f", {short(of.address)}" if of.address not in {of.recipient, name} else ""
    instead = f" instead of {of.fallback_for.value}" if of.fallback_for else ""
    what = f"{of.channel.value} to {name}{where}: {of.kind.value}{instead}"
    return f"{_local(_moment(of), client)}  {'':7} {what}, {_became(client, of)}"


def _became(client: Client, of: OutboxItem) -> str:
    """What is known of a message, with the reason where it did not arrive."""
    if of.delivery is not None:
        why = f", {short(of.delivery.reason, 200)}" if of.delivery.reason else ""
        return f"{of.delivery.state.value} at {_local(of.delivery.at, client)}{why}"
    why = f": {short(of.last_error, 200)}" if of.last_error else ""
    if of.status is DeliveryStatus.PENDING:
        return f"waits until {_local(of.due_at, client)}{why}"
    return f"{of.status.value}{why}"


def _step_data(of: TimelineEntry) -> dict[str, Any]:
    return of.model_dump(mode="json", exclude_none=True)


def _message_data(of: OutboxItem) -> dict[str, Any]:
    kept = {
        "alert_no", "channel", "recipient", "address", "kind", "level", "status", "created_at", "due_at", "sent_at",
        "attempts", "last_error", "fallback_for", "delivery", "missed", "approved_by",
    }  # fmt: skip
    at = _moment(of).isoformat().replace("+00:00", "Z")
    return {"at": at, "message": of.id, **of.model_dump(mode="json", include=kept)}


def _name(client: Client, address: str) -> str:
    names = {one.email: one.name for one in client.responders} | {one.email: one.name for one in client.client_contacts}
    return short(names.get(address, address))


def _local(at: datetime, client: Client) -> str:
    return f"{at.astimezone(ZoneInfo(client.timezone)):%Y-%m-%d %H:%M:%S}"
