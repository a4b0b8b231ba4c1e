"""`tocsin reparse`: what a source answered lately, read again by the present parser."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer

from tocsin.adapters.dynamodb import keys
from tocsin.adapters.dynamodb.items import key_of, read
from tocsin.adapters.evidence_s3 import Kept, S3EvidenceStore
from tocsin.adapters.queue_sqs import SqsMentionQueue
from tocsin.adapters.sources.registry import parser
from tocsin.domain.client import Client
from tocsin.domain.errors import ParseError
from tocsin.domain.matching import TermMatcher
from tocsin.domain.mention import Mention
from tocsin.domain.official import concerning
from tocsin.domain.reading import ScoredMention
from tocsin.domain.source_state import Evidence
from tocsin.domain.sources import SourceUnit, units_of
from tocsin_cli.agency import load_agency
from tocsin_cli.aws import Stack, aws_client
from tocsin_cli.errors import BadInputError, FoundWantingError
from tocsin_cli.files import load_client
from tocsin_cli.output import Screen, short
from tocsin_cli.sources import deployed_stack

COMPARED = ("url", "title", "text", "author", "rating", "in_reply_to", "thread", "media", "language")
"""What a parser's fix may change; counts of likes grow by themselves."""


def reparse(
    client_file: Annotated[str, typer.Argument(metavar="CLIENT.yaml", help="The client's file; - is stdin.")],
    source: Annotated[str, typer.Argument(help="An id, address or name of one source, or a kind: see tocsin sources.")],
    since: Annotated[
        str | None,
        typer.Option(help="From when on: 2026-03-02, 2026-03-02T14:00, or 36h, 3d. All that is kept without."),
    ] = None,
    send: Annotated[bool, typer.Option("--send", help="Queue what is new, to be counted and scored as ever.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON line a mention that is new or differs.")] = False,
    region: Annotated[str | None, typer.Option(help="AWS region of the stack.")] = None,
) -> None:
    """Read a source's kept answers again and show what is new, or differs from what was stored."""
    screen = Screen(json_lines=json)
    client = load_client(client_file)
    units = _units(client, source)
    start = _moment(since) if since else None
    stack = deployed_stack(client, region)
    where = load_agency(region=region).region
    mentions, answers = _again(screen, client, units, start, stack, where)
    if not answers:
        raise FoundWantingError("no answers are kept of it: they are kept for some days, and only when they held news")
    fresh = _compared(screen, mentions, stack, where)
    screen.say(f"{answers} answers, {len(mentions)} mentions, {len(fresh)} of them new")
    if send and fresh:
        SqsMentionQueue(aws_client("sqs", where), stack.outputs["MentionsQueueUrl"]).send(fresh)
        screen.say(f"{len(fresh)} mentions queued", "green")
    elif fresh:
        screen.say("--send queues them", "dim")


def _units(client: Client, source: str) -> list[SourceUnit]:
    units = list(units_of(client))
    found = [unit for unit in units if source in {unit.id, unit.url, unit.shown, unit.kind}]
    if not found:
        raise BadInputError(
            f"{source}: no source of this client; known: {', '.join(short(unit.shown, 60) for unit in units[:20])}"
        )
    return found


def _moment(said: str) -> datetime:
    if said[:-1].isdecimal() and said.isascii() and said[-1:] in {"h", "d"} and len(said) < 6:
        return datetime.now(UTC) - int(said[:-1]) * (timedelta(hours=1) if said[-1] == "h" else timedelta(days=1))
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        raise BadInputError(f"--since {said}: write it like 2026-03-02, 2026-03-02T14:00, 36h or 3d") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _again(
    screen: Screen, client: Client, units: list[SourceUnit], since: datetime | None, stack: Stack, region: str | None
) -> tuple[list[Mention], int]:
    """The mentions of all kept answers, the latest reading of each, and how many answers there were."""
    store = S3EvidenceStore(aws_client("s3", region), stack.outputs["EvidenceBucketName"])
    matchers = {brand.name: TermMatcher(brand) for brand in client.brands}
    found: dict[tuple[str, str], Mention] = {}
    answers = 0
    for unit in units:
        for kept in store.of(unit.id, since):
            answers += 1
            for mention in _read(screen, client, unit, kept, store.read(kept.key), matchers):
                found[mention.brand, mention.id] = mention
    return list(found.values()), answers


def _read(
    screen: Screen, client: Client, unit: SourceUnit, kept: Kept, evidence: Evidence, matchers: dict[str, TermMatcher]
) -> Iterator[Mention]:
    try:
        parsed = parser(unit.kind)(evidence.body, fetched_at=kept.at, url=_address(unit, evidence), medium=unit.medium)
    except ParseError as error:
        screen.say(f"{kept.key}: still not readable: {short(str(error), 200)}", "yellow")
        return
    for warning in parsed.warnings:
        screen.say(f"{kept.key}: {short(warning, 200)}", "dim")
    posts = tuple(post.model_copy(update={"raw": kept.key}) for post in parsed.posts)
    yield from concerning(posts, posts, unit, client.brands, matchers)


def _address(unit: SourceUnit, evidence: Evidence) -> str:
    """The kept address has lost its query, on which a feed's ids may hang: the file's own has it."""
    return unit.url if unit.url.partition("?")[0] == evidence.url or not evidence.url else evidence.url


def _compared(screen: Screen, mentions: list[Mention], stack: Stack, region: str | None) -> list[Mention]:
    """Those that the store does not have. What differs is shown, and left as it was counted."""
    client, table = aws_client("dynamodb", region), stack.outputs["MentionsTableName"]
    fresh = []
    for mention in mentions:
        item = client.get_item(TableName=table, Key=key_of(keys.mention(mention.brand, mention.id))).get("Item")
        stored = read(ScoredMention, item).mention if item and "doc" in item else None
        if item is None:
            fresh.append(mention)
            _show(screen, "new", mention, ())
        elif stored is not None and (differs := _differences(stored, mention)):
            _show(screen, "changed", mention, differs)
    return fresh


def _differences(stored: Mention, mention: Mention) -> tuple[str, ...]:
    return tuple(name for name in COMPARED if getattr(stored, name) != getattr(mention, name))


def _show(screen: Screen, what: str, mention: Mention, differs: tuple[str, ...]) -> None:
    if screen.json_lines:
        line: dict[str, Any] = {"what": what, "differs": list(differs), **mention.model_dump(mode="json")}
        screen.data(line)
        return
    fields = f" ({', '.join(differs)})" if differs else ""
    screen.say(f"{what}{fields}: {mention.published_at:%Y-%m-%d %H:%M} {short(mention.words, 90)}  {mention.id}")
