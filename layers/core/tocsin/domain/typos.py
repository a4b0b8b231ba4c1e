"""A name with a typing error in it: a letter missed, doubled, wrong, or two exchanged (Damerau's four).

Words that may be meant are found by a deletion neighbourhood (Garbe, «Symmetric Delete», 2012), and only for words that
begin and are as long as a name; the rest of a text is not even looked at. An error stands within a word: a wrong first
letter makes another name («Metro», «Retro»), a wrong end another form or a derived word. What is itself a common word
is no error.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from importlib import resources
from itertools import combinations

from tocsin.domain.inflection import forms
from tocsin.domain.phrases import Phrases, Span
from tocsin.domain.wording import Words, cut

ONE_SLIP = 5
TWO_SLIPS = 9
_LONGEST = 24
"""Longer words are left alone: their neighbourhood grows with the square."""
_MEMORY = 4_096


@cache
def common_words() -> frozenset[str]:
    """The commonest words of Ukrainian, Russian, Spanish and English."""
    text = resources.files("tocsin.domain").joinpath("common_words.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.split("\n") if not line.startswith("#"))


def slips(word: str, name: str, most: int) -> int:
    """Damerau's distance (optimal string alignment) when it is ``most`` at most, else ``most`` + 1."""
    if abs(len(word) - len(name)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(name) + 1))
    for i, letter in enumerate(word, start=1):
        row = [i]
        for j, other in enumerate(name, start=1):
            cost = min(row[j - 1] + 1, last[j] + 1, last[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == name[j - 2] and word[i - 2] == other:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before, last = last, row
    return min(last[-1], most + 1)


class TypoPhrases(Phrases):
    """Finds phrases whose words, one or more of them, are misspelt."""

    def __init__(self, phrases: Iterable[str]) -> None:
        wanted = tuple(dict.fromkeys(phrases))
        super().__init__(wanted)
        self._slips = _Slips(_names(wanted))

    def find(self, text: str, words: Words) -> list[Span]:
        """The words of the text with what they may be meant for; a text without such words is not searched."""
        meant = [self._slips.meant(keys[0]) for keys in words.keys]
        if not any(meant):
            return []
        keys = [(*own, *names) if names else own for own, names in zip(words.keys, meant, strict=True)]
        return super().find(text, Words(keys, words.starts, words.ends))


def _names(phrases: Iterable[str]) -> dict[str, int]:
    """All forms of all words that are long enough to be misspelt, each with the slips that its word may have."""
    found: dict[str, int] = {}
    for phrase in phrases:
        words = cut(phrase)
        for word in words:
            upper = phrase[word.start : word.end].isupper()
            letters = len(word.keys[0])
            most = 2 if letters >= TWO_SLIPS else 1 if letters >= ONE_SLIP else 0
            for name in forms(word.keys[0], in_phrase=len(words) > 1, upper=upper):
                if most and ONE_SLIP <= len(name) <= _LONGEST:
                    found[name] = max(most, found.get(name, 0))
    return found


class _Slips:
    """The names that a word may be meant for."""

    def __init__(self, names: Mapping[str, int]) -> None:
        self._names = names
        self._lengths = range(
            min((len(name) - most for name, most in names.items()), default=0),
            max((len(name) + most for name, most in names.items()), default=-1) + 1,
        )
        self._begins = {name[0] for name in names} | {name[1] for name in names}
        self._deepest = max(names.values(), default=0)
        self._near: dict[str, list[str]] = {}
        for name, most in names.items():
            for shorter in _shortened(name, most):
                self._near.setdefault(shorter, []).append(name)
        self._other = _other_words(frozenset(names))
        self._look_up = lru_cache(maxsize=_MEMORY)(self._find)

    def meant(self, word: str) -> tuple[str, ...]:
        """Nothing for a name that is written right."""
        if len(word) not in self._lengths or word[0] not in self._begins or word in self._names:
            return ()
        return self._look_up(word)

    def _find(self, word: str) -> tuple[str, ...]:
        if word in self._other or word in common_words() or not word.replace("'", "").isalpha():
            return ()
        candidates = {name for shorter in _shortened(word, self._deepest) for name in self._near.get(shorter, ())}
        return tuple(sorted(name for name in candidates if _slipped(word, name, self._names[name])))


def _shortened(word: str, most: int) -> Iterator[str]:
    """The word without up to ``most`` of its letters."""
    for size in range(most + 1):
        for kept in combinations(word, len(word) - size):
            yield "".join(kept)


def _slipped(word: str, name: str, most: int) -> bool:
    """Whether ``most`` slips at most make the difference, and they are not the first letter or only the end."""
    count = slips(word, name, most)
    if count > most or (word[0] != name[0] and word[:2] != name[1::-1]):
        return False
    if word == name + name[-1] or (word[:-2] == name[:-2] and word[-2:] == name[:-3:-1]):
        return True
    if word[-1] != name[-1]:
        return False
    same = next((at for at, (a, b) in enumerate(zip(word, name, strict=False)) if a != b), min(len(word), len(name)))
    return count == 1 or same < len(name) - count


def _other_words(names: frozenset[str]) -> frozenset[str]:
    """Common words that are about like a name, in all their forms: «авторові» is no slip of «Авророві»."""
    begins = {name[:1] for name in names} | {name[1:2] for name in names}
    longest = max(map(len, names), default=0) + 2
    return (
        frozenset(
            form for word in common_words() if word[:1] in begins and len(word) <= longest for form in forms(word)
        )
        - names
    )
