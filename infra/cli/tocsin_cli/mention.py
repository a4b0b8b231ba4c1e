"""`tocsin mention add`: what a person saw and no source gives: by text, link, screenshot or forwarded e-mail."""

import hashlib
from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from tocsin.adapters.queue_sqs import SqsMentionQueue
from tocsin.domain.byhand import HandedIn, handed_in, mail_posts
from tocsin.domain.client import Client
from tocsin.domain.errors import FetchError, ParseError
from tocsin.domain.matching import TermMatcher
from tocsin.domain.mention import Medium, Mention
from tocsin.domain.urls import canonical_url
from tocsin_cli.agency import load_agency
from tocsin_cli.aws import Stack, aws_client, find_stack, region_of, require_account
from tocsin_cli.errors import BadInputError, FoundWantingError
from tocsin_cli.files import STDIN, load_client, named, read_bytes, read_text
from tocsin_cli.mention_erase import erase
from tocsin_cli.output import Screen, short
from tocsin_cli.page import read_page

app = typer.Typer(help="Mentions that a person hands in.", no_args_is_help=True)

PICTURES = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg", b"GIF8": "gif", b"RIFF": "webp", b"%PDF-": "pdf"}
MAX_PICTURE = 20 * 1024 * 1024


@app.callback()
def mention() -> None:
    """Mentions that a person hands in."""


app.command("erase")(erase)


@app.command("add")
def add(
    client_file: Annotated[str, typer.Argument(metavar="CLIENT.yaml", help="The client's file.")],
    text: Annotated[str | None, typer.Option(help="What was said; - is stdin.")] = None,
    url: Annotated[str | None, typer.Option(help="Where it was said.")] = None,
    screenshot: Annotated[
        str | None, typer.Option(metavar="FILE", help="A picture of it; its words are given by --text.")
    ] = None,
    mail: Annotated[
        str | None, typer.Option(metavar="FILE", help="An e-mail (.eml) that was forwarded or attached; - is stdin.")
    ] = None,
    brand: Annotated[str | None, typer.Option(help="The brand it concerns; else its terms decide.")] = None,
    title: Annotated[str | None, typer.Option(help="Its headline.")] = None,
    author: Annotated[str | None, typer.Option(help="Who said it.")] = None,
    published: Annotated[
        str | None, typer.Option(help="When, like 2026-03-02T14:00; the client's zone without one. Now without it.")
    ] = None,
    medium: Annotated[Medium | None, typer.Option(help="What kind of place it was said in.")] = None,
    no_fetch: Annotated[
        bool, typer.Option("--no-fetch", help="Do not read a link's page; else its headline and summary are taken.")
    ] = False,
    deployed: Annotated[bool, typer.Option("--deployed", help="Put it into the queue of the client's stack.")] = False,
    region: Annotated[str | None, typer.Option(help="AWS region of the stack.")] = None,
) -> None:
    """Hand in a mention. It is printed as a JSON line or, with --deployed, scored and counted like any other."""
    client = load_client(client_file)
    if brand is not None and client.brand(brand) is None:
        raise BadInputError(f"--brand {brand!r}: the client has none of that name")
    picture = _picture(screenshot) if screenshot else None
    now = datetime.now(UTC)
    if url is not None and canonical_url(url) is None:
        raise BadInputError("--url: this is no http(s) address")
    if url is not None and mail is None and text is None and title is None:
        title, text = _of_the_page(url, no_fetch=no_fetch)
    try:
        if mail is not None:
            if any(value is not None for value in (text, url, screenshot, title, author, published, medium)):
                raise BadInputError("--mail goes alone: everything stands in the e-mail")
            handed = mail_posts(read_bytes(mail), now=now).handed
        else:
            handed = (_said(client, text, url, picture, title, author, published, medium, now),)
    except ParseError as error:
        raise BadInputError(f"{named(mail)}: {error}" if mail else str(error)) from None
    mentions = [each for one in handed for each in _mentions(client, one, brand)]
    screen = Screen(json_lines=True)
    if deployed:
        mentions = _queue(client, mentions, picture, region)
        for each in mentions:
            screen.step(f"queued for {short(each.brand)}: {each.id}")
        return
    for each in mentions:
        screen.data(each.model_dump(mode="json"))


