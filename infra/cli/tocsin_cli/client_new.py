"""`tocsin client new`: a first client's file, with comments that say what may be added."""

import json
import re
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from tocsin.domain.client_file import parse_client
from tocsin_cli.errors import BadInputError
from tocsin_cli.files import STDIN
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
QUESTIONS = {
    "name": "The client's name",
    "brand": "The brand to listen for",
    "terms": "Words that name it, with commas between",
    "feeds": "Addresses of feeds, with commas between",
    "timezone": "Time zone, like Europe/Kyiv",
    "language": "Language of alerts (en, uk, es)",
    "responder": "Who is woken",
    "email": "Their e-mail",
}
LIST_FIELDS = ("terms", "feeds")


def new(
    name: Annotated[str | None, typer.Option(help=QUESTIONS["name"])] = None,
    slug: Annotated[str | None, typer.Option(help="Short name for file and stack; from the name without it.")] = None,
    brand: Annotated[str | None, typer.Option(help=f"{QUESTIONS['brand']}; the client's name without it.")] = None,
    term: Annotated[list[str] | None, typer.Option(help="A word that names the brand; may be repeated.")] = None,
    feed: Annotated[list[str] | None, typer.Option(help="A feed's address; may be repeated.")] = None,
    timezone: Annotated[str | None, typer.Option(help=QUESTIONS["timezone"])] = None,
    language: Annotated[str | None, typer.Option(help=QUESTIONS["language"])] = None,
    responder: Annotated[str | None, typer.Option(help=QUESTIONS["responder"])] = None,
    email: Annotated[str | None, typer.Option(help=QUESTIONS["email"])] = None,
    phone: Annotated[str | None, typer.Option(help="Their phone with country code, for SMS.")] = None,
    out: Annotated[str | None, typer.Option(help="Where to write; - is stdout.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Write a commented client's file. What no option says is asked on a terminal."""
    given: dict[str, Any] = {
        "name": name,
        "brand": brand,
        "terms": list(term or ()),
        "feeds": list(feed or ()),
        "timezone": timezone,
        "language": language,
        "responder": responder,
        "email": email,
    }
    answers = _complete(given)
    text = STARTER.format(
        slug=slug or _slug(answers["name"]),
        phone=json.dumps(phone),
        **{key: json.dumps(value, ensure_ascii=False) for key, value in answers.items()},
    )
    client = parse_client(yaml.safe_load(text), origin="the new file")
    if out == STDIN:
        typer.echo(text, nl=False)
        return
    path = Path(out) if out else ROOT / "infra" / "clients" / f"{client.client}.yaml"
    if path.exists() and not force:
        raise BadInputError(f"{shown(path)} is there already; --force replaces it")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadInputError(f"{path}: {error.strerror or error}") from None
    typer.echo(f"written: {shown(path)}")


def _complete(given: dict[str, Any]) -> dict[str, Any]:
    """Ask for what is missing, or raise BadInputError that names the options when there is nobody to ask."""
    missing = [key for key, value in given.items() if not value and key not in {"brand", "terms", "language"}]
    if missing and not sys.stdin.isatty():
        options = ", ".join(f"--{key.removesuffix('s') if key in LIST_FIELDS else key}" for key in missing)
        raise BadInputError(f"no terminal to ask on: give {options}")
    answers = dict(given)
    for key in missing:
        answer = typer.prompt(QUESTIONS[key])
        answers[key] = [part.strip() for part in answer.split(",") if part.strip()] if key in LIST_FIELDS else answer
    answers["brand"] = answers["brand"] or answers["name"]
    answers["terms"] = answers["terms"] or [answers["brand"]]
    answers["language"] = answers["language"] or "en"
    return answers


def _slug(name: str) -> str:
    """Raise BadInputError for a name without a Latin letter or digit."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:40].strip("-")
    if not slug:
        raise BadInputError(f"{name!r} has no Latin letters to name a stack by: give --slug")
    return slug
