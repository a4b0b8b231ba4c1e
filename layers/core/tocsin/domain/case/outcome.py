"""What came of an answer, measured a day later by what followed it: recovered, neutral or worse."""

from datetime import datetime
from typing import NamedTuple, Protocol

from tocsin.domain.case.file import CaseFile, What, Work, Worked
from tocsin.domain.case.status import check_live
from tocsin.domain.case.texts import CaseText, Result, ResultKind, TextState
from tocsin.domain.case.wording import text_of, with_text
from tocsin.domain.errors import TransitionError
from tocsin.domain.incident import Incident


class Followed(NamedTuple):
    """What was heard after an answer. ``replies``: in its thread by others than the brand, with ``angry`` of them
    negative and ``kind`` positive; ``author_*``: what the one who was answered wrote later; ``rating_*``: of their
    review, 1-5; ``negative_*`` of ``all_*``: mentions of the brand in the six hours before and after."""

    replies: int = 0
    angry: int = 0
    kind: int = 0
    author_later: int = 0
    author_angry: int = 0
    author_kind: int = 0
    rating_before: int | None = None
    rating_after: int | None = None
    negative_before: int = 0
    all_before: int = 0
    negative_after: int = 0
    all_after: int = 0

    @property
    def facts(self) -> tuple[str, ...]:
        """As ``name=value``, without what is unknown or nought."""
        return tuple(f"{name}={value}" for name, value in self._asdict().items() if value)


class SeenAfter(Protocol):
    def followed(self, text: CaseText) -> Followed | None:
        """None when what followed cannot be looked at now."""
        ...


FEW = 8
"""Mentions of the brand on either side, below which a share says nothing."""
SHIFT = 0.15
"""A share of negatives must move by so much to count."""


def measure(followed: Followed, at: datetime) -> Result:
    """What the one who was answered does weighs most, then their rating, then the thread, then the brand's share of
    negatives: there other things are at work as well."""
    points = 3 * _sign(followed.author_kind - followed.author_angry)
    if followed.rating_before is not None and followed.rating_after is not None:
        points += 3 * _sign(followed.rating_after - followed.rating_before)
    if followed.replies >= 3:
        points += 2 * _sign(followed.kind - followed.angry)
    points += _share(followed)
    kind = ResultKind.RECOVERED if points >= 2 else ResultKind.WORSE if points <= -2 else ResultKind.NEUTRAL
    return Result(kind=kind, at=at, facts=followed.facts)


def note_result(work: Work, text_id: str, kind: ResultKind, words: str | None = None) -> Worked:
    """A person has seen what came of it: their word stands, and nothing is measured any more. Raise TransitionError."""
    check_live(work)
    text = text_of(work.file, text_id)
    if text.state is not TextState.SENT:
        raise TransitionError(f"{text_id} is {text.state}: nothing can have followed it")
    facts = (f"by={work.by}",) if work.by else ()
    result = Result(kind=kind, at=work.now, facts=facts)
    file = with_text(work.file, text.model_copy(update={"result": result, "measure_at": None}))
    event = work.did(What.MEASURED, of=text_id, words=f"{kind.value}: {words.strip()}" if words else kind.value)
    return Worked(work.incident, file, (event,))


def due(work: Work, seen: SeenAfter) -> Worked:
    """Measure what is old enough."""
    now = Worked(work.incident, work.file)
    for text in work.file.texts:
        if text.measure_at is None or text.measure_at > work.now:
            continue
        followed = seen.followed(text)
        if followed is None:
            continue
        result = measure(followed, work.now)
        after = text.model_copy(update={"result": result, "measure_at": None})
        event = work.did(What.MEASURED, of=text.id, words=result.kind.value)
        now = now._replace(file=with_text(now.file, after), events=(*now.events, event))
    return now


def next_at(file: CaseFile, incident: Incident) -> datetime | None:
    del incident
    return min((one.measure_at for one in file.texts if one.measure_at is not None), default=None)


def _sign(value: int) -> int:
    return (value > 0) - (value < 0)


def _share(followed: Followed) -> int:
    if followed.all_before < FEW or followed.all_after < FEW:
        return 0
    moved = followed.negative_after / followed.all_after - followed.negative_before / followed.all_before
    return 1 if moved <= -SHIFT else -1 if moved >= SHIFT else 0
