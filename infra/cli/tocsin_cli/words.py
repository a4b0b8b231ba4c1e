"""`tocsin words`: drafts of a case and what becomes of them: checked, changed, approved, sent by a person, measured."""

from datetime import date
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from tocsin.domain.case.approving import approve as approve_text
from tocsin.domain.case.approving import ask_client, client_asks, mark_of, sign
from tocsin.domain.case.approving import sent as sent_text
from tocsin.domain.case.file import Work
from tocsin.domain.case.keeping import keep as keep_text
from tocsin.domain.case.outcome import note_result
from tocsin.domain.case.postures import objections_to, unsettled
from tocsin.domain.case.texts import SAID_BY_PEOPLE, CaseText, ResultKind
from tocsin.domain.case.wording import edit as edit_text
from tocsin.domain.case.wording import linted
from tocsin.domain.case.wording import withdraw as withdraw_text
from tocsin.domain.linter import Checked, Draft, Kind
from tocsin.domain.linter import check as lint
from tocsin.domain.outbox import Channel
from tocsin.services.casework import CaseView
from tocsin.web.i18n import Reader
from tocsin.web.lint_sentences import Remark, finding_sentence, missing_sentence, result_sentence
from tocsin.web.outcome_words import counted_words
from tocsin_cli.case_work import As, casework_of, do, view_of
from tocsin_cli.desk import desk_of
from tocsin_cli.errors import BadInputError, FoundWantingError
from tocsin_cli.files import load_client, read_text
from tocsin_cli.incident_case import ClientFile, IncidentId, Json, Region
from tocsin_cli.output import Screen, short
from tocsin_cli.review import say_applied
from tocsin_cli.words_draft import draft, language_of, reply, strategies_of

app = typer.Typer(
    help="Drafts: written, checked, approved, sent, measured.", no_args_is_help=True, rich_markup_mode=None
)
app.command("draft")(draft)
app.command("reply")(reply)

TextId = Annotated[str, typer.Argument(metavar="TEXT", help="Its id in the case, like text-3; list names them.")]
Note = Annotated[str | None, typer.Option(help="Why, in a line; it is kept.")]


@app.command("list")
def list_texts(client_file: ClientFile, incident: IncidentId, json: Json = False, region: Region = None) -> None:
    """All texts of a case with their state, what the linter finds, and what came of them."""
    casework, _ = casework_of(load_client(client_file), region)
    view = view_of(casework, incident)
    screen = Screen(json_lines=json)
    for text in view.file.texts:
        if json:
            screen.data(_data(view, text))
        else:
            _show(screen, view, text)
    if not view.file.texts:
        screen.say("no text yet: tocsin words draft or reply makes one")


@app.command("check")
def check(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The text; - is stdin.")],
    kind: Annotated[str, typer.Option(help=f"What it is: {', '.join(Kind)}.")] = Kind.REPLY.value,
    language: Annotated[str, typer.Option(help="en, uk or es.")] = "en",
    fact: Annotated[list[str] | None, typer.Option(help="A confirmed fact; its numbers may stand in the text.")] = None,
    signed: Annotated[bool, typer.Option("--signed", help="Budget and law stand behind what it admits.")] = False,
    json: Json = False,
) -> None:
    """Hold a text against the linter, without a case: each finding with its reason and what to write instead.

    Exit code 1 when there is something to change."""
    spoken = language_of(language)
    draft_ = Draft(text=read_text(file), language=spoken, kind=_kind(kind), verified=tuple(fact or ()), signed=signed)
    checked, screen = lint(draft_), Screen(json_lines=json)
    if json:
        screen.data(_checked(checked))
    for remark in _remarks(Reader("en", "UTC"), checked):
        screen.say(_line(remark))
    if not checked.clean:
        raise FoundWantingError(f"{len(checked.findings) + len(checked.missing)} things to change")
    screen.say("nothing to change", "green")


@app.command("edit")
def edit(
    client_file: ClientFile,
    incident: IncidentId,
    text: TextId,
    person: As,
    file: Annotated[str, typer.Option("--text", metavar="FILE", help="The new words; - is stdin.")],
    strategy: Annotated[list[str] | None, typer.Option(help="What it does, anew: apologise, denial, ...")] = None,
    fact: Annotated[list[str] | None, typer.Option(help="A confirmed fact, anew.")] = None,
    region: Region = None,
) -> None:
    """Change it: you are its author then, and it is a draft again without its approvals."""
    words = read_text(file)
    chosen = strategies_of(strategy) if strategy else None
    do(
        load_client(client_file), region, incident, person,
        lambda work: edit_text(work, text, words, strategies=chosen, verified=fact),
    )  # fmt: skip


@app.command("sign")
def sign_(client_file: ClientFile, incident: IncidentId, text: TextId, person: As, region: Region = None) -> None:
    """Budget and law stand behind what it admits and promises; by another than its author."""
    do(load_client(client_file), region, incident, person, lambda work: sign(work, text))


@app.command("approve")
def approve(
    client_file: ClientFile, incident: IncidentId, text: TextId, person: As, note: Note = None, region: Region = None
) -> None:
    """Let it go out; at crisis and above by another than its author. With findings of the linter say --note why."""
    do(load_client(client_file), region, incident, person, lambda work: approve_text(work, text, note))


