"""What a client's file says of who reads the sentiment: our own model, or a service of the cloud for money."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from tocsin.domain.model import Frozen
from tocsin.domain.reader_prices import COMPREHEND_LANGUAGES, ModelPrice, price_of
from tocsin.domain.reading import ReaderKind

ModelId = Annotated[
    str,
    StringConstraints(max_length=140, pattern=r"^(?:[a-z-]{2,6}\.)?[a-z0-9]+\.[a-z0-9][a-z0-9.-]*(?::[0-9]{1,4})?$"),
]
"""A model's id, or that of a cross-region profile: the same with where it runs before it, like ``eu.``."""
LanguageTag = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
Price = Annotated[Decimal, Field(gt=0, le=1_000, max_digits=9, decimal_places=4)]
GEOGRAPHIES = ("apac", "au", "ca", "eu", "global", "jp", "us", "us-gov")


class TokenPrice(Frozen):
    """USD for a million tokens."""

    input: Price
    output: Price


class ReaderSettings(Frozen):
    """``monthly_usd``: the most that the cloud may cost in a calendar month (UTC); then ours reads alone.

    ``languages``: the only ones that the cloud is asked about; all that it knows without it. ``model`` and
    ``usd_per_million_tokens`` are Bedrock's; the price may be left out for a model whose price we know.
    """

    kind: ReaderKind = "own"
    monthly_usd: Annotated[Decimal, Field(gt=0, max_digits=9, decimal_places=2)] | None = None
    languages: Annotated[tuple[LanguageTag, ...], Field(max_length=40)] = ()
    model: ModelId | None = None
    usd_per_million_tokens: TokenPrice | None = None

    @model_validator(mode="after")
    def _of_its_kind(self) -> "ReaderSettings":
        if self.kind == "own":
            if self.languages or (self.monthly_usd, self.model, self.usd_per_million_tokens) != (None, None, None):
                raise ValueError(
                    "our own reader takes no more keys: say kind: comprehend or kind: bedrock, or leave it out"
                )
            return self
        if self.monthly_usd is None:
            raise ValueError(f"{self.kind} costs money for each text: say what it may cost, like monthly_usd: 10")
        if self.kind == "comprehend":
            self._check_comprehend()
        elif self.model is None:
            raise ValueError("bedrock has many models: say which, like model: eu.amazon.nova-micro-v1:0")
        elif self.token_price is None:
            raise ValueError(
                f"the price of {self.model} is not known: say it, like "
                "usd_per_million_tokens: {input: 0.1, output: 0.4}"
            )
        return self

    def _check_comprehend(self) -> None:
        if self.model is not None or self.usd_per_million_tokens is not None:
            raise ValueError("model and usd_per_million_tokens belong to kind: bedrock")
        if strange := [tag for tag in self.languages if tag not in COMPREHEND_LANGUAGES]:
            known = ", ".join(COMPREHEND_LANGUAGES)
            raise ValueError(f"comprehend does not read {', '.join(strange)}, so ours does; it knows {known}")

    @property
    def token_price(self) -> ModelPrice | None:
        """What the client's file says, else what we know."""
        return token_price(self.model, self.usd_per_million_tokens)

    @property
    def foundation_model(self) -> str | None:
        """The model itself, without where a profile lets it run; what an IAM policy names beside the profile."""
        return bare(self.model) if self.model else None


def token_price(model: str | None, said: TokenPrice | None) -> ModelPrice | None:
    """``said``: in the client's file."""
    if said is not None:
        return ModelPrice(said.input, said.output)
    return price_of(model) if model else None


def bare(model: str) -> str:
    place, _, rest = model.partition(".")
    return rest if place in GEOGRAPHIES else model
