"""A drill burns for a brand of its own, which nothing that is kept of the real one can be mistaken for.

Counters, signals, stories, baselines, states and incidents are all kept by the brand's name: a drill under another name
touches none of them. The name begins with a word that no real brand may begin with, so that it stands in every text
that names the brand, whoever writes it.
"""

from datetime import timedelta

MARK = "DRILL: "
SOURCE = "drill"
LONGEST = timedelta(hours=2)
"""It ends by itself, if who began it has gone."""


def is_drill(brand: str) -> bool:
    return brand.startswith(MARK)


def drill_brand(brand: str) -> str:
    """The name that a drill of this brand burns under."""
    return f"{MARK}{brand}"


def rehearsed(brand: str) -> str:
    """The real brand's name, of a drill's or of its own."""
    return brand.removeprefix(MARK)
