"""Which of many texts are alike, found out once: looks seconds apart compare nearly the same ones."""

from collections.abc import Iterable

from tocsin.domain.signature import FURTHEST, alike

KEPT = 600
"""Signatures remembered; of more than that all are forgotten: where all are alike, memory grows with the square."""


class Likeness:
    """A memory and no more: what it answers depends on nothing but the signatures asked for."""

    def __init__(self) -> None:
        self._near: dict[int, list[int]] = {}

    def of(self, texts: Iterable[int]) -> dict[int, list[int]]:
        """For each signature those it is alike to, in no order; among them may be some that were asked for before."""
        near = self._near
        if len(near) > KEPT:
            near.clear()
        for text in texts:
            if text in near:
                continue
            bare = text >> 2
            found = [other for other in near if (other >> 2 ^ bare).bit_count() <= FURTHEST and alike(other, text)]
            for other in found:
                near[other].append(text)
            near[text] = found
        return near
