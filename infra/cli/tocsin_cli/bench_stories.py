"""`tocsin bench stories`: copies and rewordings of real posts, told apart from other posts about the same brand.

The posts lie beside the project, not in it; where they are absent the benchmark says so. Every pair is about one brand,
so that its name helps nothing. Translation is measured only where the sample tells one event in several languages.
"""

import gzip
import json
import random
import re
import time
import tracemalloc
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

from tocsin.domain.mention import Author, Mention
from tocsin.domain.reading import Reading, ScoredMention, Sentiment
from tocsin.domain.signature import alike, signature
from tocsin.domain.story_book import StoryBook
from tocsin.domain.story_form import packed
from tocsin_cli import bench_story_events
from tocsin_cli.bench_story_edits import EDITS

BENCH = Path(__file__).resolve().parents[3].parent / "shared" / "bench"
HEADINGS = ("stories", "pairs", "signature: recall", "precision", "book: recall", "precision")
SETS = {"en": "tweeteval_sentiment", "uk": "brighter_uk", "ru": "brighter_ru", "es": "umsab_es", "de": "umsab_de"}
"""The kept-aside part of each (val): the weights of common words were counted in the other."""
EACH = 230
FEWEST_WORDS = 6
BRAND = "Kavun"
NOW = datetime(2026, 3, 3, tzinfo=UTC)
REMEMBERED = 10_000


def measure() -> tuple[list[list[str]], dict[str, Any]]:
    """Rows of the table, and the same as data; without the posts a single row that says so."""
    if not (BENCH / "sentiment").is_dir():
        reason = "the posts are not here (../shared/bench)"
        return [[reason, *[""] * (len(HEADINGS) - 1)]], {"skipped": reason}
    posts = {language: posts_of(name)[:EACH] for language, name in SETS.items()}
    data: dict[str, Any] = {"strangers": _strangers(posts), "edits": {}}
    rows = [_row("different posts, taken for one", data["strangers"])]
    for name in EDITS:
        data["edits"][name] = found = _copies(name, posts)
        rows.append(_row(name, found))
    data["ordinary"] = ordinary = bench_story_events.ordinary_joined()
    rows.append(["ordinary complaints of a day", f"{ordinary['posts']:,} posts", "", "",
                 f"{_percent(ordinary['joined'])} join another's", ""])  # fmt: skip
    data["events"] = events = bench_story_events.measure(BENCH / "crisis" / "stories.jsonl")
    for name, figures in events.items():
        rows.append([f"one event in other words, {name}", f"{figures['pairs']:,}", "", "",
                     _percent(figures["recall"]), _percent(figures["precision"])])  # fmt: skip
    data |= _speed([text for texts in posts.values() for text in texts])
    data |= memory(REMEMBERED)
    rows += [[name.replace("_", " "), "", "", "", f"{value:,}", ""] for name, value in data.items()
             if not isinstance(value, dict)]  # fmt: skip
    return rows, data


def memory(mentions: int) -> dict[str, float]:
    """Megabytes that the book and all it remembers have at most while so many strangers' mentions go through it."""
    book, words = StoryBook((BRAND,)), random.Random(5)  # noqa: S311 the same each time
    tracemalloc.start()
    try:
        for number in range(mentions):
            book.add(_mention(invented(words), number, "en"))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    form = packed(book, NOW + timedelta(minutes=mentions))
    return {f"peak_mb_after_{mentions}_mentions": round(peak / 1e6, 1), "packed_kb": round(len(form) / 1e3, 1)}


