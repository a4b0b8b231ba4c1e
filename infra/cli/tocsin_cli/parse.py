"""`tocsin parse`: a recorded response of a source as posts, so that a connector can be tried without its network."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from tocsin.adapters.sources.registry import KINDS, parser
from tocsin.domain.errors import ParseError
from tocsin.domain.mention import Medium
from tocsin_cli.errors import BadInputError
from tocsin_cli.files import named, read_bytes
from tocsin_cli.output import Screen, short

AS_FEEDS = {"googlenews", "googlealerts"}
"""Kinds of a client's file that are feeds under another name."""


def parse(
    source: Annotated[str, typer.Argument(help=f"The kind of source: {', '.join(KINDS)}.")],
    file: Annotated[str, typer.Argument(help="The response's body; - is stdin.")],
    url: Annotated[str | None, typer.Option(help="Where it came from, for relative links and stable ids.")] = None,
    medium: Annotated[Medium | None, typer.Option(help="What kind of place it is; the source's own without.")] = None,
) -> None:
    """Print each post as one JSON line; items that were skipped are warnings on stderr."""
    source = "rss" if source in AS_FEEDS else source
    if source not in KINDS:
        raise BadInputError(f"unknown source: {source}; known: {', '.join(KINDS)}")
    body = read_bytes(file)
    try:
        parsed = parser(source)(body, fetched_at=datetime.now(UTC), url=url, medium=medium)
    except ParseError as error:
        raise BadInputError(f"{named(file)}: {error}") from None
    for post in parsed.posts:
        Screen.data({**post.model_dump(mode="json"), "brand": None})
    for warning in parsed.warnings:
        typer.echo(f"{named(file)}: {short(warning, 500)}", err=True)
