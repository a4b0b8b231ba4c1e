"""A brand: what names it, what does not, and which voices are its own."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Annotated, Any

from pydantic import AfterValidator, Field, StringConstraints, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from tocsin.domain.fields import Name, Term
from tocsin.domain.model import Frozen
from tocsin.domain.scenarios import SCENARIOS
from tocsin.domain.term_options import LooseTerm
from tocsin.domain.transliteration import usual

EVERYBODYS = frozenset(
    "bsky.app facebook.com instagram.com linkedin.com mastodon.social medium.com ok.ru reddit.com substack.com"
    " t.me telegram.me threads.com threads.net tiktok.com trustpilot.com twitter.com viber.com vk.com x.com"
    " youtu.be youtube.com".split()
)
"""Hosts on which everybody writes: alone they are no brand's voice, or all that is said there would go unheard."""

OWN_WORD = r"^[^,\s*]{2,}\*?(?:(?: \*)? [^,\s*]+\*?)*$"


def _no_platform(name: str) -> str:
    host = name.strip().casefold().removeprefix("https://").removeprefix("http://").rstrip("/").removeprefix("www.")
    if host in EVERYBODYS:
        raise ValueError(f"{name!r} is everybody's; name the brand's own page there, like {host}/brand")
    return name


class Competitor(Frozen):
    name: Name
    terms: Annotated[tuple[Term, ...], Field(min_length=1)]


def _known_scenario(name: str) -> str:
    if name not in SCENARIOS:
        near = get_close_matches(name, SCENARIOS, n=1, cutoff=0.5)
        raise ValueError(f"no scenario; did you mean {near[0]!r}?" if near else f"no scenario; {', '.join(SCENARIOS)}")
    return name


OwnWord = Annotated[str, StringConstraints(pattern=OWN_WORD, max_length=80)]
Topic = Annotated[Name, AfterValidator(str.casefold)]
WITHIN, MOST_WITHIN = 12, 40


class OwnMatter(Frozen):
    """A grave matter that the client's file adds to ours: what words name it, how grave it is, which plan it has.

    ``words``: a word, a stem (`plastic*`) or a phrase (`wrong dose`; `wrong * dose` with up to six words between),
    in any case and without accents, in a text of any language. ``near``: one of these must stand
    with one of them ``within`` so many words; ``unless``: where one of these stands anywhere it is not meant.
    """

    topic: Topic
    scenario: Annotated[Name, AfterValidator(_known_scenario)]
    severity: Annotated[float, Field(ge=0, le=1)]
    words: Annotated[tuple[OwnWord, ...], Field(min_length=1)]
    near: tuple[OwnWord, ...] = ()
    within: Annotated[int, Field(ge=2, le=MOST_WITHIN)] = WITHIN
    unless: tuple[OwnWord, ...] = ()


class Brand(Frozen):
    """``terms`` name it, ``exclude`` unmake a match, ``require_near`` must stand beside an ambiguous term.

    An entry of ``terms`` is a text, or ``{term: ..., transliterate: true, typos: true, layout: true}``. Here ``terms``
    are always texts, all of them; what is more than a text stands in ``loose_terms`` as well.
    """

    name: Name
    terms: Annotated[tuple[Term, ...], Field(min_length=1, max_length=100)]
    loose_terms: tuple[LooseTerm, ...] = ()
    exclude: tuple[Term, ...] = ()
    require_near: tuple[Term, ...] = ()
    official: tuple[Annotated[Name, AfterValidator(_no_platform)], ...] = ()
    competitors: tuple[Competitor, ...] = ()
    ordinary_topics: tuple[Topic, ...] = ()
    matters: Annotated[tuple[OwnMatter, ...], Field(max_length=50)] = ()

    @property
    def asked_terms(self) -> tuple[str, ...]:
        """What sources are searched for: the terms, and those that may be transliterated in the other alphabet too."""
        other = (usual(loose.term) for loose in self.loose_terms if loose.transliterate)
        return tuple(dict.fromkeys((*self.terms, *other)))

    @model_validator(mode="before")
    @classmethod
    def _apart(cls, data: Any) -> Any:
        """Entries with options leave their text in ``terms``, and go to ``loose_terms``."""
        entries, known = (data.get("terms"), data.get("loose_terms", ())) if isinstance(data, dict) else (None, ())
        if not isinstance(entries, list | tuple) or not any(isinstance(entry, Mapping) for entry in entries):
            return data
        if not isinstance(known, list | tuple):
            return data
        loose = tuple(_loose(entry, at) for at, entry in enumerate(entries) if isinstance(entry, Mapping))
        read = iter(loose)
        terms = [next(read).term if isinstance(entry, Mapping) else entry for entry in entries]
        return {**data, "terms": terms, "loose_terms": (*known, *loose)}

    @model_validator(mode="after")
    def _loose_are_terms(self) -> "Brand":
        if strangers := [loose.term for loose in self.loose_terms if loose.term not in self.terms]:
            raise ValueError(f"loose_terms: {strangers[0]!r} is none of terms")
        return self


def _loose(entry: Mapping[Any, Any], at: int) -> LooseTerm:
    """Raise ValidationError whose places are those of the file: terms, number, key."""
    try:
        return LooseTerm.model_validate(dict(entry))
    except ValidationError as error:
        raise ValidationError.from_exception_data(
            "Brand", [_placed(problem, at) for problem in error.errors(include_url=False)]
        ) from None


def _placed(problem: Any, at: int) -> InitErrorDetails:
    kind: str | PydanticCustomError = problem["type"]
    if kind == "extra_forbidden":
        known = sorted(LooseTerm.model_fields)
        near = get_close_matches(str(problem["loc"][-1]), known, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]!r}?" if near else f"known keys: {', '.join(known)}"
        kind = PydanticCustomError("term_option", f"unknown key; {hint}")
    details = InitErrorDetails(type=kind, loc=("terms", at, *problem["loc"]), input=problem.get("input"))
    if not isinstance(kind, PydanticCustomError) and "ctx" in problem:
        details["ctx"] = problem["ctx"]
    return details
