"""What is said in a drill: invented people say invented things, loud and many enough for the alarm to rise."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from tocsin.domain.drills import SOURCE, drill_brand
from tocsin.domain.mention import Author, Engagement, Medium, Mention

VOICES, LOUD = 14, 4
"""People, and how many of them are widely heard: the first, so that each text has such a voice where there are four."""
BEGAN_BEFORE = timedelta(minutes=14)
NEWS = "[news] "
"""Before a text that an outlet says, once."""
_LOUD = 1_500_000
_GROWN = timedelta(days=2_000)


def storm(brand: str, texts: Sequence[str], name: str, now: datetime, *, wave: int = 0) -> tuple[Mention, ...]:
    """``texts``: with ``{brand}`` for its name; ``name``: of the drill, which no other has; ``wave``: each says it
    anew. A few voices are widely heard, the others are many; their accounts are old, so that it is no raid."""
    said = [text for text in texts if not text.startswith(NEWS)]
    told = [said[number % len(said)] for number in range(VOICES)]
    printed = [text.removeprefix(NEWS) for text in texts if text.startswith(NEWS)]
    return tuple(
        Mention(
            id=f"{SOURCE}:{name}-{wave}-{number}",
            source=SOURCE,
            brand=drill_brand(brand),
            text=text.replace("{brand}", brand),
            published_at=now - BEGAN_BEFORE * max(VOICES - number, 1) / VOICES,
            fetched_at=now,
            author=Author(
                id=f"{name}-{number}",
                name=f"DRILL {number + 1}",
                followers=_followers(number),
                created_at=now - _GROWN,
            ),
            engagement=Engagement(shares=40 * max(VOICES - number, 1)),
            medium=Medium.SOCIAL if number < VOICES else Medium.NEWS,
        )
        for number, text in enumerate((*told, *printed))
    )


def _followers(number: int) -> int | None:
    if number >= VOICES:
        return None
    return _LOUD - 100_000 * number if number < LOUD else 3_000 + 500 * number
