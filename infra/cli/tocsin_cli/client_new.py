"""`tocsin client new`: a first client's file, with comments that say what may be added."""

import re
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
import yaml

from tocsin.domain.client import Slug
from tocsin.domain.client_file import parse_client
from tocsin_cli.client_starter import starter
from tocsin_cli.errors import BadInputError
from tocsin_cli.files import STDIN, read_bytes
from tocsin_cli.questions import QUESTIONS, TELEGRAM, TELEGRAM_TERMS, ask, ask_one, channel_name, check, wrong_with
from tocsin_local.paths import ROOT, shown

IN_SHADOW = timedelta(days=7)
"""How long a new client is expected to be judged in silence, before a person arms it."""
SLUG_QUESTION = "Short name for file and stack (small letters, digits, dashes)"


def new(
    slug: Annotated[
        str | None, typer.Argument(metavar="SLUG", help="Short name for file and stack; from the name without it.")
    ] = None,
    name: Annotated[str | None, typer.Option(help=QUESTIONS["name"].text)] = None,
    brand: Annotated[str | None, typer.Option(help=f"{QUESTIONS['brand'].text}; the client's name without it.")] = None,
    term: Annotated[
        list[str] | None, typer.Option(help="A word that names the brand; may be repeated; its name without it.")
    ] = None,
    feed: Annotated[list[str] | None, typer.Option(help="A feed's address; may be repeated.")] = None,
    timezone: Annotated[str | None, typer.Option(help=QUESTIONS["timezone"].text)] = None,
    language: Annotated[str | None, typer.Option(help=f"{QUESTIONS['language'].text}; en without it.")] = None,
    responder: Annotated[str | None, typer.Option(help=QUESTIONS["responder"].text)] = None,
    email: Annotated[str | None, typer.Option(help=QUESTIONS["email"].text)] = None,
    phone: Annotated[str | None, typer.Option(help="Their phone with country code, for SMS.")] = None,
    telegram: Annotated[
        list[str] | None, typer.Option(help="A public Telegram channel to read, its name or link; may be repeated.")
    ] = None,
    telegram_file: Annotated[str | None, typer.Option(help="A file with one channel a line.")] = None,
    accept_telegram_terms: Annotated[
        bool, typer.Option("--accept-telegram-terms", help=f"Yes, I know: {TELEGRAM_TERMS}")
    ] = False,
    tech: Annotated[
        bool, typer.Option("--tech", help="Developers' places as well: Hacker News, Stack Overflow, GitHub, Lemmy.")
    ] = False,
    feeds_only: Annotated[
        bool, typer.Option("--feeds-only", help="Without the free sources that are on by default.")
    ] = False,
    out: Annotated[str | None, typer.Option(help="Where to write; - is stdout.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Write a commented client's file. What no option says is asked on a terminal."""
    given: dict[str, Any] = {
        "name": name,
        "brand": brand,
        "terms": list(term or ()) or None,
        "feeds": list(feed or ()) or None,
        "timezone": timezone,
        "language": language,
        "responder": responder,
        "email": email,
        "phone": phone,
        "telegram": [*(channel_name(each) for each in telegram or ()), *channels_in(telegram_file)] or None,
    }
    check(given)
    terminal = _on_terminal()
    if not terminal:
        _refuse_missing(given)
    if slug is None:
        given["name"] = given["name"] or ask_one(QUESTIONS["name"])
        slug = _slug(given["name"], terminal)
    elif wrong := wrong_with(Slug, slug):
        raise BadInputError(f"SLUG: {slug!r} {wrong}")
    path = None if out == STDIN else Path(out) if out else ROOT / "infra" / "clients" / f"{slug}.yaml"
    if path is not None and path.exists() and not force:
        raise BadInputError(f"{shown(path)} is there already; --force replaces it")
    answers = ask(given) if terminal else _with_defaults(given)
    answers["telegram"] = _channels(answers, terminal, accepted=accept_telegram_terms)
    if feeds_only and not answers["feeds"]:
        raise BadInputError("--feeds-only: without --feed there is nothing to listen to")
    shadow_until = datetime.now(ZoneInfo(answers["timezone"])).date() + IN_SHADOW
    text = starter(slug, answers, tech=tech, feeds_only=feeds_only, shadow_until=shadow_until)
    parse_client(yaml.safe_load(text), origin="the new file")
    if path is None:
        typer.echo(text, nl=False)
    else:
        _write(path, text)
    typer.echo(f"in shadow until {shadow_until}: nobody is told before a person arms it (tocsin arm)", err=True)
    if not answers["phone"]:
        typer.echo("no phone: nobody is woken by SMS until a responder has one", err=True)


def _on_terminal() -> bool:
    return sys.stdin.isatty()


def _refuse_missing(given: dict[str, Any]) -> None:
    missing = [question.option for key, question in QUESTIONS.items() if question.required and not given[key]]
    if missing:
        raise BadInputError(f"no terminal to ask on: give {', '.join(missing)}")


def _with_defaults(given: dict[str, Any]) -> dict[str, Any]:
    brand = given["brand"] or given["name"]
    answers = {**given, "brand": brand, "terms": given["terms"] or [brand], "language": given["language"] or "en"}
    check(answers)
    return answers


def _channels(answers: dict[str, Any], terminal: bool, *, accepted: bool) -> list[str]:
    """The Telegram channels to read, after an informed yes only."""
    asked = answers["telegram"]
    if asked is None and terminal and (answers["language"] == "uk" or answers["timezone"] == "Europe/Kyiv"):
        asked = ask_one(TELEGRAM, "")
    if not asked or accepted:
        return list(asked or ())
    if not terminal:
        raise BadInputError(f"--telegram: add --accept-telegram-terms if you agree: {TELEGRAM_TERMS}")
    typer.echo(TELEGRAM_TERMS, err=True)
    return list(asked) if typer.confirm("Read them all the same?", default=False, err=True) else []


def channels_in(path: str | None) -> list[str]:
    """One channel a line: a name, @name or link; empty lines and what follows # are passed over."""
    if path is None:
        return []
    lines = (line.partition("#")[0].strip() for line in read_bytes(path).decode("utf-8-sig", "replace").splitlines())
    return [channel_name(line) for line in lines if line]


def _slug(name: str, terminal: bool) -> str:
    """Raise BadInputError for a name without a Latin letter or digit when there is nobody to ask."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:40].strip("-")
    if slug:
        return slug
    if not terminal:
        raise BadInputError(f"{name!r} has no Latin letters to name a stack by: give SLUG, like client new acme")
    while wrong := wrong_with(Slug, slug := typer.prompt(SLUG_QUESTION, err=True).strip()):
        typer.echo(f"  {wrong}", err=True)
    return slug


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        typer.echo(text, nl=False)
        raise BadInputError(
            f"{path}: {error.strerror or error}; the file stands on stdout, so that no answer is lost"
        ) from None
    typer.echo(f"written: {shown(path)}")
