"""`tocsin mention erase`: what a person asks to have forgotten goes from a deployed stack, and never comes back."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, NamedTuple

import typer

from tocsin.adapters.dynamodb.forgetting import DynamoForgetting
from tocsin.domain.client import Client
from tocsin.domain.urls import canonical_url
from tocsin_cli.agency import load_agency
from tocsin_cli.aws import aws_client, find_stack, region_of
from tocsin_cli.desk import desk_of, who
from tocsin_cli.errors import BadInputError, FoundWantingError
from tocsin_cli.files import load_client
from tocsin_cli.output import Screen, short
from tocsin_cli.pause import checked_reason

BY_HAND = "/byhand/"
"""Pictures that a person handed in: of this mention alone. Other evidence is a whole answer of a source."""


class Found(NamedTuple):
    brand: str
    id: str
    raw: str | None = None


def erase(
    client_file: Annotated[str, typer.Argument(metavar="CLIENT.yaml", help="The client's file; - is stdin.")],
    what: Annotated[
        str,
        typer.Argument(
            metavar="URL|ID", help="The mention's id, or its address: then all that is kept is read once to find it."
        ),
    ],
    reason: Annotated[
        str, typer.Option(help="Why. It is kept for 400 days beside the mark that something was erased: name nobody.")
    ],
    by: Annotated[str | None, typer.Option(help="Who does it; as AWS knows you, without it.")] = None,
    json: Annotated[bool, typer.Option("--json", help="JSON Lines, one a mention.")] = False,
    region: Annotated[str | None, typer.Option(help="AWS region of the stack.")] = None,
) -> None:
    """Erase a mention from a deployed client, for every brand: text, title, author, address, pictures, marks.

    What stays is a mark under a hash, so that it is neither taken in nor counted again; counts stay as they were. Run
    again, it says that it is done. Exit code 1: nothing of this name is or was kept.
    """
    given = load_client(client_file)
    why = checked_reason(reason)
    if not why:
        raise BadInputError("--reason: say why")
    address = canonical_url(what) if what.startswith(("http://", "https://")) else None
    if address is None and ":" not in what:
        raise BadInputError(f"{short(what)!r}: say a mention's id, like rss:0f3a…, or its address")
    screen = Screen(json_lines=json)
    desk, person, now = desk_of(given, region), who(by, region), datetime.now(UTC)
    client, store = desk.client(given), DynamoForgetting(desk.dynamodb, desk.mentions_table)
    found = list(_at(store, address) if address is not None else _named(store, client, what))
    for one in found:
        _pictures(given, one, region)  # first: the mention alone says where they are
        if store.erase(one.brand, one.id, now, f"{person}: {why}"):
            _say(screen, one, "erased", now)
    if found:
        return
    before = [(name.name, store.erased_at(name.name, what)) for name in client.brands]
    gone = [(brand, at) for brand, at in before if at is not None]
    for brand, at in gone:
        _say(screen, Found(brand, what), "was erased already", at)
    if not gone:
        raise FoundWantingError(
            f"{short(what)}: nothing kept has this {'address' if address else 'id'}; what was erased is known by its id"
        )


def _named(store: DynamoForgetting, client: Client, mention_id: str) -> Iterator[Found]:
    for brand in client.brands:
        scored = store.kept(brand.name, mention_id)
        if scored is not None:
            yield Found(brand.name, mention_id, scored.mention.raw)


def _at(store: DynamoForgetting, address: str) -> Iterator[Found]:
    """Of brands too that are no longer in the file."""
    for scored in store.everything():
        mention = scored.mention
        if mention.url is not None and canonical_url(mention.url) == address:
            yield Found(mention.brand, mention.id, mention.raw)


def _pictures(client: Client, one: Found, region: str | None) -> None:
    """In the stack's own bucket alone, whatever a mention says."""
    if one.raw is None or BY_HAND not in one.raw:
        return
    where = region_of(load_agency(region=region).region)
    stack = find_stack(client.client, where)
    bucket = stack.outputs.get("EvidenceBucketName") if stack is not None else None
    if bucket is not None and one.raw.startswith(f"s3://{bucket}{BY_HAND}"):
        aws_client("s3", where).delete_object(Bucket=bucket, Key=one.raw.removeprefix(f"s3://{bucket}/"))


def _say(screen: Screen, one: Found, what: str, at: datetime) -> None:
    if screen.json_lines:
        screen.data({"mention": one.id, "brand": one.brand, "done": what, "at": at.isoformat()})
    screen.say(f"{short(one.brand)}: {short(one.id)} {what} ({at:%Y-%m-%d %H:%M} UTC)", "green")
