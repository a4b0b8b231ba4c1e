"""Who spoke in a storm, for its review: by class, and who was heard by many. Nobody is suspected of anything here."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from tocsin.domain.author_record import author_key
from tocsin.domain.mention import Medium
from tocsin.domain.model import Frozen
from tocsin.domain.reach import heard_by
from tocsin.domain.reading import ScoredMention
from tocsin.domain.voice import Voice, voices_of

MOST = 5
PUBLIC_PARTS = frozenset({Voice.CUSTOMER, Voice.JOURNALIST, Voice.OUTLET, Voice.ACTIVIST, Voice.REGULATOR})


class Spoke(Frozen):
    """Those of one likely class. ``authors`` counts whom their source names; ``heard``: people who may have heard the
    widest of them, where the sources tell."""

    name: str
    mentions: int
    authors: int
    grave: int
    heard: int | None = None


class Loud(Frozen):
    """Somebody who was heard by many. ``voice``: their likely class, where that is a public part and no accusation;
    ``source``: where; ``url``: of their widest mention. Name and address are from outside and hostile."""

    author: str
    source: str
    heard: int
    voice: str | None = None
    url: str | None = None


def spoke_of(heard: Iterable[ScoredMention]) -> tuple[Spoke, ...]:
    """By the likeliest class of each mention, the most frequent first."""
    found: defaultdict[str, list[ScoredMention]] = defaultdict(list)
    for one in heard:
        if voices := voices_of(one):
            found[voices[0].voice.value].append(one)
    spoke = (
        Spoke(
            name=name,
            mentions=len(said),
            authors=len({key for one in said if (key := author_key(one.mention)) is not None}),
            grave=sum(one.reading.grave for one in said),
            heard=max((people for one in said if (people := heard_by(one.mention))), default=None),
        )
        for name, said in found.items()
    )
    return tuple(sorted(spoke, key=lambda one: (-one.mentions, one.name)))


def loudest_of(heard: Sequence[ScoredMention]) -> tuple[Loud, ...]:
    """The widest mention of each; who wrote in private is not among them, nor whom no source names."""
    widest: dict[str, tuple[int, ScoredMention]] = {}
    for one in heard:
        key, people = author_key(one.mention), heard_by(one.mention)
        if key is None or not people or one.mention.medium is Medium.PRIVATE:
            continue
        if key not in widest or people > widest[key][0]:
            widest[key] = people, one
    ranked = sorted(widest.values(), key=lambda pair: (-pair[0], pair[1].mention.id))
    return tuple(_loud(people, one) for people, one in ranked[:MOST])


def _loud(people: int, one: ScoredMention) -> Loud:
    author, voices = one.mention.author, voices_of(one)
    likely = voices[0].voice if voices and voices[0].voice in PUBLIC_PARTS else None
    return Loud(
        author=author.name or author.handle or author.id or "?",
        source=one.mention.source,
        heard=people,
        voice=likely.value if likely is not None else None,
        url=one.mention.url,
    )
