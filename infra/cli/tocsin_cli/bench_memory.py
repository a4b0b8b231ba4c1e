"""`tocsin bench memory`: a million mentions of one brand through its book of stories and its authors.

Half are strangers' invented words, which no cache has seen, half are mixtures of real posts where those lie beside the
project; every tenth repeats an earlier one. It takes some ten minutes, so that it runs only when it is asked for.
"""

import random
import resource
import sys
import time
from datetime import timedelta
from typing import Any

from tocsin.domain.author_book import AuthorBook
from tocsin.domain.mention import Author, Mention
from tocsin.domain.reading import Reading, ScoredMention, Sentiment
from tocsin.domain.story_book import StoryBook
from tocsin.domain.story_form import packed
from tocsin_cli.bench_stories import BENCH, BRAND, NOW, SETS, invented, posts_of

HEADINGS = ("memory: mentions so far", "peak of the process, MB", "of it since the first, MB", "stories", "packed, KB")
MOST = 1_000_000
PEOPLE = 50_000
A_DAY = 2_000
"""Mentions of a day."""
KEPT = 200
"""Earlier texts from which a copy is taken."""


def measure(most: int = MOST) -> tuple[list[list[str]], dict[str, Any]]:
    """Rows of the table after 1,000, 10,000 ... mentions, and the same as data."""
    book, authors, words = StoryBook((BRAND,)), AuthorBook(), random.Random(7)  # noqa: S311 the same each time
    real = [post for name in SETS.values() for post in posts_of(name)] if (BENCH / "sentiment").is_dir() else []
    told: list[str] = []
    before, start = _peak(), time.process_time()
    found: list[dict[str, Any]] = []
    for number in range(1, most + 1):
        text = words.choice(told) if told and number % 10 == 0 else _text(words, real)
        told = [*told[-KEPT:], text] if number % 7 == 0 else told
        scored = _scored(text, number, words)
        book.add(scored)
        if scored.matters:
            authors.add(scored)
        if number == most or (number >= 1_000 and str(number).strip("0") == "1"):
            now = scored.mention.published_at
            peak = _peak()
            found.append(
                {
                    "mentions": number,
                    "peak_mb": round(peak, 1),
                    "grown_mb": round(peak - before, 1),
                    "stories": len(book.stories),
                    "packed_kb": round((len(packed(book, now)) + len(authors.packed(now))) / 1e3, 1),
                    "us_a_mention": round((time.process_time() - start) * 1e6 / number),
                }
            )
            print(found[-1], file=sys.stderr, flush=True)
    rows = [
        [f"{one['mentions']:,}", f"{one['peak_mb']}", f"{one['grown_mb']}", str(one["stories"]), f"{one['packed_kb']}"]
        for one in found
    ]
    return rows, {"memory": found, "real_posts": len(real)}


def _text(words: random.Random, real: list[str]) -> str:
    if not real or words.random() < 0.5:
        return invented(words)
    one, other = words.choice(real).split(), words.choice(real).split()
    return " ".join((*one[: len(one) // 2], *other[len(other) // 2 :]))


def _scored(text: str, number: int, words: random.Random) -> ScoredMention:
    at = NOW + timedelta(days=number / A_DAY)
    mention = Mention(
        id=f"bench:{number}", source="bench", brand=BRAND, text=text, published_at=at, fetched_at=at,
        author=Author(id=str(words.randrange(PEOPLE))),
    )  # fmt: skip
    sentiment = Sentiment.NEGATIVE if words.random() < 0.3 else Sentiment.NEUTRAL
    return ScoredMention(mention=mention, reading=Reading(language="und", sentiment=sentiment))


def _peak() -> float:
    """Megabytes that this process has held at most (Linux tells kilobytes, macOS bytes)."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1e6 if sys.platform == "darwin" else 1e6 / 1024)
