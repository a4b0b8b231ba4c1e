"""The grave matters that a client's file adds to ours: its words, and patterns of words, heard in a text."""

from collections.abc import Sequence
from functools import lru_cache

from tocsin.domain.brand import OwnMatter
from tocsin.domain.matter_words import Lexicon
from tocsin.domain.matters import Matter, Rule, Rules

_NO_TONGUE = ""
"""They are heard in texts of any language."""


def own_matters(tokens: Sequence[str], own: tuple[OwnMatter, ...]) -> list[Matter]:
    """Those that folded tokens name. Linear in their number."""
    words, patterns = _heard(own)
    return [matter._replace(firm=True, concepts=frozenset()) for matter in patterns.matters(words.hear_tokens(tokens))]


@lru_cache(maxsize=64)
def _heard(own: tuple[OwnMatter, ...]) -> tuple[Lexicon, Rules]:
    concepts: dict[str, dict[str, str]] = {}
    patterns = []
    for at, one in enumerate(own):
        for part, words in (("words", one.words), ("near", one.near), ("unless", one.unless)):
            concepts[f"{at} {part}"] = {_NO_TONGUE: ", ".join(words)}
        clauses: tuple[tuple[str, ...], ...] = ((f"{at} words",),)
        if one.near:
            clauses += ((f"{at} near",),)
        without = frozenset({f"{at} unless"}) if one.unless else frozenset[str]()
        patterns.append(Rule(one.topic, one.scenario, one.severity, False, clauses, one.within, without))
    return Lexicon(concepts, (_NO_TONGUE,)), Rules(tuple(patterns))