def _said(
    client: Client,
    text: str | None,
    url: str | None,
    picture: bytes | None,
    title: str | None,
    author: str | None,
    published: str | None,
    medium: Medium | None,
    now: datetime,
) -> HandedIn:
    if picture is not None and not text:
        raise BadInputError("--screenshot: nobody reads the picture here (no OCR); write its words with --text")
    return handed_in(
        text=read_text(STDIN) if text == STDIN else text or "",
        now=now,
        url=url,
        title=title,
        author=author,
        published_at=_moment(published, client, now) if published else None,
        medium=medium,
    )


def _of_the_page(url: str, *, no_fetch: bool) -> tuple[str | None, str | None]:
    """Its headline and summary; None where it gives none, and then that is said."""
    why = "it was not read"
    if not no_fetch:
        try:
            words = read_page(url)
        except FetchError as error:
            why = short(error.reason, 200)
        else:
            return words.title or None, words.summary or None
    typer.echo(f"--url alone: {why}, so it counts but nothing in it is scored; add --text", err=True)
    return None, None


def _moment(said: str, client: Client, now: datetime) -> datetime:
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        raise BadInputError(f"--published {said!r}: write it like 2026-03-02T14:00") from None
    try:
        at = (found if found.tzinfo else found.replace(tzinfo=ZoneInfo(client.timezone))).astimezone(UTC)
    except OverflowError:
        raise BadInputError(f"--published {said!r}: no calendar of ours reaches there") from None
    if at > now:
        raise BadInputError("--published lies in the future")
    return at


def _mentions(client: Client, handed: HandedIn, brand: str | None) -> list[Mention]:
    """Whoever hands something in means the client: what names no brand is the only one's, or must be told."""
    if brand is not None:
        return [Mention.of(handed.post, brand)]
    named_in = [each.name for each in client.brands if TermMatcher(each).matches(handed.post.words)]
    if not named_in and len(client.brands) == 1:
        named_in = [client.brands[0].name]
    if not named_in:
        known = ", ".join(each.name for each in client.brands)
        raise BadInputError(f"it names none of the brands: say which with --brand ({known})")
    return [Mention.of(handed.post, name) for name in named_in]


def _picture(path: str) -> bytes:
    body = read_bytes(path)
    if len(body) > MAX_PICTURE:
        raise BadInputError(f"{named(path)}: over {MAX_PICTURE // 1024 // 1024} MB")
    if _kind(body) is None:
        raise BadInputError(f"{named(path)}: not a PNG, JPEG, GIF, WebP or PDF file")
    return body


def _kind(body: bytes) -> str | None:
    return next((kind for magic, kind in PICTURES.items() if body.startswith(magic)), None)


def _queue(client: Client, mentions: list[Mention], picture: bytes | None, region: str | None) -> list[Mention]:
    where = region_of(load_agency(region=region).region)
    require_account(where)
    stack = find_stack(client.client, where)
    url = stack.outputs.get("MentionsQueueUrl") if stack else None
    if stack is None or url is None:
        raise FoundWantingError(f"{client.client} is not deployed: tocsin client deploy comes first")
    if picture is not None:
        kept = _keep(stack, picture, where)
        mentions = [each.model_copy(update={"raw": kept}) for each in mentions]
    SqsMentionQueue(aws_client("sqs", where), url).send(mentions)
    return mentions


def _keep(stack: Stack, picture: bytes, region: str | None) -> str:
    """The picture as evidence, by its own hash: the same one is kept once."""
    bucket = stack.outputs.get("EvidenceBucketName")
    if bucket is None:
        raise FoundWantingError("the stack has no place for pictures yet: tocsin client deploy comes first")
    key = f"byhand/{hashlib.sha256(picture).hexdigest()[:32]}.{_kind(picture)}"
    aws_client("s3", region).put_object(Bucket=bucket, Key=key, Body=picture)
    return f"s3://{bucket}/{key}"
