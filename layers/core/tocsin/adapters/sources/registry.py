"""The connector of each kind of source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tocsin.adapters.sources.feeds import SOURCE as RSS
from tocsin.adapters.sources.feeds import FeedConnector

if TYPE_CHECKING:
    from tocsin.adapters.http_guard import GuardedHttp
    from tocsin.ports import MentionSource


def connectors(http: GuardedHttp) -> dict[str, MentionSource]:
    """By SourceUnit.kind."""
    return {RSS: FeedConnector(http)}
