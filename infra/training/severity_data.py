"""What teaches the severity head: labelled posts by several writers, and ordinary posts that are not grave."""

import json
import random
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zlib import crc32

from corpus import training

from tocsin.domain.matter_words import fold, plain
from tocsin.domain.severity_head import LANES, SCENARIOS
from tocsin.domain.severity_stands import places_of

Row = dict[str, Any]
LABELLED = ("tune", "tune2", "tune3", "tune4", "tune5", "tune6", "blind1")
TUNE2 = ((0, 150, "b"), (150, 370, "c"), (370, 450, "d"))
"""Who wrote which lines of tune2; the other files have one writer each."""
TRAPS, OF_TRAPS = ("tune5", "tune6"), ("traps a", "traps b", "traps c")
"""Written for what is mistaken most; told apart by brand, since nobody else wrote of some of it."""
ORDINARY = {"brighter_uk": 1_500, "brighter_ru": 900, "brighter_en": 500, "brighter_es": 700, "brighter_de": 700,
            "umsab_en": 700, "umsab_es": 1_000, "umsab_de": 1_000, "tweeteval_sentiment": 2_000}  # fmt: skip
NAME = "Kavun"
"""Put before every second ordinary post, as the guard of the bench does with another half."""


def labelled(folder: Path) -> list[Row]:
    """The labelled posts, each with its `writer`."""
    found = []
    for name in LABELLED:
        for number, line in enumerate((folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()):
            writer = name
            if name == "tune2":
                writer = next(who for first, last, who in TUNE2 if first <= number < last)
            row = json.loads(line)
            if name in TRAPS:
                writer = OF_TRAPS[crc32(row["brand"].encode()) % len(OF_TRAPS)]
            found.append(row | {"writer": writer})
    return found


def longer(rows: list[Row]) -> list[Row]:
    """Posts that are not grave, joined two to four: who invents posts tells grave ones at length and ordinary ones in
    a line, and a long one must not be grave for that. They keep their writer, so that no other learns from them."""
    chance, found = random.Random(0), []  # noqa: S311
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        if not row["grave"] and row["writer"] != "tune":
            groups.setdefault((row["writer"], row["lang"]), []).append(row)
    for plain_ones in groups.values():
        for row in plain_ones:
            others = chance.sample(plain_ones, min(len(plain_ones), chance.randint(1, 3)))
            text = "\n".join(each["text"] for each in [row, *others])
            found.append(row | {"text": text, "joined": True})
    return found


def ordinary(folder: Path) -> list[Row]:
    chance, found = random.Random(0), []  # noqa: S311 the same each time is what is wanted
    for name, rows in training(folder, tuple(ORDINARY)):
        for row in chance.sample(rows, min(ORDINARY[name], len(rows))):
            named = chance.random() < 0.5
            text = f"{NAME}: {row['text']}" if named else row["text"]
            language = row["lang"].split("-")[0]
            found.append({"text": text, "lang": language, "brand": NAME if named else "", "writer": "ordinary"})
    return found


def labels(row: Row) -> dict[str, float]:
    """Of each lane and scenario that the label tells of: an ordinary post is only known not to be grave."""
    if row["writer"] == "ordinary" or row.get("joined"):
        return dict.fromkeys(("grave", *SCENARIOS), 0.0)
    told = {lane: float(lane in (row["aim"], row["claim"])) for lane in LANES}
    told |= {"grave": float(row["grave"]), "complaint": float(row["complaint"])}
    return told | {each: float(bool(row["grave"]) and row["scenario"] == each) for each in SCENARIOS}


def without_brand(tokens: Sequence[str], brand: str) -> list[str]:
    """The name of an invented brand would teach nothing that holds for another."""
    named = set(places_of(tokens, (brand,)))
    return [token for at, token in enumerate(tokens) if at not in named]


def forms(listed: Sequence[str]) -> list[str]:
    """Words as the head looks them up, the most frequent writing first."""
    letters = re.compile(r"[^\W\d_]{2,}")
    return list(dict.fromkeys(plain(fold(word)) for word in listed if letters.fullmatch(word.replace("'", ""))))
