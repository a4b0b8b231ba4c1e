"""What stands around a reading: how far a row is heard, who may speak, and which rows tell one story."""

from datetime import datetime
from typing import Any

from pydantic import Field

from tocsin.domain.author_book import AuthorBook
from tocsin.domain.author_record import AuthorRecord
from tocsin.domain.brand import Brand
from tocsin.domain.model import Frozen
from tocsin.domain.reach import reach_of
from tocsin.domain.reading import ScoredMention, Unit
from tocsin.domain.story import Story
from tocsin.domain.story_book import Added, Joined, StoryBook
from tocsin.domain.story_terms import told
from tocsin.domain.voice import Hypothesis, Voice, voices_of

WORDS, SHOWN = 80, 8
"""Words of a row that are looked at for those it shares with its story, and how many are shown."""


class ReachSaid(Frozen):
    """``value``: people who may have heard it; ``points``: its logarithm; ``tier``: the outlet's. None is unknown."""

    value: int | None
    points: float | None
    tier: int | None


class VoiceSaid(Frozen):
    """``needs_person``: it is a question to a person, and not to be shown as more."""

    voice: Voice = Field(serialization_alias="class")
    confidence: Unit
    evidence: str
    needs_person: bool


class HistorySaid(Frozen):
    """What the rows so far tell of an author who said anything that matters. ``since``: of the first such row."""

    since: datetime
    mentions: int
    negative: int
    grave: int
    repeated: int


class StorySaid(Frozen):
    """The story as of this row. ``origin``: the id of its earliest row, `score:LINE` where rows are plain; ``hosts``:
    on how many it stands, about: more than one is syndication."""

    origin: str
    title: str
    size: int
    authors: int
    hosts: int
    media: dict[str, int]
    languages: dict[str, int]


class StoryWhy(Frozen):
    """``shared``: words that stood in it before, the rarest first."""

    by: Joined
    likeness: float
    origin: str
    size: int
    shared: tuple[str, ...]


class Around:
    """Of one run, however long: the book keeps its 400 latest and largest stories, and 100 authors."""

    def __init__(self, brand: Brand | None) -> None:
        self._brand = brand
        self._stories = StoryBook((brand.name, *brand.terms) if brand is not None else ())
        self._authors = AuthorBook()

    def of(self, scored: ScoredMention, *, authored: bool, explain: bool) -> tuple[dict[str, Any], dict[str, Any]]:
        """The row's figures, and what made them where that is asked. ``authored``: the row says who wrote it, or
        would; of others «names no author» tells nothing."""
        reach = reach_of(scored.mention)
        if scored.matters:
            self._authors.add(scored)
        voices = [
            _said(found)
            for found in voices_of(scored, self._authors.of(scored.mention), self._brand)
            if authored or found.voice is not Voice.ANONYMOUS
        ]
        added = self._stories.add(scored)
        known = self._authors.of(scored.mention)
        figures = {
            "reach": ReachSaid(value=reach.value, points=reach.points, tier=reach.tier).model_dump(mode="json"),
            "voice": voices[0] if voices else None,
            "history": _history(known) if known is not None else None,
            "story": added.story.id,
            "story_so_far": _so_far(added.story),
        }
        if not explain:
            return figures, {}
        why = {"reach": list(reach.evidence), "voice": voices, "story": _why(scored, added).model_dump(mode="json")}
        return figures, why


def _said(found: Hypothesis) -> dict[str, Any]:
    said = VoiceSaid(
        voice=found.voice, confidence=found.confidence, evidence=found.evidence, needs_person=found.needs_human
    )
    return said.model_dump(mode="json", by_alias=True)


def _history(known: AuthorRecord) -> dict[str, Any]:
    return HistorySaid(
        since=known.first_seen,
        mentions=known.mentions,
        negative=known.negative,
        grave=known.grave,
        repeated=known.repeated,
    ).model_dump(mode="json")


def _so_far(story: Story) -> dict[str, Any]:
    return StorySaid(
        origin=story.origin_id,
        title=story.title,
        size=story.size,
        authors=story.authors,
        hosts=story.outlets,
        media={medium or "unknown": count for medium, count in story.media.items()},
        languages=dict(story.languages),
    ).model_dump(mode="json")


def _why(scored: ScoredMention, added: Added) -> StoryWhy:
    return StoryWhy(
        by=added.by,
        likeness=round(added.likeness, 2),
        origin=added.story.origin_id,
        size=added.story.size,
        shared=() if added.begun or added.again else _shared(scored.mention.words, added.story),
    )


def _shared(text: str, story: Story) -> tuple[str, ...]:
    """Those that stood in more of the story's mentions than this one."""
    weights: dict[str, float] = {}
    for word in text.split()[:WORDS]:
        held = [term.weight for key, term in told(word).terms.items() if story.terms.get(key, 0) > 1]
        if held:
            weights[word.strip(".,;:!?«»“”\"'()…").casefold()] = max(held)
    return tuple(sorted(weights, key=lambda word: (-weights[word], word))[:SHOWN])
