"""`tocsin client secret`: a client's own credentials, kept where one function alone can read them."""

import json
import re
import secrets
import sys
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from tocsin.domain.client import Client
from tocsin.domain.rooms import URL_FIELD, Room, RoomKind
from tocsin.domain.source_facts import FACTS
from tocsin.domain.sources import keyed_kinds
from tocsin.domain.webhook import SHORTEST_KEY
from tocsin.services.inbound import PREVIOUS
from tocsin.services.intake import SHORTEST_KEY as SHORTEST_LINK_KEY
from tocsin_cli.agency import load_agency
from tocsin_cli.aws import DEFAULT_REGION, aws_client, region_of, require_account
from tocsin_cli.errors import BadInputError, FoundWantingError
from tocsin_cli.files import STDIN, load_client, read_text
from tocsin_cli.output import Screen
from tocsin_local.parameters import secret_name

CHANNELS = "channels"
INTAKE = "intake"
LINKS = "links"
WEBHOOKS = "webhooks"
LARGEST = 4_096
"""Bytes of a parameter of the standard tier, which costs nothing."""
OPTIONAL = "?"
"""At the end of a field's name: it may be left out."""
FILES = {"service_account": "path of the service account's JSON file"}
"""Fields that are a file of their own: a terminal is asked for its path."""
_HTTPS = re.compile(r"https://[^\s/@]+(/\S*|\?\S*)")
_BOT_TOKEN = re.compile(r"\d{5,20}:[A-Za-z0-9_-]{20,64}")
SHORTEST = {WEBHOOKS: SHORTEST_KEY, INTAKE: SHORTEST_LINK_KEY, LINKS: SHORTEST_LINK_KEY}
"""Characters of a key that signs."""


def secret(
    file: Annotated[str, typer.Argument(help="The client's file.")],
    kind: Annotated[str, typer.Argument(help="The kind of source, like bluesky; or channels, webhooks, or intake.")],
    remove: Annotated[bool, typer.Option("--remove", help="Forget the secret, and the tokens that it gave.")] = False,
    region: Annotated[str | None, typer.Option(help=f"AWS region; {DEFAULT_REGION} without.")] = None,
) -> None:
    """Store a client's secret for one kind of source: asked for without echo, or read from stdin as JSON.

    It goes to the SSM parameter that this client's function for the kind may read, encrypted, and is never shown.
    """
    if file == STDIN:
        raise BadInputError("stdin is for the secret: name the client's file")
    client = load_client(file)
    names = fields_of(client, kind)
    where = region_of(load_agency(region=region).region)
    fields = {} if remove else _given(names, kind)
    if kind == CHANNELS:
        _check_rooms(client, fields)
    account = require_account(where)
    ssm = aws_client("ssm", where)
    screen = Screen()
    if remove:
        gone = _remove(ssm, client.client, kind)
        screen.say(f"{kind}: {'forgotten' if gone else 'there was none'} (account {account})", "green")
        return
    store(ssm, client.client, kind, fields)
    screen.say(f"{kind}: stored as {secret_name(client.client, kind)} in account {account}", "green")
    if kind in FACTS and kind not in keyed_kinds(client):
        screen.say(f"nothing in {file} reads {kind} with a secret yet", "yellow")


def fields_of(client: Client, kind: str) -> tuple[str, ...]:
    """The names of a secret's fields, as SourceFacts.secret has them. Raise BadInputError for a kind that has none."""
    if kind == WEBHOOKS:
        if not client.webhooks:
            raise BadInputError("the client's file has no webhooks: name them there first")
        names = tuple(hook.name for hook in client.webhooks)
        return (*names, *(f"{name}{PREVIOUS}{OPTIONAL}" for name in names))
    if kind == INTAKE:
        if client.intake is None:
            raise BadInputError("the client's file has no intake: name it there first")
        return ("link_key", f"link_key_previous{OPTIONAL}")
    if kind == CHANNELS:
        if not client.channels:
            raise BadInputError("the client's file has no channels: name them there first")
        return tuple(field for room in client.channels for field in room_fields(room))
    if kind == LINKS:
        return ("key", f"key_previous{OPTIONAL}")
    facts = FACTS.get(kind)
    if facts is None or not facts.secret:
        known = ", ".join(sorted(name for name, row in FACTS.items() if row.secret))
        raise BadInputError(f"{kind} has no secret to store; these have: {known}, {CHANNELS}, {INTAKE}, {WEBHOOKS}")
    return facts.secret


def room_fields(room: Room) -> tuple[str, ...]:
    """What opens a room: the webhook's address (Slack, Teams), the bot's token (Telegram), the key that signs."""
    if room.kind is RoomKind.WEBHOOK and room.url is None:
        return (room.name, f"{room.name}{URL_FIELD}")
    return (room.name,)


def missing(ssm: Any, client: Client) -> tuple[str, ...]:
    """The kinds whose secret this client's file needs and nobody has stored."""
    wanted = (
        *keyed_kinds(client),
        *([WEBHOOKS] if client.webhooks else []),
        *([CHANNELS] if client.channels else []),
    )
    return tuple(kind for kind in wanted if not _is_there(ssm, client.client, kind))


def make_link_keys(ssm: Any, client: Client) -> None:
    """The keys that sign the links of answers and of private threads: made once, known to nobody, never replaced."""
    if not _is_there(ssm, client.client, LINKS):
        store(ssm, client.client, LINKS, {"key": secrets.token_urlsafe(32)})
    if client.intake is not None and not _is_there(ssm, client.client, INTAKE):
        store(ssm, client.client, INTAKE, {"link_key": secrets.token_urlsafe(32)})


