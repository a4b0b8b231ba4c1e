"""What a name looks like when it is typed with the keyboard in the other alphabet: «Fdhjhf» is «Аврора».

The Ukrainian and Russian layouts against the American one. The Spanish layout has its Latin letters where the American
one has them, so there is nothing to mistake.
"""

from collections.abc import Iterable, Iterator
from itertools import islice, product

from tocsin.domain.inflection import forms
from tocsin.domain.phrases import Phrases
from tocsin.domain.typos import common_words
from tocsin.domain.wording import cut, normal

_US = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`\\"
_US_SHIFTED = 'QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>~|'
_UK = "йцукенгшщзхїфівапролджєячсмитьбю'ґ"
_RU = "йцукенгшщзхъфывапролджэячсмитьбюё\\"

_SHORTEST = 4
_MOST = 64
"""Combinations of forms of a phrase."""


def layout_phrases(terms: Iterable[str]) -> Phrases:
    """Finds the terms, inflected, as the wrong layout shows them."""
    found = Phrases(())
    for term in terms:
        for typed in dict.fromkeys(_typed(term)):
            words = cut(typed)
            letters = sum(word.end - word.start for word in words)
            if letters >= _SHORTEST and not (len(words) == 1 and words[0].keys[0] in common_words()):
                found.add_literal(typed)
    return found


def _typed(term: str) -> Iterator[str]:
    for name in _inflected(term):
        capital = name[:1].upper() + name[1:]
        for written in (name, capital):
            for layout in (_UK, _RU):
                yield from _mistaken(written, layout)


def _mistaken(written: str, layout: str) -> Iterator[str]:
    """The same keys in the other layout; nothing for a text that has letters of neither alphabet."""
    to_latin = dict(zip(layout, _US, strict=True)) | dict(zip(layout.upper(), _US_SHIFTED, strict=True))
    to_cyrillic = dict(zip(_US, layout, strict=True)) | dict(zip(_US_SHIFTED, layout.upper(), strict=True))
    for keys in (to_latin, to_cyrillic):
        if all(char in keys or not char.isalpha() for char in written) and any(char.isalpha() for char in written):
            yield "".join(keys.get(char, char) if char.isalpha() or char == "'" else char for char in written)


def _inflected(term: str) -> Iterator[str]:
    """Every form of a name; of a phrase, combinations of the forms of its words."""
    words = cut(term)
    if not words:
        return
    several = len(words) > 1
    yield " ".join(normal(word) for word in term.split())
    choices = [
        sorted(forms(word.keys[0], in_phrase=several, upper=term[word.start : word.end].isupper())) for word in words
    ]
    for chosen in islice(product(*choices), _MOST):
        yield " ".join(chosen)
