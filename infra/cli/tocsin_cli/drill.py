"""`tocsin drill`: an invented storm through a deployed client's real pipeline, and how long people took."""

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from tocsin.adapters.clock import SystemClock
from tocsin.adapters.dynamodb.clients import DynamoClientStore
from tocsin.adapters.dynamodb.drill_traces import DynamoDrillTraces
from tocsin.adapters.dynamodb.drills import DynamoDrillStore
from tocsin.adapters.dynamodb.health import DynamoHealthStore
from tocsin.adapters.dynamodb.sources import DynamoSourceStore
from tocsin.adapters.queue_sqs import SqsMentionQueue
from tocsin.domain.client import Client
from tocsin.domain.drill_report import DrillReport
from tocsin.domain.drill_run import LEFT_AFTER, DrillBook, DrillRun
from tocsin.domain.errors import ConflictError
from tocsin.domain.scenarios import SCENARIOS
from tocsin.services.drill import Drill
from tocsin_cli.agency import load_agency
from tocsin_cli.aws import aws_client, find_stack, region_of
from tocsin_cli.desk import desk_of, who
from tocsin_cli.errors import BadInputError, FoundWantingError
from tocsin_cli.files import load_client, load_yaml
from tocsin_cli.output import Screen, short

RACES = 5
COMMAND = ""
"""Stands where a page's drill has the code of its link: no link goes on with one of a command."""
TEXTS = Path(__file__).resolve().parents[2] / "drills" / "texts.yaml"


def drill(
    client_file: Annotated[str, typer.Argument(metavar="CLIENT.yaml", help="The client's file; - is stdin.")],
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="Of the plan, like product_harm.")],
    brand: Annotated[str | None, typer.Option(help="Which brand burns; the first without.")] = None,
    minutes: Annotated[int, typer.Option(min=1, max=120, help="How long people have.")] = 60,
    by: Annotated[str | None, typer.Option("--by", help="Who drills; your AWS name without.")] = None,
    json: Annotated[bool, typer.Option("--json", help="The report as one JSON line.")] = False,
    region: Annotated[str | None, typer.Option(help="AWS region of the stack.")] = None,
) -> None:
    """Let an invented crisis of this scenario ring the agency's people through the deployed pipeline, marked DRILL, and
    report the times to alert, to acknowledge and to the first response.

    Nothing of it counts for the brand, nobody outside the agency hears of it, and it is cleaned up at its end.
    """
    if scenario not in SCENARIOS:
        raise BadInputError(f"SCENARIO {short(scenario)!r}: none of {', '.join(SCENARIOS)}")
    given = load_client(client_file)
    desk = desk_of(given, region)
    client = desk.client(given)
    name = brand or client.brands[0].name
    if name not in {one.name for one in client.brands}:
        raise BadInputError(f"--brand {short(name)!r}: none of {', '.join(one.name for one in client.brands)}")
    where = region_of(load_agency(region=region).region)
    stack = find_stack(client.client, where)
    assert stack is not None  # noqa: S101 - the desk found it
    screen, person = Screen(json_lines=json), who(by, region)
    store = DynamoDrillStore(desk.dynamodb, desk.cases_table)
    begun: list[DrillRun] = []

    def begins(run: DrillRun) -> None:
        _keep(store, lambda book: _begun(book, run))
        begun.append(run)

    screen.step(f"drilling {scenario} for {short(name)}, {minutes} minutes at most; everybody's texts say DRILL")
    held = Drill(
        clients=DynamoClientStore(desk.dynamodb, desk.cases_table),
        cases=desk.cases,
        controls=desk.controls,
        queue=SqsMentionQueue(aws_client("sqs", where), stack.outputs["MentionsQueueUrl"]),
        traces=DynamoDrillTraces(desk.dynamodb, desk.mentions_table, desk.cases_table),
        clock=SystemClock(),
        wait=time.sleep,
        say=screen.step,
        health=DynamoHealthStore(desk.dynamodb, desk.cases_table),
        sources=DynamoSourceStore(desk.dynamodb, desk.mentions_table),
    )
    lasts, texts = timedelta(minutes=minutes), drill_texts(scenario, client)
    try:
        report = held.run(name, scenario, texts, lasts=lasts, by=person, begun=begins)
    except BaseException:
        for run in begun:
            _keep(store, lambda book, name=run.name: book.broken_off(name))  # type: ignore[misc]
        raise
    _keep(store, lambda book: book.reported(person, report))
    _show(screen, client, report)
    if report.wanting:
        raise FoundWantingError(f"the drill found {len(report.wanting)} things wanting")


def drill_texts(scenario: str, client: Client) -> tuple[str, ...]:
    """In the client's language."""
    return tuple(load_yaml(str(TEXTS))[scenario][client.language])


def all_drill_texts(client: Client) -> dict[str, tuple[str, ...]]:
    """By scenario, for the pages of a stack."""
    return {scenario: tuple(said[client.language]) for scenario, said in load_yaml(str(TEXTS)).items()}


def _begun(book: DrillBook, run: DrillRun) -> DrillBook:
    """One that a page has begun is gone on with by watch, whichever brand it is of. Raise FoundWantingError."""
    if book.going is not None and book.goes_on(run.began_at):
        other = book.going
        raise FoundWantingError(
            f"a drill goes on since {other.began_at:%Y-%m-%d %H:%M} UTC ({other.scenario}, begun by"
            f" {short(other.by or '?')}): wait for its end, at the latest {other.until + LEFT_AFTER:%H:%M} UTC"
        )
    return book.begun(run, COMMAND)


def _keep(store: DynamoDrillStore, step: Callable[[DrillBook], DrillBook]) -> None:
    """For the client's page; a drill without it beats none."""
    for _ in range(RACES):
        try:
            book = store.book()
            after = step(book)
            if after is not book:
                store.save_book(after)
        except ConflictError:
            continue
        return


def _show(screen: Screen, client: Client, report: DrillReport) -> None:
    if screen.json_lines:
        screen.data(_data(report))
        return
    names = {one.email: one.name for one in client.responders}
    for what, minutes, within in (
        ("time to alert", report.minutes_to_alert, None),
        ("time to acknowledge", report.minutes_to_acknowledge, report.acknowledge_within),
        ("time to first response", report.minutes_to_respond, report.respond_within),
    ):
        allowed = f" (allowed: {within} min)" if within else ""
        screen.say(f"{what}: {'never' if minutes is None else f'{minutes:.1f} min'}{allowed}")
    for one in report.reached:
        said = one.why or one.delivered or ("sent" if one.sent_at else "not sent")
        screen.say(f"  {one.channel.value} to {short(names.get(one.person, one.person))}: {short(said, 200)}")
    if report.heard:
        screen.say(f"sources that answered real looks meanwhile: {short(', '.join(report.heard), 500)}")
    if report.silent:
        screen.say(f"no look at these fell into it: {short(', '.join(report.silent), 500)}")
    for line in report.wanting:
        screen.say(f"✗ {short(line, 300)}", "red")
    if report.incident_id:
        screen.say(f"its record stays: tocsin incident show CLIENT.yaml {report.incident_id}")


def _data(report: DrillReport) -> dict[str, Any]:
    return {
        **report.model_dump(mode="json"),
        "minutes_to_alert": report.minutes_to_alert,
        "minutes_to_acknowledge": report.minutes_to_acknowledge,
        "minutes_to_respond": report.minutes_to_respond,
        "wanting": list(report.wanting),
    }
