"""`tocsin mark`: what a person says of a mention or of an incident, and what follows from it at once."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, TypeVar

import typer

from tocsin.adapters.clock import SystemClock
from tocsin.domain.brand import Brand
from tocsin.domain.client import Client
from tocsin.domain.errors import ConflictError
from tocsin.domain.marks import Verdict
from tocsin.domain.reading import ScoredMention
from tocsin.domain.term_advice import Marked, advise
from tocsin.domain.term_trace import TermTracer
from tocsin.domain.verdicts import CaseVerdict
from tocsin.services.mark import Mark, MarkError, Marking
from tocsin.services.verdicts import UnknownVerdictError, Verdicts
from tocsin_cli.desk import Desk, desk_of, who
from tocsin_cli.errors import BadInputError, FoundWantingError
from tocsin_cli.files import load_client
from tocsin_cli.output import Screen, short
from tocsin_cli.terms import propose

Said = TypeVar("Said", Verdict, CaseVerdict)

RACES = 5
LATELY = timedelta(days=7)
COMPARED = 50
"""Mentions of the last week that nobody marked, which stand for what is right."""
FOR_MENTIONS = ", ".join(verdict.value for verdict in Verdict)
FOR_INCIDENTS = ", ".join(verdict.value for verdict in CaseVerdict)


def mark(
    client_file: Annotated[str, typer.Argument(metavar="CLIENT.yaml", help="The client's file; - is stdin.")],
    said: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[MENTION_ID] VERDICT",
            help=f"A mention's id and {FOR_MENTIONS}; with --incident only {FOR_INCIDENTS}; with --undo no verdict.",
        ),
    ] = None,
    incident: Annotated[str | None, typer.Option(metavar="ID", help="An incident rather than a mention.")] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Take back what was said of it.")] = False,
    brand: Annotated[str | None, typer.Option(help="Of which brand, where the client has several.")] = None,
    by: Annotated[str | None, typer.Option(help="Who says so; as AWS knows you, without it.")] = None,
    json: Annotated[bool, typer.Option("--json", help="JSON Lines: the mark, then proposed changes of terms.")] = False,
    region: Annotated[str | None, typer.Option(help="AWS region of the stack.")] = None,
) -> None:
    """Say of a mention: not-negative, not-us, old or negative. The counters of a deployed client are corrected at once.

    Of an incident: was-a-crisis or not-a-crisis. What follows needs a little less or more for 30 days, 10 points of the
    index at most. --undo takes either back.
    """
    given = load_client(client_file)
    screen = Screen(json_lines=json)
    words = list(said or ())
    wanted = int(incident is None) + int(not undo)
    if len(words) != wanted:
        raise BadInputError(
            f"say of a mention its id and {FOR_MENTIONS}; of an incident --incident ID and {FOR_INCIDENTS};"
            " to take it back, no verdict but --undo"
        )
    verdict = None if undo else words.pop()
    if incident is not None:
        of_incident = None if verdict is None else _known(CaseVerdict, verdict)
        _incident(screen, desk_of(given, region), incident, of_incident, who(by, region))
        return
    of_mention = None if verdict is None else _known(Verdict, verdict)
    named = _brand(given, brand)
    _mention(screen, desk_of(given, region), named, words[0], of_mention, who(by, region))


def _known(kind: type[Said], said: str) -> Said:
    try:
        return kind(said)
    except ValueError:
        raise BadInputError(f"{short(said)!r} is no verdict: say {', '.join(each.value for each in kind)}") from None


def _brand(client: Client, said: str | None) -> Brand:
    if said is None and len(client.brands) == 1:
        return client.brands[0]
    found = client.brand(said) if said is not None else None
    if found is None:
        known = ", ".join(brand.name for brand in client.brands)
        raise BadInputError(f"--brand{'' if said is None else f' {said!r}'}: say which of {known}")
    return found


def _mention(screen: Screen, desk: Desk, brand: Brand, mention_id: str, verdict: Verdict | None, by: str) -> None:
    service = Mark(marks=desk.marks, clock=SystemClock())
    done = _marked(service, brand, mention_id, verdict, by)
    before = done.before.value if done.before else "unmarked"
    after = verdict.value if verdict else "unmarked"
    if screen.json_lines:
        screen.data({"mention": mention_id, "brand": brand.name, "before": before, "after": after, "by": by})
    screen.say(
        f"{short(mention_id)}: {before} → {after}; its counters are corrected, the next minute judges anew"
        if done.changed
        else f"{short(mention_id)} is marked {after} already",
        "green",
    )
    if verdict is Verdict.NOT_US and done.changed:
        _propose(screen, desk, service, brand)


def _marked(service: Mark, brand: Brand, mention_id: str, verdict: Verdict | None, by: str) -> Marking:
    for _ in range(RACES):
        try:
            return service.mark(brand.name, mention_id, verdict, by=by)
        except MarkError as error:
            raise BadInputError(str(error)) from None
        except ConflictError:
            continue
    raise FoundWantingError("somebody else writes it all the time: try again")


def _propose(screen: Screen, desk: Desk, service: Mark, brand: Brand) -> None:
    """Terms that would have kept out what is not the brand's, and none of what is."""
    tracer = TermTracer(brand)
    wrong = service.marked(brand.name, Verdict.NOT_US)
    strangers = {scored.mention.id for scored in wrong}
    now = datetime.now(UTC)
    right = [
        scored
        for scored in desk.mentions.gravest(brand.name, now - LATELY, now, COMPARED)
        if scored.mention.id not in strangers
    ]
    said = [one for scored in wrong for one in _places(tracer, scored, right=False)]
    said += [one for scored in right for one in _places(tracer, scored, right=True)]
    propose(screen, brand, advise(brand, said))


def _places(tracer: TermTracer, scored: ScoredMention, *, right: bool) -> list[Marked]:
    text = scored.mention.words
    return [Marked(text=text, finding=finding, right=right) for finding in tracer.findings(text)]


def _incident(screen: Screen, desk: Desk, incident_id: str, verdict: CaseVerdict | None, by: str) -> None:
    storm = desk.cases.incident(incident_id)
    if storm is None:
        raise BadInputError(f"--incident {short(incident_id)!r}: the stack knows none of this name")
    service = Verdicts(cases=desk.cases, controls=desk.controls, clock=SystemClock())
    try:
        shift = service.say(storm, verdict, by=by)
    except UnknownVerdictError:
        raise BadInputError(f"--incident {short(incident_id)!r}: nothing was said of it lately") from None
    except ConflictError as error:
        raise FoundWantingError(str(error)) from None
    if screen.json_lines:
        screen.data(
            {
                "incident": incident_id,
                "brand": storm.brand,
                "verdict": verdict.value if verdict else None,
                "points": shift.points if shift else 0.0,
                "until": shift.until.isoformat() if shift else None,
                "by": by,
            }
        )
    screen.say(
        f"{short(storm.brand)}: {shift.points:+g} points of the index until {shift.until:%Y-%m-%d};"
        " --undo takes it back"
        if shift
        else f"{short(storm.brand)}: nothing is shifted",
        "green",
    )
