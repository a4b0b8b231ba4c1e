"""What a client's file says of the words: who writes drafts, who approves them, how people are addressed."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from tocsin.domain.fields import Email, Language
from tocsin.domain.levels import Level
from tocsin.domain.model import Frozen
from tocsin.domain.reader_prices import ModelPrice
from tocsin.domain.reader_settings import ModelId, TokenPrice, bare, token_price
from tocsin.domain.said import Scenario
from tocsin.domain.text_kinds import Kind

NEVER: Literal["never"] = "never"
Address = Literal["formal", "informal"]


class WordSettings(Frozen):
    """``client_approves_from``: the level from which the client's own people approve what is said in public.
    ``address``: usted or tú; Ukrainian says ви either way. ``monthly_usd``: the most that drafts by a model may cost
    in a calendar month (UTC); then templates alone. ``model`` and ``usd_per_million_tokens`` as for the reader."""

    by: Literal["template", "bedrock"] = "template"
    client_approves_from: Literal["never"] | Level = NEVER
    address: Address = "formal"
    monthly_usd: Annotated[Decimal, Field(gt=0, max_digits=9, decimal_places=2)] | None = None
    model: ModelId | None = None
    usd_per_million_tokens: TokenPrice | None = None

    @model_validator(mode="after")
    def _of_its_kind(self) -> "WordSettings":
        if self.by == "template":
            if (self.monthly_usd, self.model, self.usd_per_million_tokens) != (None, None, None):
                raise ValueError("monthly_usd, model and usd_per_million_tokens belong to by: bedrock")
            return self
        if self.monthly_usd is None:
            raise ValueError("a model costs money for each draft: say what it may cost, like monthly_usd: 5")
        if self.model is None:
            raise ValueError("bedrock has many models: say which, like model: eu.amazon.nova-lite-v1:0")
        if self.token_price is None:
            raise ValueError(
                f"the price of {self.model} is not known: say it, like "
                "usd_per_million_tokens: {input: 0.1, output: 0.4}"
            )
        return self

    @property
    def token_price(self) -> ModelPrice | None:
        return token_price(self.model, self.usd_per_million_tokens)

    @property
    def foundation_model(self) -> str | None:
        """Without where a profile lets it run; what an IAM policy names beside the profile."""
        return bare(self.model) if self.model else None


class PreparedText(Frozen):
    """A text that was approved ahead, as it stands: good through the day ``expires``."""

    scenario: Scenario
    kind: Kind
    language: Language
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=6_000)]
    approved_by: Email
    expires: date

    def good_on(self, day: date) -> bool:
        return day <= self.expires
