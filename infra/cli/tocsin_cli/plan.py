"""`tocsin plan`: the plan of a case, its tasks, how the public is answered, the clocks of the law, and the policies."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from tocsin.adapters.dynamodb.plans import DynamoPlanStore
from tocsin.adapters.page_text import page_text
from tocsin.domain.case import legal, plan
from tocsin.domain.case.file import Work, Worked
from tocsin.domain.fields import Language
from tocsin.domain.playbook import Library
from tocsin.domain.policies import Policy, PolicyKind
from tocsin.domain.posture import Removal, Strategy
from tocsin.domain.scenarios import SCENARIOS
from tocsin.services.policies import finding_of, published
from tocsin.web.i18n import Reader
from tocsin.web.readiness_words import finding_words
from tocsin_cli.case_work import As, casework_of, do, view_of
from tocsin_cli.desk import Desk, moment_of
from tocsin_cli.errors import BadInputError, FoundWantingError
from tocsin_cli.files import load_client
from tocsin_cli.incident_case import ClientFile, IncidentId, Json, Region
from tocsin_cli.output import Screen, short
from tocsin_cli.plan_show import told
from tocsin_cli.plan_task import app as tasks
from tocsin_cli.playbooks import library_of as of_client

POLICIES = Path(__file__).resolve().parents[2] / "policies"
app = typer.Typer(
    help="The plan of a case: tasks, answers, clocks of the law; policies.", no_args_is_help=True, rich_markup_mode=None
)
clocks = typer.Typer(help="Clocks of the law, which a person starts.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(tasks, name="task")
app.add_typer(clocks, name="clock")


@app.command("library")
def library(
    client_file: ClientFile,
    playbooks: Annotated[
        str | None,
        typer.Option(metavar="FOLDER", help="The client's own; without, infra/clients/CLIENT/playbooks."),
    ] = None,
    json: Json = False,
) -> None:
    """Check the playbooks and laws that a deploy of this client would bring, and list them."""
    found = of_client(load_client(client_file).client, Path(playbooks) if playbooks is not None else None)
    screen = Screen(json_lines=json)
    for one in found.playbooks:
        if json:
            screen.data(one.model_dump(mode="json"))
        else:
            screen.say(f"{one.cited}: {one.title.en}; {one.cluster}, from {one.floor} up, {len(one.tasks)} tasks")
    if found.missing:
        raise FoundWantingError(f"no playbook for {', '.join(found.missing)}: such a case gets the general plan")


@app.command("show")
def show(client_file: ClientFile, incident: IncidentId, json: Json = False, region: Region = None) -> None:
    """Why this plan, what is to be done by when, how the public is answered, which clocks of the law run."""
    casework, desk = casework_of(load_client(client_file), region)
    told(Screen(json_lines=json), view_of(casework, incident), library_of(desk), json=json)


@app.command("choose")
def choose(
    client_file: ClientFile,
    incident: IncidentId,
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="Which one it is, like data_leak.")],
    person: As,
    region: Region = None,
) -> None:
    """Say which scenario it is: its plan is followed from now on, and what was done stays done."""
    if scenario not in SCENARIOS:
        raise BadInputError(f"SCENARIO {short(scenario)!r}: one of {', '.join(SCENARIOS)}")
    given = load_client(client_file)
    library = library_of(casework_of(given, region)[1])
    do(given, region, incident, person, lambda work: plan.pick(work, library, scenario))


@app.command("posture")
def posture(
    client_file: ClientFile,
    incident: IncidentId,
    strategies: Annotated[list[Strategy], typer.Argument(help="Ways to answer, each by its name.")],
    person: As,
    proof: Annotated[
        str | None, typer.Option(help="An address or a document that anybody can check; a denial needs one.")
    ] = None,
    region: Region = None,
) -> None:
    """Settle how the public is answered; what would make it worse is refused, with the reason."""

    def step(work: Work) -> Worked:
        try:
            return plan.settle(work, strategies, proof)
        except plan.PostureError as error:
            raise FoundWantingError(refused(error)) from None

    do(load_client(client_file), region, incident, person, step)


@app.command("sign")
def sign(client_file: ClientFile, incident: IncidentId, person: As, region: Region = None) -> None:
    """Sign an apology or compensation off, as somebody else than who settled it."""

    def step(work: Work) -> Worked:
        try:
            return plan.sign(work)
        except plan.PostureError as error:
            raise FoundWantingError(refused(error)) from None

    do(load_client(client_file), region, incident, person, step)


@app.command("remove")
def remove(
    client_file: ClientFile,
    incident: IncidentId,
    url: Annotated[str, typer.Argument(metavar="URL", help="Where it stands.")],
    person: As,
    why: Annotated[Removal, typer.Option(help="Why it might go.")],
    evidence: Annotated[bool, typer.Option("--evidence-kept", help="Picture, address and time were kept.")] = False,
    policy: Annotated[
        str | None, typer.Option(metavar="URL", help="Where the moderation policy stands; as in the file without.")
    ] = None,
    region: Region = None,
) -> None:
    """Ask for what others wrote to be taken down: criticism never goes, the rest by a published policy alone."""
    from tocsin.web.plan_words import obstacle_words

    given = load_client(client_file)
    named = given.model_copy(update={"policies": (_rules_at(policy),)}) if policy is not None else given
    there = why is not Removal.CRITICISM and any(
        one.published for one in published(named, page_text) if one.kind is PolicyKind.MODERATION
    )

    def step(work: Work) -> Worked:
        try:
            return plan.remove(work, why, url, policy_published=there, evidence_kept=evidence, policy_url=policy)
        except plan.RemovalError as error:
            raise FoundWantingError("\n".join(obstacle_words("en", one) for one in error.obstacles)) from None

    do(given, region, incident, person, step)


def _rules_at(url: str) -> Policy:
    try:
        return Policy(kind=PolicyKind.MODERATION, url=url)
    except ValidationError:
        raise BadInputError(f"--policy {short(url)!r}: no http(s) address") from None


@app.command("policies")
def policies(
    client_file: ClientFile,
    template: Annotated[
        PolicyKind | None, typer.Option(help="Print a template of this kind, to be filled in and published.")
    ] = None,
    language: Annotated[str | None, typer.Option(metavar="LANGUAGE", help="Of the template: en, uk, es.")] = None,
    json: Json = False,
) -> None:
    """Are the client's communication and moderation policies published, and do they say what a reader needs?"""
    client = load_client(client_file)
    screen = Screen(json_lines=json)
    if template is not None:
        typer.echo(policy_template(template, language or client.language, client.brands[0].name), nl=False)
        return
    found = published(client, page_text)
    reader = Reader("en", client.timezone)
    for one in found:
        why = short(finding_words(reader, finding_of(one)), 500)
        if json:
            screen.data({"kind": one.kind, "url": one.url, "published": one.published, "why": why})
        else:
            screen.say(why, "green" if one.published else "yellow")
    if not all(one.published for one in found):
        raise FoundWantingError("not every policy is published: tocsin plan policies CLIENT.yaml --template KIND")


