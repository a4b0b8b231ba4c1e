"""`tocsin words draft|reply`: first words for a case, from confirmed facts."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Any, get_args

import typer
from pydantic import ValidationError

from tocsin.adapters.analyzers.bedrock_writer import bedrock_writers
from tocsin.adapters.clock import SystemClock
from tocsin.adapters.dynamodb.budgets import DynamoBudgetStore
from tocsin.domain.case.wording import draft as draft_text
from tocsin.domain.client import Client
from tocsin.domain.errors import TocsinError
from tocsin.domain.fields import Language
from tocsin.domain.linter import Kind
from tocsin.domain.posture import Strategy
from tocsin.domain.replies import ReplyFacts, Stance
from tocsin.domain.statements import KINDS, Facts
from tocsin.services.answer import AnswerError
from tocsin.services.drafts import Drafted, Drafts
from tocsin.web.i18n import Reader
from tocsin.web.lint_sentences import advice_sentence
from tocsin_cli.agency import load_agency
from tocsin_cli.aws import aws_client, region_of
from tocsin_cli.case_work import As, casework_of, do, responder_of
from tocsin_cli.desk import moment_of
from tocsin_cli.errors import BadInputError
from tocsin_cli.files import first_problem, load_client, load_yaml, named, read_text
from tocsin_cli.incident_case import ClientFile, IncidentId, Region
from tocsin_cli.output import Screen, short

LanguageOption = Annotated[str | None, typer.Option(help="en, uk or es; by the client's policy without it.")]


def draft(
    client_file: ClientFile,
    incident: IncidentId,
    kind: Annotated[str, typer.Argument(metavar="KIND", help=f"{', '.join(KINDS)}.")],
    person: As,
    facts: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="YAML of what is confirmed: known_at, what, action, advice, contact, ..."),
    ] = None,
    text_file: Annotated[str | None, typer.Option("--text", metavar="FILE", help="Your own words instead.")] = None,
    prepared: Annotated[bool, typer.Option("--prepared", help="The text that was approved ahead.")] = False,
    scenario: Annotated[str | None, typer.Option(help="Of the prepared text; the case's own without it.")] = None,
    language: LanguageOption = None,
    audience: Annotated[str | None, typer.Option(help="For whom, like employees.")] = None,
    strategy: Annotated[list[str] | None, typer.Option(help="What your words do: apologise, denial, ...")] = None,
    region: Region = None,
) -> None:
    """Draft a statement, a notice, a brief or a correction: from facts, from a file, or as it was approved ahead."""
    given, wanted = load_client(client_file), _kind(kind)
    spoken = language_of(language) if language else None
    if sum((facts is not None, text_file is not None, prepared)) != 1:
        raise BadInputError("say one of --facts FILE, --text FILE and --prepared")
    if text_file is not None:
        words = read_text(text_file)
        chosen, tongue = strategies_of(strategy or ()), spoken or given.language
        done = do(
            given, region, incident, person,
            lambda work: draft_text(work, wanted, tongue, words, audience=audience, strategies=chosen),
        )  # fmt: skip
        Screen().say(f"{done.file.texts[-1].id} is a draft: tocsin words list shows what the linter finds")
        return
    drafts, client = _drafts(given, region)
    by = responder_of(client, person)
    if prepared:
        made = _made(lambda: drafts.prepared(incident, by, wanted, language=spoken, scenario=scenario))
    else:
        confirmed = _facts(facts or "", given)
        made = _made(lambda: drafts.statement(incident, by, wanted, confirmed, language=spoken, audience=audience))
    _say(made)


def reply(
    client_file: ClientFile,
    incident: IncidentId,
    mention: Annotated[str, typer.Argument(metavar="MENTION", help="Its id; tocsin explain and the page name them.")],
    person: As,
    contact: Annotated[str | None, typer.Option(help="Where they can turn: a mail address, a link, a number.")] = None,
    action: Annotated[str | None, typer.Option(help="What has been done, as part of a sentence.")] = None,
    right: Annotated[str | None, typer.Option(help="How it really is, as part of a sentence.")] = None,
    proof: Annotated[str | None, typer.Option(help="Where that can be seen.")] = None,
    stance: Annotated[str | None, typer.Option(help=f"Another than is advised: {', '.join(Stance)}.")] = None,
    language: LanguageOption = None,
    text_file: Annotated[str | None, typer.Option("--text", metavar="FILE", help="Your own words instead.")] = None,
    prepared: Annotated[bool, typer.Option("--prepared", help="The reply that was approved ahead.")] = False,
    strategy: Annotated[list[str] | None, typer.Option(help="What your words do: apologise, denial, ...")] = None,
    region: Region = None,
) -> None:
    """Draft a reply to one mention, by who speaks and what is known; says so where no answer is advised."""
    given = load_client(client_file)
    spoken = language_of(language) if language else None
    drafts, client = _drafts(given, region)
    by = responder_of(client, person)
    if prepared and text_file is not None:
        raise BadInputError("say one of --text FILE and --prepared")
    if prepared:
        _say(_made(lambda: drafts.prepared(incident, by, Kind.REPLY, language=spoken, mention_id=mention)))
        return
    if text_file is not None:
        words, chosen = read_text(text_file), strategies_of(strategy or ())
        _made(lambda: drafts.check(incident, mention))
        do(
            given, region, incident, person,
            lambda work: draft_text(
                work, Kind.REPLY, spoken or client.language, words, mention_id=mention, strategies=chosen
            ),
        )  # fmt: skip
        return
    try:
        known = ReplyFacts(contact=contact, action=action, right=right, proof=proof)
        chosen_stance = Stance(stance) if stance else None
    except ValidationError as error:
        raise BadInputError(f"--{first_problem(error)}") from None
    except ValueError:
        raise BadInputError(f"--stance {short(stance or '')!r}: one of {', '.join(Stance)}") from None
    advice = _made(lambda: drafts.advice(incident, mention))
    Screen().say(advice_sentence(Reader("en", client.timezone), advice))
    _say(_made(lambda: drafts.reply(incident, by, mention, known, language=spoken, stance=chosen_stance)))


def language_of(said: str) -> Language:
    for one in get_args(Language):
        if said == one:
            found: Language = one
            return found
    raise BadInputError(f"--language {short(said)!r}: one of {', '.join(get_args(Language))}")


def strategies_of(said: Iterable[str]) -> tuple[Strategy, ...]:
    """The base where nothing is said. Raise BadInputError."""
    try:
        return tuple(Strategy(one) for one in said) or (Strategy.INSTRUCT, Strategy.ADJUST)
    except ValueError:
        raise BadInputError(f"--strategy: one of {', '.join(Strategy)}") from None


def _kind(said: str) -> Kind:
    try:
        found = Kind(said)
    except ValueError:
        raise BadInputError(f"KIND {short(said)!r}: one of {', '.join(KINDS)}") from None
    if found is Kind.REPLY:
        raise BadInputError("KIND reply: tocsin words reply names the mention")
    return found


def _facts(path: str, client: Client) -> Facts:
    """``known_at`` and ``next_at`` may be a time of day on the client's clock."""
    data = load_yaml(path)
    if not isinstance(data, dict):
        raise BadInputError(f"{named(path)}: must be keys like known_at, what, action, advice, contact")
    now = datetime.now(UTC)
    moments: dict[str, Any] = {
        key: moment_of(str(data[key]), client, now, f"{named(path)}: {key}", ahead=key == "next_at")
        for key in ("known_at", "next_at")
        if isinstance(data.get(key), str)
    }
    try:
        return Facts.model_validate({**data, **moments})
    except ValidationError as error:
        raise BadInputError(f"{named(path)}: {first_problem(error)}") from None


def _drafts(given: Client, region: str | None) -> tuple[Drafts, Client]:
    casework, desk = casework_of(given, region)
    client = desk.client(given)
    where = region_of(load_agency(region=region).region)
    drafts = Drafts(
        casework=casework,
        mentions=desk.mentions,
        clock=SystemClock(),
        writers=bedrock_writers(lambda service: aws_client(service, where)),
        budgets=DynamoBudgetStore(desk.dynamodb, desk.mentions_table),
    )
    return drafts, client


def _made(step: Any) -> Any:
    try:
        return step()
    except (AnswerError, TocsinError) as error:
        raise BadInputError(str(error)) from None


def _say(made: Drafted) -> None:
    screen = Screen()
    if made.fallback is not None:
        screen.say(f"note: by the template: {short(made.fallback)}", "yellow")
    screen.say(f"{made.text.id}: {made.text.state.value}, in {made.text.language}", "green")
    screen.quote(made.text.text)
