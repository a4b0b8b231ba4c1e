"""`tocsin cause`: what people hold against the brand, whether it is true, and who found that out."""

from enum import StrEnum
from functools import partial
from typing import Annotated, Any, TypeVar

import typer

from tocsin.adapters.clock import SystemClock
from tocsin.adapters.dynamodb.stories import DynamoStoryStore
from tocsin.domain.case import causes
from tocsin.domain.case.cause import Cause, Quotation
from tocsin.domain.case.proposals import Part, Proposal
from tocsin.domain.mention import Medium
from tocsin.domain.posture import Outrage, Truth
from tocsin.domain.scenarios import SCENARIOS
from tocsin.domain.text import clip
from tocsin.services.casework import CaseView
from tocsin.services.insight import Insights
from tocsin_cli.case_work import As, asked, casework_of, do, responder_of, view_of
from tocsin_cli.desk import Desk
from tocsin_cli.errors import BadInputError
from tocsin_cli.files import load_client
from tocsin_cli.incident_case import ClientFile, IncidentId, Json, Region
from tocsin_cli.output import Screen, short
from tocsin_cli.plan import library_of

app = typer.Typer(
    help="The cause: what is claimed, in quotations, and whether it is true.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
LONGEST = 300
LABELS = {
    Part.PRODUCT: "about",
    Part.PLACE: "where",
    Part.DATE: "when",
    Part.CONDUCT: "whose conduct",
    Part.DEMANDED: "demanded",
}
Choice = TypeVar("Choice", bound=StrEnum)


@app.command("show")
def show(client_file: ClientFile, incident: IncidentId, json: Json = False, region: Region = None) -> None:
    """The card as it stands, and what the mentions propose for it."""
    casework, desk = casework_of(load_client(client_file), region)
    view = view_of(casework, incident)
    proposals, quotable = insights_of(desk).hints(view.client, view.incident)
    screen = Screen(json_lines=json)
    if json:
        screen.data(view.file.cause.model_dump(mode="json"))
        for one in proposals:
            screen.data({"proposed": one.part.value, "words": one.words, "voices": one.voices} | _quoted(one.quotation))
        for words in quotable:
            screen.data({"quotable": True} | _quoted(words))
        return
    _card(screen, view)
    for one in proposals:
        screen.say(_proposal(one), "dim")
    for words in quotable:
        screen.say(f"  could be quoted: «{short(words.words, LONGEST)}» ({short(words.mention_id or '')})", "dim")


@app.command("set")
def set_(
    client_file: ClientFile,
    incident: IncidentId,
    person: As,
    product: Annotated[str | None, typer.Option(help="What it is about; an empty text empties a field.")] = None,
    place: Annotated[str | None, typer.Option(help="Where.")] = None,
    date: Annotated[str | None, typer.Option(help="When.")] = None,
    conduct: Annotated[str | None, typer.Option(help="Whose conduct, as a part: the courier. No names.")] = None,
    demanded: Annotated[str | None, typer.Option(help="What is demanded.")] = None,
    injuries: Annotated[bool | None, typer.Option("--injuries/--no-injuries", help="Were people hurt?")] = None,
    outrage: Annotated[str | None, typer.Option(help="none, moderate or extreme.")] = None,
    region: Region = None,
) -> None:
    """Write down what is claimed."""
    fields = {
        Part.PRODUCT: product, Part.PLACE: place, Part.DATE: date, Part.CONDUCT: conduct, Part.DEMANDED: demanded,
    }  # fmt: skip
    given = {part: said for part, said in fields.items() if said is not None}
    felt = _one_of(Outrage, outrage, "--outrage") if outrage is not None else None
    if not given and injuries is None and felt is None:
        raise BadInputError("say what to set: --product, --place, --date, --conduct, --demanded, --injuries, --outrage")
    for part, said in given.items():
        if len(said) > LONGEST:
            raise BadInputError(f"--{part.value}: at most {LONGEST} characters")
    client = load_client(client_file)
    for part, said in given.items():
        do(client, region, incident, person, partial(causes.fill, part=part, words=said or None))
    if injuries is not None or felt is not None:
        do(client, region, incident, person, lambda work: causes.appraise(work, injuries=injuries, outrage=felt))


@app.command("quote")
def quote(
    client_file: ClientFile,
    incident: IncidentId,
    person: As,
    words: Annotated[str | None, typer.Option(help="Their very words; without it, the mention's.")] = None,
    mention: Annotated[str | None, typer.Option(metavar="ID", help="The mention that says so.")] = None,
    url: Annotated[str | None, typer.Option(help="Where else it stands.")] = None,
    off: Annotated[int | None, typer.Option(metavar="N", help="Take quotation N off the card.")] = None,
    region: Region = None,
) -> None:
    """Keep somebody's words with the card, or take them off."""
    given = load_client(client_file)
    if off is not None:
        if words is not None or mention is not None or url is not None:
            raise BadInputError("--off goes with none of --words, --mention, --url")
        do(given, region, incident, person, lambda work: causes.unquote(work, off))
        return
    casework, desk = casework_of(given, region)
    view = view_of(casework, incident)
    quotation = _quotation(desk, view, words, mention, url)
    by = responder_of(view.client, person)
    worked = asked(lambda: casework.do(incident, by, lambda work: causes.quote(work, quotation)))
    Screen().say(f"{incident}: {'quoted' if worked.events else 'it was so already'}", "green")


@app.command("verify")
def verify(
    client_file: ClientFile,
    incident: IncidentId,
    truth: Annotated[str, typer.Argument(metavar="TRUTH", help="true, false or unknown.")],
    person: As,
    proof: Annotated[str | None, typer.Option(help="What shows it, in words or an address; false needs it.")] = None,
    region: Region = None,
) -> None:
    """Say whether the claim is true. Until then only base information goes out."""
    found = _one_of(Truth, truth, "TRUTH")
    do(load_client(client_file), region, incident, person, lambda work: causes.verify(work, found, proof))


@app.command("scenario")
def scenario(
    client_file: ClientFile,
    incident: IncidentId,
    name: Annotated[str, typer.Argument(metavar="SCENARIO", help="As tocsin plan and the playbooks name it.")],
    person: As,
    region: Region = None,
) -> None:
    """Confirm which scenario it is: the plan follows, and no case of it burns below the playbook's floor."""
    if name not in SCENARIOS:
        raise BadInputError(f"SCENARIO {short(name)!r}: one of {', '.join(SCENARIOS)}")
    given = load_client(client_file)
    playbook = library_of(casework_of(given, region)[1]).of(name)
    floor = playbook.floor if playbook is not None else None
    do(given, region, incident, person, lambda work: causes.confirm_scenario(work, name, floor))


def insights_of(desk: Desk) -> Insights:
    stories = DynamoStoryStore(desk.dynamodb, desk.mentions_table)
    return Insights(mentions=desk.mentions, stories=stories, cases=desk.cases, clock=SystemClock())


def _card(screen: Screen, view: CaseView) -> None:
    cause: Cause = view.file.cause
    for part, label in LABELS.items():
        if said := getattr(cause, part.value):
            screen.say(f"{label}: {short(said, LONGEST)}")
    for number, one in enumerate(cause.quotations, start=1):
        screen.say(f"{number}. «{short(one.words, LONGEST)}» ({short(one.mention_id or one.url or 'no place')})")
    by = f", found by {short(cause.verified_by)}" if cause.verified_by else ""
    proof = f": {short(cause.proof, LONGEST)}" if cause.proof else ""
    screen.say(f"true or not: {cause.truth.value}{by}{proof}", "yellow" if cause.truth is Truth.UNKNOWN else "")
    sure = f", confirmed by {short(cause.confirmed_by)}" if cause.confirmed_by else ", not confirmed"
    screen.say(f"scenario: {cause.scenario or 'none'}{sure if cause.scenario else ''}")
    screen.say(f"people hurt: {'yes' if cause.injuries else 'no'}; outrage: {cause.outrage.value}")


def _proposal(one: Proposal) -> str:
    voices = "1 voice" if one.voices == 1 else f"{one.voices} voices"
    quoted = short(one.quotation.words, 160)
    return f"  {LABELS[one.part]} could be: {short(one.words, 160)} ({voices}; «{quoted}»)"


def _quoted(one: Quotation) -> dict[str, Any]:
    return {"quotation": one.words, "mention_id": one.mention_id, "url": one.url}


def _quotation(desk: Desk, view: CaseView, words: str | None, mention: str | None, url: str | None) -> Quotation:
    if mention is None and words is None:
        raise BadInputError("say what to quote: --mention ID, or --words")
    if words is not None and (not words.strip() or len(words) > LONGEST):
        raise BadInputError(f"--words: write 1 to {LONGEST} characters")
    if mention is not None:
        found = desk.mentions.scored(view.incident.brand, mention)
        if found is None:
            raise BadInputError(f"--mention {short(mention)!r}: none of this id is kept of {view.incident.brand}")
        if found.mention.medium is Medium.PRIVATE:
            raise BadInputError(f"--mention {short(mention)!r} was written in private: it is not quoted")
        said = " ".join(found.mention.words.split())
        if words is not None and " ".join(words.split()) not in said:
            raise BadInputError("--words: the mention does not say so; quote its very words")
        words, url = words or clip(said, LONGEST), url or found.mention.url
    assert words is not None  # noqa: S101 - one of the two was said
    return Quotation(words=words.strip(), mention_id=mention, url=url if url and len(url) <= LONGEST else None)


def _one_of(kind: type[Choice], said: str, place: str) -> Choice:
    try:
        return kind(said.strip().casefold())
    except ValueError:
        raise BadInputError(f"{place} {short(said)!r}: one of {', '.join(kind)}") from None
