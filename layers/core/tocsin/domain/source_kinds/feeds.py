"""Everything that comes as a feed: one connector, several ways to its address."""

from collections.abc import Iterator
from typing import Annotated, Literal
from urllib.parse import urlencode

from pydantic import Field, StringConstraints

from tocsin.domain.brand import Brand
from tocsin.domain.fields import WebUrl
from tocsin.domain.source_kinds.base import MediumName, Minutes, Query, SourceBase
from tocsin.domain.sources import SourceUnit

RSS = "rss"


class FeedSource(SourceBase):
    """RSS, Atom, RDF or JSON feeds, comment feeds of WordPress among them."""

    kind: Literal["rss"]
    urls: Annotated[tuple[WebUrl, ...], Field(min_length=1, max_length=300)]
    every: Minutes = 5
    medium: MediumName = "news"

    def units(self, brands: tuple[Brand, ...]) -> Iterator[SourceUnit]:  # noqa: ARG002 the same for all brands
        for url in self.urls:
            yield self.unit(url, url=url)


Edition = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-419)?-[A-Z]{2}$")]


class GoogleNewsSource(SourceBase):
    """Google News' search as a feed. ``editions``: language and country, like uk-UA or es-ES."""

    kind: Literal["googlenews"]
    editions: Annotated[tuple[Edition, ...], Field(min_length=1, max_length=10)] = ("en-US",)
    queries: tuple[Query, ...] = ()
    every: Minutes = 15
    medium: MediumName = "news"

    def units(self, brands: tuple[Brand, ...]) -> Iterator[SourceUnit]:
        asked = self.queries or tuple(query for brand in self.asked(brands) for query in any_of(brand.asked_terms))
        for edition in self.editions:
            language, _, country = edition.rpartition("-")
            for query in asked:
                address = {
                    "q": f"{query} when:1d",
                    "hl": language,
                    "gl": country,
                    "ceid": f"{country}:{language}",
                }
                url = f"https://news.google.com/rss/search?{urlencode(address)}"
                yield self.unit(url, url=url, kind=RSS, label=f"Google News {edition}: {query}")


def any_of(terms: tuple[str, ...], most: int = 8) -> Iterator[str]:
    """So many terms a query: the address must stay short enough for servers on the way."""
    for start in range(0, len(terms), most):
        yield " OR ".join(f'"{term}"' for term in terms[start : start + most])


class GoogleAlertsSource(SourceBase):
    """Feeds of alerts that were made by hand at google.com/alerts. The address is a secret: it is never shown."""

    kind: Literal["googlealerts"]
    urls: Annotated[tuple[WebUrl, ...], Field(min_length=1, max_length=50)]
    every: Minutes = 15
    medium: MediumName = "news"

    def units(self, brands: tuple[Brand, ...]) -> Iterator[SourceUnit]:  # noqa: ARG002
        for number, url in enumerate(self.urls, start=1):
            yield self.unit(url, url=url, kind=RSS, label=f"Google Alert {number}")
