"""Alarm levels, in order of gravity (crisis practice, section 3)."""

from enum import StrEnum


class Level(StrEnum):
    """How badly it burns. Comparable: ``Level.CALM < Level.SEVERE``."""

    CALM = "calm"
    WATCH = "watch"
    ISSUE = "issue"
    CRISIS = "crisis"
    SEVERE = "severe"

    @property
    def rank(self) -> int:
        return _RANKS[self]

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Level):
            return NotImplemented
        return self.rank < other.rank

    def __gt__(self, other: object) -> bool:
        if not isinstance(other, Level):
            return NotImplemented
        return self.rank > other.rank

    def __le__(self, other: object) -> bool:
        if not isinstance(other, Level):
            return NotImplemented
        return self.rank <= other.rank

    def __ge__(self, other: object) -> bool:
        if not isinstance(other, Level):
            return NotImplemented
        return self.rank >= other.rank


_RANKS = {level: rank for rank, level in enumerate(Level)}
