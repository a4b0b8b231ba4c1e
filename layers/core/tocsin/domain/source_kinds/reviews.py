"""Reviews of apps, places and companies: everything there concerns the brand."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from tocsin.domain.brand import Brand
from tocsin.domain.source_kinds.base import Country, MediumName, Minutes, SourceBase
from tocsin.domain.sources import SourceUnit

AppId = Annotated[str, StringConstraints(pattern=r"^\d{1,15}$")]


class AppStoreSource(SourceBase):
    """``apps``: numeric ids; ``countries``: two letters each."""

    kind: Literal["appstore"]
    apps: Annotated[tuple[AppId, ...], Field(min_length=1, max_length=20)]
    countries: Annotated[tuple[Country, ...], Field(min_length=1, max_length=40)] = ("us",)
    every: Minutes = 30
    medium: MediumName = "review"

    def units(self, brands: tuple[Brand, ...]) -> Iterator[SourceUnit]:
        for app in self.apps:
            for country in self.countries:
                yield self.unit(
                    app,
                    country,
                    url=f"https://apps.apple.com/{country}/app/id{app}",
                    mode="reviews",
                    target=app,
                    locale=country,
                    brand=self.brand or brands[0].name,
                )


class _OwnReviews(SourceBase):
    every: Minutes = 60
    medium: MediumName = "review"

    KEYED = True

    def reviews_of(self, targets: tuple[str, ...], address: str, brands: tuple[Brand, ...]) -> Iterator[SourceUnit]:
        for target in targets:
            yield self.unit(
                target, url=f"{address}{target}", mode="reviews", target=target, brand=self.brand or brands[0].name
            )


Package = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)+$", max_length=150)
]


class GooglePlaySource(_OwnReviews):
    """The client's own apps: reviews of the last seven days. ``packages``: like com.example.app."""

    kind: Literal["googleplay"]
    packages: Annotated[tuple[Package, ...], Field(min_length=1, max_length=20)]

    def units(self, brands: tuple[Brand, ...]) -> Iterator[SourceUnit]:
        yield from self.reviews_of(self.packages, "https://play.google.com/store/apps/details?id=", brands)


Location = Annotated[str, StringConstraints(pattern=r"^accounts/[\w-]+/locations/[\w-]+$")]


class GoogleBusinessSource(_OwnReviews):
    """The client's own places. ``locations``: accounts/…/locations/…"""

    kind: Literal["googlebusiness"]
    locations: Annotated[tuple[Location, ...], Field(min_length=1, max_length=200)]

    def units(self, brands: tuple[Brand, ...]) -> Iterator[SourceUnit]:
        yield from self.reviews_of(self.locations, "https://business.google.com/", brands)


BusinessUnit = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{24}$", to_lower=True)]


class TrustpilotSource(_OwnReviews):
    """``businesses``: ids of business units, 24 letters and digits each; not the company's domain."""

    kind: Literal["trustpilot"]
    businesses: Annotated[tuple[BusinessUnit, ...], Field(min_length=1, max_length=20)]

    def units(self, brands: tuple[Brand, ...]) -> Iterator[SourceUnit]:
        yield from self.reviews_of(self.businesses, "https://www.trustpilot.com/review/", brands)
