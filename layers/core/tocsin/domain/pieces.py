"""A text's pieces, between spaces and line breaks. All that reads words stops there, so what a piece says is found out
once and remembered: a text costs one look-up a piece."""

from collections.abc import Callable
from typing import TypeVar

Said = TypeVar("Said")
CACHED, LONGEST = 24_000, 60
"""Pieces that are remembered, and letters of the longest: longer ones are addresses, which hardly come again."""


BEHIND = 8_000
"""Words remembered behind them, of which pieces that were not asked for before are made."""


def pieces(text: str) -> list[str]:
    """What stands between spaces; a line break is a piece of its own, and between two spaces stands an empty one."""
    return (text.replace("\n", " \n ") if "\n" in text else text).split(" ")


class Remembered(dict[str, Said]):
    """What pieces say, found out when first asked for. Safe to share between threads: it is the same whoever asks."""

    def __init__(self, learn: Callable[[str], Said], size: int = CACHED) -> None:
        super().__init__()
        self._learn, self._size = learn, size

    def __missing__(self, piece: str) -> Said:
        said = self._learn(piece)
        if len(self) >= self._size:
            self.clear()
        if len(piece) <= LONGEST:
            self[piece] = said
        return said
