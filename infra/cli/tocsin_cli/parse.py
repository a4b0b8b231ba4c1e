"""`tocsin parse`: a recorded response of a source as posts, so that a connector can be tried without its network."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from tocsin.adapters.sources.feeds import parse_feed
from tocsin.domain.errors import ParseError
from tocsin.domain.mention import Medium
from tocsin_cli.errors import BadInputError
from tocsin_cli.files import named, read_bytes
from tocsin_cli.output import Screen, short

SUPPORTED = ("rss",)
PLANNED = tuple(
    "hackernews mastodon bluesky reddit youtube x stackexchange github discourse lemmy gdelt newsapi telegram facebook"
    " instagram threads appstore googleplay googlebusiness trustpilot brand24 mention".split()
)
NO_URL = "https://unknown.example/"


def parse(
    source: Annotated[str, typer.Argument(help=f"The kind of source: {', '.join(SUPPORTED)}.")],
    file: Annotated[str, typer.Argument(help="The response's body; - is stdin.")],
    url: Annotated[str, typer.Option(help="Where it came from, for relative links and stable ids.")] = NO_URL,
    medium: Annotated[Medium, typer.Option(help="What kind of place it is.")] = Medium.NEWS,
) -> None:
    """Print each post as one JSON line; items that were skipped are warnings on stderr."""
    if source not in SUPPORTED:
        known = "not supported yet" if source in PLANNED else "unknown source"
        raise BadInputError(f"{known}: {source}; supported: {', '.join(SUPPORTED)}")
    body = read_bytes(file)
    try:
        posts, warnings = parse_feed(body, url=url, content_type=None, medium=medium, fetched_at=datetime.now(UTC))
    except ParseError as error:
        raise BadInputError(f"{named(file)}: {error}") from None
    for post in posts:
        Screen.data({**post.model_dump(mode="json"), "brand": None})
    for warning in warnings:
        typer.echo(f"{named(file)}: {short(warning, 500)}", err=True)
