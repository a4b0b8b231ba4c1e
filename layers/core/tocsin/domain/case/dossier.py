"""A voice of the case: what is known of it, for the agency's own page alone.

It lives inside its case and goes with it: made of mentions that expire, never stored. No text that leaves the agency
is made of it. Nothing is inferred about health, faith, politics or origin; employees are only who say so themselves,
nobody who is anonymous is guessed, and a competitor is a question for a person.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from tocsin.domain.author_record import AuthorRecord, author_key
from tocsin.domain.brand import Brand
from tocsin.domain.case.anonymity import Sign, signs_of
from tocsin.domain.case.spread import Amplifier, Spot, spot
from tocsin.domain.case.together import SUSPECT, Coordinated
from tocsin.domain.clues import Clue
from tocsin.domain.mention import Medium
from tocsin.domain.reach import heard_by, reach_of
from tocsin.domain.reading import ScoredMention, by_gravity
from tocsin.domain.story import moment_of
from tocsin.domain.voice import Voice, voices_of

MOST = 20
"""Voices of a case that are shown."""
SHOWN = 3
_NOTHING = Coordinated(0.0)


class Guess(NamedTuple):
    """``confidence`` 0-1; ``for_a_person``: never shown as more than a question."""

    voice: Voice
    confidence: float
    clue: Clue
    for_a_person: bool


class History(NamedTuple):
    """With this brand, before this case included, as far as it is remembered (90 days after the last mention)."""

    since: datetime
    mentions: int
    negative: int
    grave: int
    scenarios: tuple[str, ...]


class Dossier(NamedTuple):
    """``key``: as `author_key`. ``reach``: the widest of followers and views that a source told. ``said``: their
    mentions of the case, gravest first, as many as 3; ``mentions``: how many there are. ``anonymity``: what hides who
    they are; it says nothing of who that is."""

    key: str
    name: str | None
    handle: str | None
    url: str | None
    source: str
    followers: int | None
    reach: int | None
    verified: bool | None
    account_since: datetime | None
    mentions: int
    said: tuple[Spot, ...]
    guesses: tuple[Guess, ...]
    anonymity: tuple[Sign, ...]
    together: Coordinated
    history: History | None


def dossiers_of(
    heard: Sequence[ScoredMention],
    *,
    brand: Brand | None,
    records: Mapping[str, AuthorRecord],
    together: Mapping[str, Coordinated],
    amplifiers: Sequence[Amplifier] = (),
) -> tuple[Dossier, ...]:
    """Those who weigh most first: by who heard them, whom others followed, what they said. Nobody without a name has
    one, nor does anybody who wrote in private. ``records`` and ``together`` by `author_key`."""
    by_author: defaultdict[str, list[ScoredMention]] = defaultdict(list)
    for scored in heard:
        key = author_key(scored.mention)
        if key is not None and scored.mention.medium is not Medium.PRIVATE:
            by_author[key].append(scored)
    led = {one.spot.voice: one.led for one in amplifiers if one.spot.voice is not None}
    ranked = sorted(by_author, key=lambda key: (-_weight(by_author[key], led.get(key, 0)), key))
    return tuple(
        _dossier(key, by_author[key], brand, records.get(key), together.get(key, _NOTHING)) for key in ranked[:MOST]
    )


def _weight(said: Sequence[ScoredMention], led: int) -> float:
    """Powers of ten of those who heard it, gravity, followers of it and their number, on scales that are alike."""
    reach = max(reach_of(one.mention).points or 0.0 for one in said)
    grave = max(one.reading.severity for one in said)
    return reach + 2 * grave + min(led, 20) / 5 + min(len(said), 10) / 10


def _dossier(
    key: str, said: Sequence[ScoredMention], brand: Brand | None, record: AuthorRecord | None, shared: Coordinated
) -> Dossier:
    last = max(said, key=moment_of).mention
    author = last.author
    created = next((one.mention.author.created_at for one in said if one.mention.author.created_at is not None), None)
    return Dossier(
        key=key,
        name=author.name,
        handle=author.handle,
        url=author.url,
        source=last.source,
        followers=author.followers if author.followers is not None else record.followers if record else None,
        reach=max((known for one in said if (known := heard_by(one.mention)) is not None), default=None),
        verified=author.verified if author.verified is not None else record.verified if record else None,
        account_since=created or (record.created_at if record else None),
        mentions=len(said),
        said=tuple(spot(one) for one in by_gravity(said, SHOWN)),
        guesses=_guesses(said, brand, record, shared),
        anonymity=signs_of(said, record),
        together=shared,
        history=_history(record),
    )


def _guesses(
    said: Sequence[ScoredMention], brand: Brand | None, record: AuthorRecord | None, shared: Coordinated
) -> tuple[Guess, ...]:
    """At most one a class, likeliest first."""
    best: dict[Voice, Guess] = {}
    for scored in said:
        for found in voices_of(scored, record, brand):
            if found.voice not in best or found.confidence > best[found.voice].confidence:
                best[found.voice] = Guess(found.voice, found.confidence, found.clue, found.needs_human)
    if shared.score >= SUSPECT and shared.clues:
        known = best.get(Voice.COORDINATED)
        if known is None or known.confidence < shared.score:
            best[Voice.COORDINATED] = Guess(Voice.COORDINATED, shared.score, shared.clues[0], for_a_person=True)
    return tuple(sorted(best.values(), key=lambda guess: (-guess.confidence, guess.voice)))


def _history(record: AuthorRecord | None) -> History | None:
    if record is None:
        return None
    scenarios = sorted(record.scenarios, key=lambda pair: (-pair[1], pair[0]))
    return History(
        since=record.first_seen,
        mentions=record.mentions,
        negative=record.negative,
        grave=record.grave,
        scenarios=tuple(name for name, _ in scenarios),
    )
