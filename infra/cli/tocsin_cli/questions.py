"""What `tocsin client new` asks, each answer checked by the rules of the client's file itself."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import typer
from pydantic import TypeAdapter, ValidationError

from tocsin.domain.client import Email, Language, Name, Phone, Term, TimeZone, WebUrl
from tocsin.domain.client_file import reason_in_words
from tocsin.domain.source_kinds.media import ChannelName
from tocsin_cli.errors import BadInputError


@dataclass(frozen=True)
class Question:
    """``kind``: the type that an answer, or each part of one, must be. ``required``: without it there is no file."""

    option: str
    text: str
    kind: Any
    many: bool = False
    required: bool = True
    tidy: Callable[[str], str] = str.strip


def channel_name(said: str) -> str:
    """Of a name, @name or link; a link of an invitation stays one, so that it is refused in words."""
    return said.strip().partition("?")[0].rstrip("/").rpartition("/")[2]


QUESTIONS = {
    "name": Question("--name", "The client's name", Name),
    "brand": Question("--brand", "The brand to listen for", Name, required=False),
    "terms": Question("--term", "Words that name it, with commas between", Term, many=True, required=False),
    "feeds": Question(
        "--feed", "Addresses of feeds, with commas between; empty for none", WebUrl, many=True, required=False
    ),
    "timezone": Question("--timezone", "Time zone, like Europe/Kyiv", TimeZone),
    "language": Question("--language", "Language of alerts (en, uk, es)", Language, required=False),
    "responder": Question("--responder", "Who is woken", Name),
    "email": Question("--email", "Their e-mail", Email),
    "phone": Question("--phone", "Their phone with country code, for SMS; empty for none", Phone, required=False),
}


TELEGRAM = Question(
    "--telegram",
    "Public Telegram channels to read, with commas between (50 to 300 are usual; empty for none)",
    ChannelName,
    many=True,
    required=False,
    tidy=channel_name,
)
TELEGRAM_TERMS = (
    "channels are read from Telegram's public web preview: it is unofficial, promises nothing and may end any day;"
    " views are rounded, what is deleted there is erased here a day later at the earliest, and some channels hide it"
)


def wrong_with(kind: Any, value: str) -> str | None:
    """What the client's file would say against it; None when it is right."""
    try:
        TypeAdapter(kind).validate_python(value)
    except ValidationError as error:
        return reason_in_words(error.errors(include_url=False)[0])
    return None


def check(given: dict[str, Any]) -> None:
    """Raise BadInputError that names each option whose value the file would refuse."""
    wrong = [
        f"{question.option}: {trouble if repr(value) in trouble else f'{value!r} {trouble}'}"
        for key, question in {**QUESTIONS, "telegram": TELEGRAM}.items()
        if given.get(key) is not None
        for value in (given[key] if question.many else [given[key]])
        if (trouble := wrong_with(question.kind, value))
    ]
    if wrong:
        raise BadInputError("\n".join(wrong))


def ask(given: dict[str, Any]) -> dict[str, Any]:
    """Ask for what was not given, each until it is right."""
    answers = dict(given)
    for key, question in QUESTIONS.items():
        if answers[key] is None:
            answers[key] = ask_one(question, _default(key, answers))
    return answers


def ask_one(question: Question, default: str | None = None) -> Any:
    while True:
        said = typer.prompt(question.text, default=default, show_default=bool(default), err=True).strip()
        if not said and not question.required:
            return [] if question.many else None
        parts = [question.tidy(part) for part in said.split(",") if part.strip()] if question.many else [said]
        wrong = [trouble for part in parts if (trouble := wrong_with(question.kind, part))]
        if not parts and question.required:
            wrong = ["give at least one"]
        if not wrong:
            return parts if question.many else said
        typer.echo(f"  {'; '.join(wrong)}", err=True)


def _default(key: str, answers: dict[str, Any]) -> str | None:
    match key:
        case "brand":
            return str(answers["name"])
        case "terms":
            return str(answers["brand"])
        case "language":
            return "en"
        case "phone" | "feeds":
            return ""
    return None
