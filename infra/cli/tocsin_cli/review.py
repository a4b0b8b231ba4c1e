"""`tocsin review`: what a case has taught: its figures, the few questions, and the changes that people accept."""

from functools import partial
from typing import Annotated

import typer

from tocsin.adapters.clock import SystemClock
from tocsin.adapters.dynamodb.clients import DynamoClientStore
from tocsin.adapters.dynamodb.plans import DynamoPlanStore
from tocsin.domain.case import reviewing
from tocsin.domain.case.figures import Figures
from tocsin.domain.case.file import CaseFile
from tocsin.domain.case.review import ChangeState
from tocsin.services.casework import CaseView
from tocsin.services.reviews import Reviews
from tocsin.web.case.review_voices import loud_words, spoke_words
from tocsin.web.change_words import change_words
from tocsin.web.i18n import Reader
from tocsin.web.review_words import days_words, missed_words, question_words, took_words
from tocsin_cli.case_work import As, asked, casework_of, do, responder_of, view_of
from tocsin_cli.desk import Desk
from tocsin_cli.errors import FoundWantingError
from tocsin_cli.files import load_client
from tocsin_cli.incident_case import ClientFile, IncidentId, Json, Region
from tocsin_cli.output import Screen, short

app = typer.Typer(
    help="The review of a case: figures, questions, changes.", no_args_is_help=True, rich_markup_mode=None
)
ChangeId = Annotated[str, typer.Argument(metavar="CHANGE", help="Its id in the review, like change-3.")]
STATES = {ChangeState.PROPOSED: "yellow", ChangeState.ACCEPTED: "green", ChangeState.REFUSED: "dim"}


@app.command("show")
def show(client_file: ClientFile, incident: IncidentId, json: Json = False, region: Region = None) -> None:
    """Times against their goals, what was missed, the questions, and each proposed change as before and after."""
    casework, desk = casework_of(load_client(client_file), region)
    view = view_of(casework, incident)
    told = _reviews(desk).look(incident)
    screen, reader = Screen(json_lines=json), Reader("en", view.client.timezone)
    review = view.file.review
    if json:
        screen.data({"incident": incident, **told.figures.model_dump(mode="json")})
        screen.data({"incident": incident, "review": review.model_dump(mode="json") if review else None})
        return
    _figures(screen, reader, view, told.figures)
    if review is None:
        screen.say("the review begins when the storm is over")
        return
    answers = {one.question: one for one in review.answers}
    for question in told.questions:
        given = answers.get(question)
        screen.say(f"{question}: {question_words(reader, question)}", "" if given else "yellow")
        if given:
            screen.quote(given.words)
    for change in review.changes:
        what, before, after = change_words(reader, view.client, view.file, change)
        state = "in force" if change.applied_at else change.state.value
        screen.say(f"{change.id} ({state}): {short(what, 400)}", STATES[change.state])
        screen.say(f"  before: {short(before, 400)}")
        screen.say(f"  after:  {short(after, 400)}")
    if review.finished_at:
        screen.say(f"finished by {short(review.finished_by or '')} on {review.finished_at:%Y-%m-%d}", "green")


@app.command("begin")
def begin(client_file: ClientFile, incident: IncidentId, person: As, region: Region = None) -> None:
    """Begin the review now, or look once more for what to change, marked mentions included."""
    casework, desk = casework_of(load_client(client_file), region)
    by = responder_of(view_of(casework, incident).client, person)
    worked = asked(lambda: _reviews(desk).begin(incident, by))
    found = worked.file.review.changes if worked.file.review else ()
    Screen().say(f"{incident}: {len(found)} changes are proposed: tocsin review show", "green")


@app.command("answer")
def answer(
    client_file: ClientFile,
    incident: IncidentId,
    question: Annotated[str, typer.Argument(metavar="QUESTION", help=f"One of {', '.join(reviewing.QUESTIONS)}.")],
    words: Annotated[str, typer.Argument(metavar="WORDS", help="The answer; it replaces the former one.")],
    person: As,
    region: Region = None,
) -> None:
    """Answer one of the questions that only people can."""
    step = partial(reviewing.answer, question=question, words=words)
    do(load_client(client_file), region, incident, person, step)


@app.command("accept")
def accept(client_file: ClientFile, incident: IncidentId, change: ChangeId, person: As, region: Region = None) -> None:
    """Accept a proposed change: it is in force at once, until the client's file or the playbook says the same."""
    given = load_client(client_file)
    worked = do(given, region, incident, person, partial(reviewing.accept, change_id=change))
    _, desk = casework_of(given, region)
    say_applied(desk, worked.file)


@app.command("refuse")
def refuse(
    client_file: ClientFile,
    incident: IncidentId,
    change: ChangeId,
    person: As,
    why: Annotated[str | None, typer.Option(help="Why, in a line.")] = None,
    region: Region = None,
) -> None:
    """Refuse a proposed change."""
    do(load_client(client_file), region, incident, person, partial(reviewing.refuse, change_id=change, why=why))


@app.command("finish")
def finish(client_file: ClientFile, incident: IncidentId, person: As, region: Region = None) -> None:
    """Finish the review: every question answered, every change decided."""
    do(load_client(client_file), region, incident, person, reviewing.finish)


def _figures(screen: Screen, reader: Reader, view: CaseView, told: Figures) -> None:
    for at, level in told.fired:
        screen.say(f"rose to {level.value} on {reader.date(at)}, {reader.clock(at)}")
    for took in told.took:
        screen.say(took_words(reader, took), "red" if took.late or (took.minutes is None and not took.waived) else "")
    for missed in told.missed:
        screen.say(f"✗ {missed_words(reader, view.client, view.file, missed)}", "yellow")
    if said := days_words(reader, told.days):
        screen.say(said)
    for spoke in told.spoke:
        screen.say(spoke_words(reader, spoke))
    for loud in told.loudest:
        screen.say(f"  {loud_words(reader, loud)}")
    if told.outcomes:
        screen.say(f"answers: {', '.join(f'{name} {count}' for name, count in told.outcomes)}")


def say_applied(desk: Desk, file: CaseFile) -> None:
    """Raise FoundWantingError where one no longer fits the client's file."""
    applied = _reviews(desk).apply(file)
    if applied:
        Screen().say(
            f"{applied} changes are in force by now; tocsin client changes says what to write into the file", "green"
        )
    if refused := len(file.waiting) - applied:
        raise FoundWantingError(
            f"{refused} changes do not fit the client's file and are not in force: "
            f"tocsin incident show CLIENT.yaml {file.incident_id} says why"
        )


def _reviews(desk: Desk) -> Reviews:
    return Reviews(
        clients=DynamoClientStore(desk.dynamodb, desk.cases_table),
        cases=desk.cases,
        clock=SystemClock(),
        mentions=desk.mentions,
        plans=DynamoPlanStore(desk.dynamodb, desk.cases_table),
        marks=desk.marks,
    )
