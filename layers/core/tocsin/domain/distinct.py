"""How many different ones there were, in at most 128 bytes: exact while few, then HyperLogLog (Flajolet et al. 2007).

The order in which they came, and that one came again, changes nothing.
"""

import math
from hashlib import blake2b

EXACT = 24
"""Hashes that are kept themselves."""
REGISTERS = 128
_BITS = 7
_ALPHA = 0.7213 / (1 + 1.079 / REGISTERS)

Distinct = frozenset[int] | bytes
"""The 32-bit hashes themselves, or as many registers as REGISTERS. The standard error is 9 %."""

NOBODY: Distinct = frozenset()


def hashed(name: str) -> int:
    """32 bits."""
    return int.from_bytes(blake2b(name.encode("utf-8", "surrogatepass"), digest_size=4).digest(), "little")


def joined(seen: Distinct, value: int) -> Distinct:
    """With one more, by its 32-bit hash."""
    if isinstance(seen, bytes):
        place, rank = _place(value)
        return seen if seen[place] >= rank else seen[:place] + bytes((rank,)) + seen[place + 1 :]
    if value in seen:
        return seen
    grown = seen | {value}
    if len(grown) <= EXACT:
        return grown
    registers = bytearray(REGISTERS)
    for each in grown:
        place, rank = _place(each)
        registers[place] = max(registers[place], rank)
    return bytes(registers)


def united(seen: Distinct, more: Distinct) -> Distinct:
    """Those of both."""
    if not isinstance(more, bytes):
        for value in sorted(more):
            seen = joined(seen, value)
        return seen
    if not isinstance(seen, bytes):
        return united(more, seen)
    return bytes(map(max, seen, more))


def count(seen: Distinct) -> int:
    if not isinstance(seen, bytes):
        return len(seen)
    empty = seen.count(0)
    estimate = _ALPHA * REGISTERS**2 / sum(2.0**-rank for rank in seen)
    if estimate <= 2.5 * REGISTERS and empty:
        estimate = REGISTERS * math.log(REGISTERS / empty)
    return round(estimate)


def _place(value: int) -> tuple[int, int]:
    """The register, and the position of the first bit that is set in the rest."""
    rest = value >> _BITS
    return value & (REGISTERS - 1), 33 - _BITS - rest.bit_length()
