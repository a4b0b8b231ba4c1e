"""`tocsin client new`: a first client's file, with comments that say what may be added."""

import re
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from tocsin.domain.client import Slug
from tocsin.domain.client_file import parse_client
from tocsin_cli.errors import BadInputError
from tocsin_cli.files import STDIN
from tocsin_cli.questions import QUESTIONS, ask, ask_one, check, wrong_with
from tocsin_local.paths import ROOT, shown

STARTER = """\
# What Tocsin listens for, for whom, and who is woken. Check it with: tocsin client check FILE
client: {slug} # names the stack: small letters, digits, dashes
name: {name}
timezone: {timezone}
language: {language} # of alerts, unless a responder has another: en, uk, es

brands:
  - name: {brand}
    terms: {terms} # a mention has one of these words
    # exclude: ["a phrase that means something else"]
    # require_near: ["a word that must stand near an ambiguous term"]
    # official: ["brand.example", "@brand"]
    # competitors: [{{name: "Other", terms: ["other"]}}]

sources:
  # RSS, Atom and JSON feeds; every: minutes between two looks; medium: news, blog, social, forum, video, review
  - {{kind: rss, urls: {feeds}, every: 5, medium: news}}

responders:
  # email_from and sms_from: the level from which one is told: watch, issue, crisis, severe
  - name: {responder}
    email: {email}
    phone: {phone} # with country code, or null
    email_from: watch
    sms_from: issue
    quiet_hours: {{start: "22:00", end: "07:00", unless: crisis}} # own local time; null: may ring at any hour

# sensitivity: normal # calm, normal, nervous
# thresholds: {{issue: 40, crisis: 65, severe: 85}} # of the index, 0 to 100
# always_alert: {{phrases: ["food poisoning"], authors: ["@regulator"]}}
# shadow: true # judge everything, tell nobody
"""
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
    text = STARTER.format(slug=_quoted(slug), **{key: _quoted(value) for key, value in answers.items()})
    parse_client(yaml.safe_load(text), origin="the new file")
    if path is None:
        typer.echo(text, nl=False)
    else:
        _write(path, text)
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


def _quoted(value: str | list[str] | None) -> str:
    """As YAML that reads back as the same text, whatever stands in it."""
    if value is None:
        return "null"
    if isinstance(value, list):
        return f"[{', '.join(_quoted(each) for each in value)}]"
    kept = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(ch if ch.isprintable() else f"\\U{ord(ch):08x}" for ch in kept) + '"'


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
