"""Every kind of source that a client's file may name, told apart by ``kind``."""

from typing import Annotated, get_args

from pydantic import Field

from tocsin.domain.source_kinds.base import SourceBase
from tocsin.domain.source_kinds.feeds import FeedSource, GoogleAlertsSource, GoogleNewsSource
from tocsin.domain.source_kinds.forums import DiscourseSource, GithubSource, HackerNewsSource, StackExchangeSource
from tocsin.domain.source_kinds.media import (
    Brand24Source,
    GdeltSource,
    MentionSourceEntry,
    NewsApiSource,
    TelegramSource,
    YoutubeSource,
)
from tocsin.domain.source_kinds.reviews import AppStoreSource, GoogleBusinessSource, GooglePlaySource, TrustpilotSource
from tocsin.domain.source_kinds.social import (
    BlueskySource,
    FacebookSource,
    InstagramSource,
    LemmySource,
    MastodonSource,
    RedditSource,
    ThreadsSource,
    XSource,
)

__all__ = ["KINDS", "FeedSource", "Source", "SourceBase"]

Source = Annotated[
    FeedSource
    | GoogleNewsSource
    | GoogleAlertsSource
    | MastodonSource
    | BlueskySource
    | RedditSource
    | LemmySource
    | XSource
    | FacebookSource
    | InstagramSource
    | ThreadsSource
    | HackerNewsSource
    | StackExchangeSource
    | GithubSource
    | DiscourseSource
    | AppStoreSource
    | GooglePlaySource
    | GoogleBusinessSource
    | TrustpilotSource
    | YoutubeSource
    | GdeltSource
    | NewsApiSource
    | TelegramSource
    | Brand24Source
    | MentionSourceEntry,
    Field(discriminator="kind"),
]

KINDS: dict[str, type[SourceBase]] = {
    get_args(model.model_fields["kind"].annotation)[0]: model for model in get_args(get_args(Source)[0])
}
"""The entry's model by ``kind``."""
