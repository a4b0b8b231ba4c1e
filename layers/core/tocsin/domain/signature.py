"""A 64-bit similarity hash of a text: near-duplicates differ in few bits (Charikar, STOC 2002)."""

from collections import Counter
from hashlib import blake2b
from itertools import pairwise

from tocsin.domain.tokens import clean, heard, raw_tokens

BITS = 64
ALIKE = 10
"""Bits that may differ between two wordings of one text."""
LONGEST = 2_000
"""Characters looked at: a copy is known by its beginning."""


def signature(text: str) -> int:
    """0 for a text without words."""
    words = [
        word
        for raw in raw_tokens(clean(text[:LONGEST]))
        for word in heard(raw)[0]
        if word[:1].isalnum() and len(word) > 1
    ]
    if not words:
        return 0
    features = Counter([*words, *(f"{a} {b}" for a, b in pairwise(words))])
    sums = [0] * BITS
    for feature, weight in features.items():
        value = int.from_bytes(blake2b(feature.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")
        for bit in range(BITS):
            sums[bit] += weight if value >> bit & 1 else -weight
    return sum(1 << bit for bit in range(BITS) if sums[bit] > 0) or 1


def alike(one: int, other: int) -> bool:
    """Texts without words are like nothing."""
    return bool(one and other) and (one ^ other).bit_count() <= ALIKE
