"""What every entry under ``sources`` of a client's file has in common."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from tocsin.domain.brand import Brand
from tocsin.domain.fields import Name
from tocsin.domain.model import Frozen
from tocsin.domain.source_facts import FACTS
from tocsin.domain.sources import Budget, SourceUnit, unit_id

Minutes = Annotated[int, Field(ge=1, le=1_440)]
Handle = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\s/?#&]+$")]
Query = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=300)]
MediumName = Literal["news", "blog", "social", "forum", "video", "review", "chat"]


def _host(value: str) -> str:
    bare = value.strip().removeprefix("https://").rstrip("/").lower()
    try:
        parts = urlsplit(f"https://{bare}")
        good = bool(parts.hostname) and parts.netloc == bare and "@" not in bare and parts.port != 0
    except ValueError:
        good = False
    if not good or " " in bare or len(bare) > 253:
        raise ValueError(f"{value!r} is no host name; write it like mastodon.social")
    return bare


Host = Annotated[str, AfterValidator(_host)]
Country = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$", to_lower=True)]


class SourceBase(Frozen):
    """``every``: minutes between two looks while calm; ``every_in_crisis`` while an incident is open; ``brand``: all
    that is found here concerns it (else the brands' terms decide); ``budget``: what it may use up in a month."""

    kind: str
    every: Minutes = 15
    every_in_crisis: Minutes | None = None
    medium: MediumName = "social"
    brand: Name | None = None
    budget: Budget | None = None

    KEYED: ClassVar[bool] = False

    @model_validator(mode="after")
    def _has_a_price(self) -> "SourceBase":
        if self.budget is not None and self.budget.usd is not None and FACTS[self.kind].usd_per_post is None:
            raise ValueError(
                f"budget: what {self.kind} costs cannot be counted in money here; say budget: {{calls: ...}}"
            )
        return self

    def units(self, brands: tuple[Brand, ...]) -> Iterator[SourceUnit]:
        """What there is to ask for; each kind says it for itself."""
        raise NotImplementedError

    def asked(self, brands: tuple[Brand, ...]) -> tuple[Brand, ...]:
        """The brands that this source is searched for: the one it names, or all."""
        return tuple(brand for brand in brands if self.brand in {None, brand.name})

    def unit(self, *parts: str, url: str, **more: Any) -> SourceUnit:
        """``parts`` tell this unit from others of its kind, for ever: its cursor hangs on them."""
        kind = more.pop("kind", self.kind)
        facts: dict[str, Any] = {
            "id": unit_id(kind, *parts),
            "kind": kind,
            "url": url,
            "every": timedelta(minutes=self.every),
            "every_in_crisis": timedelta(minutes=self.every_in_crisis or min(5, max(self.every // 2, 1))),
            "medium": self.medium,
            "brand": self.brand,
            "keyed": self.KEYED,
            "budget": self.budget,
        }
        unit = SourceUnit(**facts | more)
        least = timedelta(minutes=FACTS[self.kind].least_every)  # of this kind, also where it is read as a feed
        every = max(unit.every, least)
        crisis = min(max(unit.every_in_crisis, least), every)
        return unit.model_copy(update={"every": every, "every_in_crisis": crisis})

    def searches(
        self, brands: tuple[Brand, ...], queries: Iterable[str], *, url: str, **more: Any
    ) -> Iterator[SourceUnit]:
        """A unit for each query of the file, or one for each brand with its terms."""
        given = tuple(queries)
        for query in given:
            yield self.unit(
                "search",
                url,
                query,
                url=url,
                **{"mode": "search", "target": query, "terms": (query,), "label": f"{url}: {query}"} | more,
            )
        if given:
            return
        for brand in self.asked(brands):
            yield self.unit(
                "search",
                url,
                "brand",
                brand.name,
                url=url,
                **{
                    "mode": "search",
                    "terms": brand.asked_terms,
                    "searches": brand.name,
                    "label": f"{url}: {brand.name}",
                }
                | more,
            )


def handles(names: Iterable[str]) -> tuple[str, ...]:
    """The accounts among a brand's official names: «@acme», «@acme@server.example»; without the first @."""
    return tuple(name.removeprefix("@") for name in names if name.startswith("@") and len(name) > 1)
