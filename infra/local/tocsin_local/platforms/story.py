"""A story: what the simulated platforms will publish, minute by minute."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import Field

from tocsin.domain.client import Client
from tocsin.domain.client_file import parse_client
from tocsin.domain.model import Frozen, UtcDatetime
from tocsin.domain.source_kinds import FeedSource

SVITANNA = Path(__file__).parent / "svitanna"


class Site(Frozen):
    url: str
    title: str
    format: Literal["rss", "atom", "json"]


class StoryPost(Frozen):
    """``at``: minutes from the first post of the crisis, negative before it."""

    at: float
    site: str
    author: str
    title: str
    text: str


class Story(Frozen):
    """``minutes``: how long the crisis is watched. ``posts`` stand in the order of publication."""

    crisis_at: UtcDatetime
    minutes: Annotated[int, Field(ge=1)]
    sites: dict[str, Site]
    posts: tuple[StoryPost, ...]

    def moment(self, at: float) -> datetime:
        return self.crisis_at + timedelta(minutes=at)

    def published(self, site: str, now: datetime) -> list[tuple[datetime, StoryPost]]:
        """What a site shows at this moment, newest first."""
        shown = [(self.moment(post.at), post) for post in self.posts if post.site == site]
        return sorted((pair for pair in shown if pair[0] <= now), key=lambda pair: pair[0], reverse=True)

    def looks(self) -> list[datetime]:
        """When to look: while calm after each minute in which something was said, in the crisis every minute.

        The first look comes a day before the crisis: what was said earlier is history by then, as with a real client.
        A schedule knows nothing of posts: it looks half a minute after them, which is what it takes on average.
        """
        first = -1_440.0
        calm = sorted({first, *(post.at + 0.5 for post in self.posts if first <= post.at < 0)})
        return [self.moment(minute) for minute in (*calm, *(minute + 0.5 for minute in range(self.minutes)))]


def load_story(folder: Path = SVITANNA) -> tuple[Client, Story]:
    """The story's client, with the addresses as in its file, and the story."""
    client = parse_client(yaml.safe_load((folder / "client.yaml").read_text(encoding="utf-8")), origin="client.yaml")
    story = Story.model_validate(yaml.safe_load((folder / "story.yaml").read_text(encoding="utf-8")))
    return client, story


def moved_to(client: Client, base: str) -> Client:
    """The same client, its sources served at ``base`` under the name of their host."""
    sources = tuple(
        FeedSource(**{**dict(source), "urls": tuple(base + url.split("://", 1)[1] for url in source.urls)})
        for source in client.sources
        if isinstance(source, FeedSource)
    )
    return client.model_copy(update={"sources": sources})