def store(ssm: Any, slug: str, kind: str, fields: Mapping[str, str]) -> None:
    """Raise BadInputError when it is larger than a parameter may be."""
    value = json.dumps(dict(fields), ensure_ascii=False)
    if len(value.encode()) > LARGEST:
        raise BadInputError(f"{kind}: over {LARGEST} bytes in all, which is more than a parameter holds")
    ssm.put_parameter(Name=secret_name(slug, kind), Value=value, Type="SecureString", Tier="Standard", Overwrite=True)


def _is_there(ssm: Any, slug: str, kind: str) -> bool:
    """Asked without reading it."""
    name = {"Key": "Name", "Option": "Equals", "Values": [secret_name(slug, kind)]}
    return bool(ssm.describe_parameters(ParameterFilters=[name])["Parameters"])


def _remove(ssm: Any, slug: str, kind: str) -> bool:
    name = secret_name(slug, kind)
    session = name.removesuffix("secret") + "session"
    return name in ssm.delete_parameters(Names=[name, session])["DeletedParameters"]


def _given(names: tuple[str, ...], kind: str) -> dict[str, str]:
    fields = _asked(names) if _on_a_terminal() else _read(names)
    if not fields:
        raise BadInputError("nothing was given, and nothing was stored")
    if kind in SHORTEST:
        _check_keys(fields, SHORTEST[kind])
    return fields


def _check_keys(fields: Mapping[str, str], shortest: int) -> None:
    """A signature does not name whom it is for: a key of two hooks would let a message for one in at the other."""
    short = [name for name, value in fields.items() if len(value) < shortest]
    if short:
        raise BadInputError(f"{', '.join(short)}: such a key has at least {shortest} characters")
    same = [name for name, value in fields.items() if list(fields.values()).count(value) > 1]
    if same:
        raise BadInputError(f"{', '.join(same)}: the same key stands there twice; give each its own")


def _check_rooms(client: Client, fields: Mapping[str, str]) -> None:
    """By their form alone, and without quoting them: what is wrong here is found in the middle of a crisis."""
    for room in client.channels:
        if room.name not in fields:
            continue
        value, address = fields[room.name], fields.get(f"{room.name}{URL_FIELD}")
        if room.kind in {RoomKind.SLACK, RoomKind.TEAMS} and not _HTTPS.fullmatch(value):
            raise BadInputError(f"{room.name}: give the webhook's whole address, which begins with https://")
        if room.kind is RoomKind.TELEGRAM and not _BOT_TOKEN.fullmatch(value):
            raise BadInputError(f"{room.name}: give the bot's token as BotFather wrote it: digits, a colon, letters")
        if room.kind is RoomKind.WEBHOOK and len(value) < SHORTEST_KEY:
            raise BadInputError(f"{room.name}: such a key has at least {SHORTEST_KEY} characters")
        if address is not None and not _HTTPS.fullmatch(address):
            raise BadInputError(f"{room.name}{URL_FIELD}: give the whole address, which begins with https://")


def _on_a_terminal() -> bool:
    return sys.stdin.isatty()


def _asked(names: tuple[str, ...]) -> dict[str, str]:
    fields = {}
    for name in names:
        bare, may_lack = name.removesuffix(OPTIONAL), name.endswith(OPTIONAL)
        text = FILES.get(bare, bare) + (" (empty for none)" if may_lack else "")
        said = typer.prompt(
            text, hide_input=bare not in FILES, default="" if may_lack else None, show_default=False, err=True
        ).strip()
        if said:
            fields[bare] = _file(bare, said) if bare in FILES else said
    return fields


def _file(name: str, path: str) -> str:
    """No error quotes the path: whoever pastes the file itself finds nothing of it on the screen again."""
    try:
        return read_text(path)
    except BadInputError:
        raise BadInputError(f"{name}: give the path of a file of UTF-8 text, not what stands in it") from None


def _read(names: tuple[str, ...]) -> dict[str, str]:
    """A JSON object with these fields. No error quotes what stood there."""
    known = [name.removesuffix(OPTIONAL) for name in names]
    needed = {name for name in names if not name.endswith(OPTIONAL)}
    wanted = "{" + ", ".join(f'"{name}": "..."' for name in known) + "}"
    try:
        given = json.loads(sys.stdin.buffer.read(LARGEST * 4).decode("utf-8"))
    except (ValueError, RecursionError):
        raise BadInputError(f"stdin holds no JSON; give {wanted}") from None
    if not isinstance(given, dict) or not needed <= set(given) <= set(known):
        left_out = [name for name in known if name not in needed]
        may = f"; {', '.join(left_out)} may be left out" if left_out else ""
        raise BadInputError(f"stdin must hold these fields and no others: {wanted}{may}")
    wrong = [name for name in known if name in given and not (isinstance(given[name], str) and given[name].strip())]
    if wrong:
        raise BadInputError(f"{', '.join(wrong)}: must be a text that is not empty")
    return {name: value.strip() for name, value in given.items()}


def refuse_missing(ssm: Any, client: Client, file: str) -> None:
    """Raise FoundWantingError that names the command for each secret that is not there."""
    lacking = missing(ssm, client)
    if lacking:
        commands = "\n".join(f"  tocsin client secret {file} {kind}" for kind in lacking)
        raise FoundWantingError(f"the secrets of {', '.join(lacking)} are not stored yet; first run\n{commands}")
