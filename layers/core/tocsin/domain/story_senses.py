"""Words of one meaning in five languages: «собака», «perro» and «Hund» are one sense, whatever their endings.

Senses are clusters of a multilingual teacher's word vectors, turned so that the keywords of one emoji in two languages
(Unicode CLDR) fall together; ``infra/training/story_senses.py`` writes them (``story_senses.bin``). A sense is a hint,
never a proof: a third of them hold words that are merely akin.
"""

import math
import struct
import sys
from array import array
from bisect import bisect_left
from functools import cache, lru_cache
from hashlib import blake2b
from importlib.resources import files

MAGIC = b"SNS2"
HEAD = struct.Struct("<4sHI")
"""Magic, number of senses, number of beginnings."""
SCALE, FULL = 20, 250
"""A sense's weight is kept in twentieths of a natural logarithm, a likeness in parts of FULL."""
AKIN = 6
"""Neighbours that are kept of a sense."""
SHORTEST, LONGEST = 4, 12
CACHED = 2_048


def sense_of(word: str) -> int | None:
    """Of a plain word: that of the word itself, else of its longest known beginning; None when it is unknown."""
    keys, senses = _table()[:2]
    longest = min(len(word), LONGEST)
    for beginning in (f"={word}", *(word[:size] for size in range(longest, SHORTEST - 1, -1))):
        key = hash_of(beginning)
        place = bisect_left(keys, key)
        if place < len(keys) and keys[place] == key:
            return senses[place]
    return None


def weight_of(sense: int) -> float:
    """How rare it is: ln(1 / share of posts); of a number that is no sense, that of the rarest."""
    weights = _table()[2]
    return weights[sense] if sense < len(weights) else max(weights)


@lru_cache(maxsize=CACHED)
def akin_to(sense: int) -> tuple[tuple[int, float], ...]:
    """Senses near to it and how like they are, 0-1, the likest first."""
    weights, near = _table()[2:]
    if sense >= len(weights):
        return ()
    numbers, likeness = near[: 2 * AKIN * len(weights)], near[2 * AKIN * len(weights) :]
    at = AKIN * sense
    return tuple(
        (int.from_bytes(numbers[2 * place : 2 * place + 2], "little"), likeness[place] / FULL)
        for place in range(at, at + AKIN)
        if likeness[place]
    )


def hash_of(beginning: str) -> int:
    """32 bits."""
    return int.from_bytes(blake2b(beginning.encode("utf-8", "surrogatepass"), digest_size=4).digest(), "little")


def form_of(beginnings: dict[str, int], shares: list[float], near: list[list[tuple[int, float]]]) -> bytes:
    """What ``story_senses.bin`` holds: hashes in order, their senses; of each sense its weight and its neighbours."""
    hashed: dict[int, int] = {}
    for beginning, sense in beginnings.items():
        hashed.setdefault(hash_of(beginning), sense)
    keys = array("I", sorted(hashed))
    senses = array("H", [hashed[key] for key in keys])
    if sys.byteorder == "big":
        keys.byteswap()
        senses.byteswap()
    weights = bytes(min(255, round(-SCALE * math.log(max(share, 3e-6)))) for share in shares)
    filled = [[*found[:AKIN], *[(0, 0.0)] * (AKIN - len(found))] for found in near]
    numbers = b"".join(sense.to_bytes(2, "little") for found in filled for sense, _ in found)
    likeness = bytes(round(FULL * like) for found in filled for _, like in found)
    return HEAD.pack(MAGIC, len(shares), len(keys)) + keys.tobytes() + senses.tobytes() + weights + numbers + likeness


@cache
def _table() -> tuple[array[int], array[int], tuple[float, ...], bytes]:
    form = files("tocsin.domain").joinpath("story_senses.bin").read_bytes()
    _, senses, beginnings = HEAD.unpack_from(form)
    ends = HEAD.size + 4 * beginnings, HEAD.size + 6 * beginnings
    keys, of_keys = array("I", form[HEAD.size : ends[0]]), array("H", form[ends[0] : ends[1]])
    if sys.byteorder == "big":
        keys.byteswap()
        of_keys.byteswap()
    weights = tuple(value / SCALE for value in form[ends[1] : ends[1] + senses])
    return keys, of_keys, weights, form[ends[1] + senses :]
