"""A brand: what names it, what does not, and which voices are its own."""

from typing import Annotated

from pydantic import Field

from tocsin.domain.fields import Name, Term
from tocsin.domain.model import Frozen


class Competitor(Frozen):
    name: Name
    terms: Annotated[tuple[Term, ...], Field(min_length=1)]


class Brand(Frozen):
    """``terms`` name it, ``exclude`` unmake a match, ``require_near`` must stand beside an ambiguous term."""

    name: Name
    terms: Annotated[tuple[Term, ...], Field(min_length=1, max_length=100)]
    exclude: tuple[Term, ...] = ()
    require_near: tuple[Term, ...] = ()
    official: tuple[Name, ...] = ()
    competitors: tuple[Competitor, ...] = ()
    ordinary_topics: tuple[Name, ...] = ()
