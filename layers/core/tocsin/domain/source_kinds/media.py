"""News and video, messengers, and other monitors whose findings a client already pays for."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from tocsin.domain.brand import Brand
from tocsin.domain.source_kinds.base import Handle, MediumName, Minutes, Query, SourceBase
from tocsin.domain.source_kinds.feeds import RSS
from tocsin.domain.sources import SourceUnit

ChannelId = Annotated[str, StringConstraints(pattern=r"^UC[\w-]{22}$")]


class YoutubeSource(SourceBase):
    """``channels``: ids (UC…) whose new videos are read as a feed, without a key. With the client's key: ``search``
    or ``queries`` (100 calls a day for all of them together), comments under the videos found and on
    ``own_channels`` (10,000 units a day)."""

    kind: Literal["youtube"]
    channels: tuple[ChannelId, ...] = ()
    own_channels: tuple[ChannelId, ...] = ()
    search: bool = False
    queries: tuple[Query, ...] = ()
    every: Minutes = 60
    medium: MediumName = "video"

    @model_validator(mode="after")
    def _asks_for_something(self) -> "YoutubeSource":
        if not (self.channels or self.own_channels or self.search or self.queries):
            raise ValueError("names neither channels, own_channels, queries nor search: true")
        return self

    def units(self, brands: tuple[Brand, ...]) -> Iterator[SourceUnit]:
        for channel in self.channels:
            url = f"https://www.youtube.com/feeds/videos.xml?channel_id={channel}"
            yield self.unit(url, url=url, kind=RSS)
        for channel in self.own_channels:
            yield self.unit(
                "comments",
                channel,
                url=f"https://www.youtube.com/channel/{channel}",
                mode="comments",
                target=channel,
                keyed=True,
                brand=self.brand or brands[0].name,
            )
        if self.search or self.queries:
            yield from self.searches(brands, self.queries, url="https://www.youtube.com/results", keyed=True)


Language2 = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]


class GdeltSource(SourceBase):
    """The world's news as GDELT sees it; best effort. ``languages``: two letters each; all without."""

    kind: Literal["gdelt"]
    languages: tuple[Language2, ...] = ()
    queries: tuple[Query, ...] = ()
    every: Minutes = 15
    medium: MediumName = "news"

    def units(self, brands: tuple[Brand, ...]) -> Iterator[SourceUnit]:
        for language in self.languages or ("",):
            yield from self.searches(
                brands, self.queries, url=f"https://www.gdeltproject.org/{language}".rstrip("/"), locale=language
            )


NewsApiLanguage = Literal["ar", "de", "en", "es", "fr", "he", "it", "nl", "no", "pt", "ru", "sv", "ud", "zh"]


class NewsApiSource(SourceBase):
    """``languages``: of those that NewsAPI tells apart, which Ukrainian is not among; all of them without."""

    kind: Literal["newsapi"]
    languages: tuple[NewsApiLanguage, ...] = ()
    queries: tuple[Query, ...] = ()
    every: Minutes = 30
    medium: MediumName = "news"

    KEYED = True

    def units(self, brands: tuple[Brand, ...]) -> Iterator[SourceUnit]:
        for language in self.languages or ("",):
            yield from self.searches(
                brands, self.queries, url=f"https://newsapi.org/{language}".rstrip("/"), locale=language
            )


ChannelName = Annotated[str, StringConstraints(pattern=r"^@?[A-Za-z][A-Za-z0-9_]{3,31}$")]


class TelegramSource(SourceBase):
    """``channels``: public channels, read from their web preview: unofficial, so ``accept_terms: true`` says that the
    client knows it (docs/sources.md). ``bot: true``: the client's own bot hears the chats that it was added to.
    ``catalogue: true``: public channels are searched at TGStat, with the client's paid token (``queries``, or the
    brands' terms)."""

    kind: Literal["telegram"]
    channels: Annotated[tuple[ChannelName, ...], Field(max_length=300)] = ()
    accept_terms: bool = False
    bot: bool = False
    catalogue: bool = False
    queries: tuple[Query, ...] = ()
    every: Minutes = 5
    medium: MediumName = "chat"

    @model_validator(mode="after")
    def _is_informed(self) -> "TelegramSource":
        if self.channels and not self.accept_terms:
            raise ValueError(
                "channels are read from Telegram's web preview, which promises nothing and may end: say accept_terms:"
                " true if the client agrees (docs/sources.md says to what)"
            )
        if not self.channels and not self.bot and not self.catalogue:
            raise ValueError("names neither channels nor bot: true nor catalogue: true")
        if self.queries and not self.catalogue:
            raise ValueError("queries are for catalogue: true; channels are read whole")
        return self

    def units(self, brands: tuple[Brand, ...]) -> Iterator[SourceUnit]:
        for channel in self.channels:
            name = channel.removeprefix("@")
            yield self.unit(
                "channel",
                name.lower(),
                url=f"https://t.me/s/{name}",
                mode="channel",
                target=name,
                every_in_crisis=timedelta(minutes=self.every_in_crisis or 1),
            )
        if self.bot:
            yield self.unit(
                "bot", url="https://t.me", mode="bot", label="Telegram bot", keyed=True, every=timedelta(minutes=1)
            )
        if self.catalogue:  # each look is billed
            yield from self.searches(
                brands,
                self.queries,
                url="https://tgstat.com/search",
                mode="catalogue",
                keyed=True,
                every=timedelta(minutes=max(self.every, 60)),
                every_in_crisis=timedelta(minutes=max(self.every_in_crisis or 15, 15)),
            )


class Brand24Source(SourceBase):
    """``projects``: their numbers. Each look reads some hours again and Brand24 counts rows: hence so slow."""

    kind: Literal["brand24"]
    projects: Annotated[tuple[Handle, ...], Field(min_length=1, max_length=20)]
    every: Minutes = 60

    KEYED = True

    def units(self, brands: tuple[Brand, ...]) -> Iterator[SourceUnit]:  # noqa: ARG002
        for project in self.projects:
            yield self.unit(project, url=f"https://app.brand24.com/project/{project}", mode="project", target=project)


class MentionSourceEntry(SourceBase):
    """Alerts of mention.com. ``alerts``: account/alert."""

    kind: Literal["mention"]
    alerts: Annotated[tuple[Annotated[str, Field(pattern=r"^[\w-]+/\d+$")], ...], Field(min_length=1, max_length=20)]
    every: Minutes = 30

    KEYED = True

    def units(self, brands: tuple[Brand, ...]) -> Iterator[SourceUnit]:  # noqa: ARG002
        for alert in self.alerts:
            yield self.unit(
                alert, url="https://web.mention.com", mode="alert", target=alert, label=f"mention.com {alert}"
            )
