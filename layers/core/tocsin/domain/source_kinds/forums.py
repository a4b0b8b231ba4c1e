"""Forums and developers' sites: the ``tech`` preset, off for a bakery."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from tocsin.domain.brand import Brand
from tocsin.domain.source_kinds.base import Handle, Host, MediumName, Minutes, Query, SourceBase
from tocsin.domain.sources import SourceUnit


class HackerNewsSource(SourceBase):
    kind: Literal["hackernews"]
    queries: tuple[Query, ...] = ()
    every: Minutes = 5
    medium: MediumName = "forum"

    def units(self, brands: tuple[Brand, ...]) -> Iterator[SourceUnit]:
        yield from self.searches(brands, self.queries, url="https://news.ycombinator.com")


class StackExchangeSource(SourceBase):
    """``key: true``: the client has a free key, good for 10,000 calls a day instead of 300."""

    kind: Literal["stackexchange"]
    sites: Annotated[tuple[Handle, ...], Field(min_length=1, max_length=20)] = ("stackoverflow",)
    queries: tuple[Query, ...] = ()
    key: bool = False
    every: Minutes = 30
    medium: MediumName = "forum"

    def units(self, brands: tuple[Brand, ...]) -> Iterator[SourceUnit]:
        for site in self.sites:
            yield from self.searches(
                brands, self.queries, url=f"https://stackexchange.com/search/{site}", server=site, keyed=self.key
            )


class GithubSource(SourceBase):
    """Issues and pull requests, of all GitHub or of ``repos`` (owner/name). ``token: true``: 30 searches a minute
    instead of 10."""

    kind: Literal["github"]
    repos: tuple[Annotated[str, Field(pattern=r"^[\w.-]+/[\w.-]+$")], ...] = ()
    queries: tuple[Query, ...] = ()
    token: bool = False
    every: Minutes = 15
    medium: MediumName = "forum"

    def units(self, brands: tuple[Brand, ...]) -> Iterator[SourceUnit]:
        for repo in self.repos:
            yield self.unit("repo", repo, url=f"https://github.com/{repo}", mode="repo", target=repo, keyed=self.token)
        if self.queries or not self.repos:
            yield from self.searches(brands, self.queries, url="https://github.com/search", keyed=self.token)


class DiscourseSource(SourceBase):
    """``servers``: forums that run Discourse. A forum of the brand's own takes ``brand``."""

    kind: Literal["discourse"]
    servers: Annotated[tuple[Host, ...], Field(min_length=1, max_length=50)]
    queries: tuple[Query, ...] = ()
    every: Minutes = 15
    medium: MediumName = "forum"

    def units(self, brands: tuple[Brand, ...]) -> Iterator[SourceUnit]:
        for server in self.servers:
            if self.brand:
                yield self.unit("latest", server, url=f"https://{server}", mode="latest", server=server)
            else:
                yield from self.searches(brands, self.queries, url=f"https://{server}", server=server)