def posts_of(name: str) -> list[str]:
    """Each post names the brand: where it named somebody by @, or before it."""
    found: dict[str, str] = {}
    with gzip.open(BENCH / "sentiment" / f"{name}.val.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            text, named = re.subn(r"@\w+", BRAND, json.loads(line)["text"], count=1)
            text = re.sub(r"@\w+|\bhttp\S*", "", text if named else f"{BRAND}: {text}").strip()
            if len(text.split()) >= FEWEST_WORDS:
                found.setdefault("".join(filter(str.isalnum, text.casefold())), text)
    return list(found.values())


def _strangers(posts: dict[str, list[str]]) -> dict[str, float]:
    """Of pairs of different posts about one brand, how many are taken for one; of posts, how many join another's."""
    pairs = wrong = joined = number = 0
    for language, texts in posts.items():
        signatures = [signature(text) for text in texts]
        pairs += len(texts) * (len(texts) - 1) // 2
        wrong += sum(alike(one, other) for one, other in combinations(signatures, 2))
        book = StoryBook((BRAND,))
        joined += sum(not book.add(_mention(text, at, language)).begun for at, text in enumerate(texts))
        number += len(texts)
    return {"pairs": pairs, "signature": wrong / pairs, "posts": number, "book": joined / number}


def _copies(name: str, posts: dict[str, list[str]]) -> dict[str, float]:
    """A copy of each post, against the post itself and against another; then through a book that holds them all."""
    edit, counts, pairs = EDITS[name], Counter[str](), 0
    for language, texts in posts.items():
        rng, book = random.Random(f"{name} {language}"), StoryBook((BRAND,))  # noqa: S311
        stories = [book.add(_mention(text, at, language)).story.id for at, text in enumerate(texts)]
        signatures = [signature(text) for text in texts]
        for at, text in enumerate(texts):
            copy = edit(rng, text, texts)
            hashed = signature(copy)
            counts["hashed"] += alike(signatures[at], hashed)
            counts["hashed wrongly"] += sum(alike(other, hashed) for other in signatures) - alike(
                signatures[at], hashed
            )
            added = book.add(_mention(copy, 10_000 + at, language))
            counts["right" if added.story.id == stories[at] else "new" if added.begun else "wrong"] += 1
            pairs += 1
    return {
        "pairs": pairs,
        "signature_recall": counts["hashed"] / pairs,
        "signature_precision": _share(counts["hashed"], counts["hashed wrongly"]),
        "book_recall": counts["right"] / pairs,
        "book_precision": _share(counts["right"], counts["wrong"]),
    }


def _speed(texts: Sequence[str]) -> dict[str, float]:
    """Microseconds: a signature of 80 to 120 characters warm, by the best of the rounds; a mention into the book."""
    middling = [text for text in texts if 80 <= len(text) <= 120]
    best = min(_spent(lambda: [signature(text) for text in middling]) for _ in range(5))
    book = StoryBook((BRAND,))
    mentions = list(_mentions(texts))
    added = _spent(lambda: [book.add(mention) for mention in mentions])
    return {"signature_us": round(best / len(middling), 1), "add_us": round(added / len(mentions), 1)}


def _spent(work: Any) -> float:
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1e6


def _mentions(texts: Sequence[str]) -> Iterator[ScoredMention]:
    return (_mention(text, at, "und") for at, text in enumerate(texts))


def _mention(text: str, number: int, language: str, sentiment: Sentiment = Sentiment.NEUTRAL) -> ScoredMention:
    at = NOW + timedelta(minutes=number % 10_000)
    mention = Mention(
        id=f"bench:{number}", source="bench", brand=BRAND, text=text, published_at=at, fetched_at=at,
        author=Author(id=str(number)),
    )  # fmt: skip
    return ScoredMention(mention=mention, reading=Reading(language=language, sentiment=sentiment))


def invented(words: random.Random) -> str:
    letters = "abcdefghijklmnopqrstuvwxyz"
    return " ".join("".join(words.choices(letters, k=words.randint(3, 9))) for _ in range(words.randint(6, 30)))


def _share(right: int, wrong: int) -> float:
    return right / (right + wrong) if right + wrong else 1.0


def _row(name: str, found: dict[str, float]) -> list[str]:
    if "book" in found:
        said = (
            f"{found['signature'] * 1e6:.0f} in a million pairs",
            f"{_percent(found['book'])} of {found['posts']:,} posts",
        )
        return [name, f"{found['pairs']:,}", said[0], "", said[1], ""]
    return [name, f"{found['pairs']:,}", *(_percent(found[key]) for key in
            ("signature_recall", "signature_precision", "book_recall", "book_precision"))]  # fmt: skip


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