@clocks.command("start")
def start(
    client_file: ClientFile,
    incident: IncidentId,
    clock: Annotated[str, typer.Argument(metavar="CLOCK", help="Its id, as `plan show` lists it.")],
    person: As,
    since: Annotated[
        str, typer.Option(metavar="TIME", help="From when the law counts: 2026-03-02T18:00, or 18:00 for the last.")
    ],
    region: Region = None,
) -> None:
    """Start a clock of the law from the moment that it counts from."""
    given = load_client(client_file)
    at = moment_of(since, given, datetime.now(UTC), "--since")
    library = library_of(casework_of(given, region)[1])
    do(given, region, incident, person, lambda work: legal.start(work, library, clock, at))


@clocks.command("stop")
def stop(
    client_file: ClientFile,
    incident: IncidentId,
    clock: Annotated[str, typer.Argument(metavar="CLOCK", help="Its id.")],
    person: As,
    note: Annotated[str, typer.Option(help="What was done, or why it never ran.")],
    region: Region = None,
) -> None:
    """It is done, or it never ran."""
    do(load_client(client_file), region, incident, person, lambda work: legal.stop(work, clock, note))


def library_of(desk: Desk) -> Library:
    """The playbooks in force. Raise FoundWantingError where none were deployed."""
    found = DynamoPlanStore(desk.dynamodb, desk.cases_table).library()
    if found is None:
        raise FoundWantingError("no playbooks are deployed: tocsin client deploy brings them")
    return found


def refused(error: plan.PostureError) -> str:
    from tocsin.web.plan_words import objection_words

    return "\n".join(["this answer is refused:", *(f"  {objection_words('en', one)}" for one in error.objections)])


def policy_template(kind: PolicyKind, language: Language | str, brand: str) -> str:
    """With the brand's name filled in. Raise BadInputError for a language without one."""
    path = POLICIES / f"{kind}.{language}.md"
    if not path.is_file():
        raise BadInputError(f"--language {short(language)!r}: one of en, uk, es")
    return path.read_text("utf-8").replace("{brand}", brand)
