"""What is said in a drill: invented people say invented things, loud and many enough for the alarm to rise."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from tocsin.domain.drills import SOURCE, drill_brand
from tocsin.domain.mention import Author, Engagement, Medium, Mention

VOICES = 14
BEGAN_BEFORE = timedelta(minutes=14)
_LOUD = 1_500_000
_GROWN = timedelta(days=2_000)


def storm(brand: str, texts: Sequence[str], name: str, now: datetime, *, wave: int = 0) -> tuple[Mention, ...]:
    """``texts``: with ``{brand}`` for its name; ``name``: of the drill, which no other has; ``wave``: each says it
    anew. One voice is widely heard, the others are many; their accounts are old, so that it is no raid."""
    return tuple(
        Mention(
            id=f"{SOURCE}:{name}-{wave}-{number}",
            source=SOURCE,
            brand=drill_brand(brand),
            text=texts[number % len(texts)].replace("{brand}", brand),
            published_at=now - BEGAN_BEFORE * (VOICES - number) / VOICES,
            fetched_at=now,
            author=Author(
                id=f"{name}-{number}",
                name=f"DRILL {number + 1}",
                followers=_LOUD if number == 0 else 3_000 + 500 * number,
                created_at=now - _GROWN,
            ),
            engagement=Engagement(shares=40 * (VOICES - number)),
            medium=Medium.SOCIAL,
        )
        for number in range(VOICES)
    )