@app.command("ask-client")
def ask(
    client_file: ClientFile,
    incident: IncidentId,
    text: TextId,
    contact: Annotated[str, typer.Argument(metavar="EMAIL", help="One of the file's client_contacts.")],
    person: As,
    sms: Annotated[bool, typer.Option("--sms", help="By SMS rather than e-mail.")] = False,
    region: Region = None,
) -> None:
    """Send somebody on the client's side a link under which they read just this text, and say yes or what is wrong."""
    channel = Channel.SMS if sms else Channel.EMAIL
    do(load_client(client_file), region, incident, person, lambda work: ask_client(work, text, contact, channel))


@app.command("sent")
def sent(
    client_file: ClientFile,
    incident: IncidentId,
    text: TextId,
    person: As,
    url: Annotated[str | None, typer.Option(help="Where it stands.")] = None,
    region: Region = None,
) -> None:
    """Note that you have published it, and where: Tocsin publishes nothing. What follows is measured a day later."""
    do(load_client(client_file), region, incident, person, lambda work: sent_text(work, text, url))


@app.command("keep")
def keep(
    client_file: ClientFile,
    incident: IncidentId,
    text: TextId,
    person: As,
    until: Annotated[str, typer.Option(metavar="DAY", help="The last day on which it is good, like 2027-03-01.")],
    region: Region = None,
) -> None:
    """Approve it ahead, for the next case of this scenario: first words that draft --prepared takes out.

    It is in force at once, until the client's file says the same; at crisis and above by another than its author."""
    try:
        day = date.fromisoformat(until)
    except ValueError:
        raise BadInputError(f"--until {short(until)!r}: write a day like 2027-03-01") from None
    given = load_client(client_file)
    worked = do(given, region, incident, person, lambda work: keep_text(work, text, day))
    say_applied(desk_of(given, region), worked.file)


@app.command("withdraw")
def withdraw(
    client_file: ClientFile, incident: IncidentId, text: TextId, person: As, why: Note = None, region: Region = None
) -> None:
    """It will not be said, or was taken back where it stood."""
    do(load_client(client_file), region, incident, person, lambda work: withdraw_text(work, text, why))


@app.command("result")
def result(
    client_file: ClientFile,
    incident: IncidentId,
    text: TextId,
    kind: Annotated[str, typer.Argument(metavar="RESULT", help=f"{', '.join(SAID_BY_PEOPLE)}.")],
    person: As,
    note: Note = None,
    region: Region = None,
) -> None:
    """Say yourself what came of an answer; it is measured no more."""
    try:
        said = ResultKind(kind)
    except ValueError:
        raise BadInputError(f"RESULT {short(kind)!r}: one of {', '.join(SAID_BY_PEOPLE)}") from None
    do(load_client(client_file), region, incident, person, lambda work: note_result(work, text, said, note))


def _kind(said: str) -> Kind:
    try:
        return Kind(said)
    except ValueError:
        raise BadInputError(f"--kind {short(said)!r}: one of {', '.join(Kind)}") from None


def _remarks(reader: Reader, checked: Checked) -> list[Remark]:
    found = [finding_sentence(reader, one) for one in checked.findings]
    return [*found, *(missing_sentence(reader, one) for one in checked.missing)]


def _line(remark: Remark) -> str:
    quoted = f"«{remark.quote}»: " if remark.quote else ""
    return f"{quoted}{remark.why} {remark.instead}"


def _checked(checked: Checked) -> dict[str, Any]:
    return {
        "findings": [one.model_dump(mode="json") for one in checked.findings],
        "missing": [one.value for one in checked.missing],
    }


def _work(view: CaseView) -> Work:
    return Work(view.client, view.incident, view.file, view.incident.updated_at)


def _data(view: CaseView, text: CaseText) -> dict[str, Any]:
    return {
        **text.model_dump(mode="json"),
        **_checked(linted(view.file, text, view.client.rivals(view.incident.brand))),
        "objections": [one.value for one in objections_to(_work(view), text)],
        "unsettled": [one.value for one in unsettled(_work(view), text)],
        "client_asks": client_asks(_work(view), text),
        "mark": mark_of(text),
    }


def _show(screen: Screen, view: CaseView, text: CaseText) -> None:
    zone = ZoneInfo(view.client.timezone)
    about = f" to {short(text.mention_id or text.audience or '')}" if text.mention_id or text.audience else ""
    screen.say(
        f"{text.id}  {text.kind.value}{about}, {text.language}, {text.state.value}; by {short(text.author)}"
        f" ({text.source.value}), {text.at.astimezone(zone):%Y-%m-%d %H:%M}",
        "bold",
    )
    screen.quote(text.text, "    ")
    for label, value in (
        ("approved by", text.approved_by),
        ("signed by", text.signed_by),
        ("the client said yes", text.client_approved_by),
        ("the client said", text.client_words),
        ("stands at", text.url),
    ):
        if value:
            screen.say(f"    {label}: {short(value, 300)}")
    if text.result is not None:
        reader = Reader("en", view.client.timezone)
        screen.say(f"    {' '.join((result_sentence(reader, text.result), *counted_words(reader, text.result)))}")
    elif text.measure_at is not None:
        screen.say(f"    what came of it is counted at {text.measure_at.astimezone(zone):%Y-%m-%d %H:%M}")
    if text.state.value in {"draft", "approved"}:
        for remark in _remarks(Reader("en", "UTC"), linted(view.file, text, view.client.rivals(view.incident.brand))):
            screen.say(f"    ! {_line(remark)}", "yellow")
        for objection in objections_to(_work(view), text):
            screen.say(f"    ! the plan's rules refuse it: {objection.value}", "red")
