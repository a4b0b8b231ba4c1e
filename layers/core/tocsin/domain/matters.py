"""Grave matters as rules over concepts: `mock ad veteran` is heard where the three stand within a few words.

A rule names concepts that must all stand within a window of tokens, in any order; `a|b`: one of them; `~8`: the
window; `=0.7`: its own severity; `!help`: not where that is said.
"""

import json
from bisect import bisect_left
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from tocsin.domain.matter_words import Span

WINDOW = 12
"""Tokens between the first and the last word of a rule's match, unless it says another."""
LOOKED_AT = 40
"""Places of a concept from which a rule is tried: what is said forty times needs no more proof."""
TRIED = 3
"""Places before and behind that are tried for each further concept."""
BRAND = "brand"


class Rule(NamedTuple):
    topic: str
    scenario: str
    severity: float
    struck: bool
    """It befalls the brand unless the text blames it."""
    clauses: tuple[tuple[str, ...], ...]
    window: int
    without: frozenset[str] = frozenset()
    """Concepts that must stand nowhere in the text."""


class Matter(NamedTuple):
    """A grave matter that a text names; ``span``: the tokens that say so."""

    topic: str
    scenario: str
    severity: float
    struck: bool
    span: Span
    firm: bool
    """Several words say so, not a lone one."""
    concepts: frozenset[str]


def parsed(data: list[dict[str, Any]]) -> tuple[Rule, ...]:
    rules = []
    for matter in data:
        for text in matter["when"]:
            clauses, window, severity, without = [], WINDOW, matter["severity"], set[str]()
            for word in text.split():
                if word[0] == "~":
                    window = int(word[1:])
                elif word[0] == "=":
                    severity = float(word[1:])
                elif word[0] == "!":
                    without.add(word[1:])
                else:
                    clauses.append(tuple(word.split("|")))
            struck = matter.get("aim") == "struck"
            rules.append(
                Rule(matter["topic"], matter["scenario"], severity, struck, tuple(clauses), window, frozenset(without))
            )
    return tuple(rules)


class Rules:
    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self._by_concept: dict[str, list[Rule]] = {}
        for rule in rules:
            first = min(rule.clauses, key=len)
            for concept in first:
                self._by_concept.setdefault(concept, []).append(rule)
        self.concepts = frozenset(concept for rule in rules for clause in rule.clauses for concept in clause)
        self.topics = frozenset(rule.topic for rule in rules)

    def matters(self, spans: dict[str, list[Span]]) -> list[Matter]:
        """Gravest first; of one topic and scenario only the gravest."""
        found: dict[tuple[str, str], Matter] = {}
        for concept in spans:
            for rule in self._by_concept.get(concept, ()):
                key = (rule.topic, rule.scenario)
                known = found.get(key)
                if (known is not None and known.severity >= rule.severity) or not rule.without.isdisjoint(spans):
                    continue
                if (span := _match(rule, spans)) is not None:
                    named = frozenset(each for clause in rule.clauses for each in clause if each in spans)
                    firm = len(rule.clauses) > 1 or span.end - span.start > 1
                    found[key] = Matter(*rule[:4], span, firm, named)
        return sorted(found.values(), key=lambda matter: -matter.severity)


def _match(rule: Rule, spans: dict[str, list[Span]]) -> Span | None:
    """The closest match within the window."""
    places = []
    for clause in rule.clauses:
        here = [span for concept in clause if concept in spans for span in spans[concept]]
        if not here:
            return None
        if len(clause) > 1:
            here.sort()
        places.append(here)
    if len(places) == 1:
        return places[0][0]
    places.sort(key=len)
    best: Span | None = None
    for anchor in places[0][:LOOKED_AT]:
        span = _closest(places, 1, anchor, (anchor.start,), rule.window)
        if span is not None and (best is None or span.end - span.start < best.end - best.start):
            best = span
    return best


def _closest(places: list[list[Span]], at: int, so_far: Span, taken: tuple[int, ...], window: int) -> Span | None:
    """The shortest stretch that has one of each of the places from ``at`` on, none of them standing on another."""
    if at == len(places):
        return so_far if so_far.end - so_far.start <= window else None
    others, best = places[at], None
    middle = bisect_left(others, so_far)
    for span in others[max(0, middle - TRIED) : middle + TRIED]:
        start, end = min(so_far.start, span.start), max(so_far.end, span.end)
        if span.start in taken or end - start > window:
            continue
        found = _closest(places, at + 1, Span(start, end), (*taken, span.start), window)
        if found is not None and (best is None or found.end - found.start < best.end - best.start):
            best = found
    return best


@cache
def rules() -> Rules:
    text = files("tocsin.domain").joinpath("severity_words", "matters.json").read_text(encoding="utf-8")
    return Rules(parsed(json.loads(text)))
