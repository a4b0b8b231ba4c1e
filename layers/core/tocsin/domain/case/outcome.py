"""What came of a reply or a statement, measured a day later by what followed it: recovered, neutral, worse, or too
little said to tell.

What falls by itself falls after a statement too: this says what followed, and never that the words did it.
"""

from datetime import datetime
from typing import NamedTuple, Protocol

from tocsin.domain.case.file import CaseFile, What, Work, Worked
from tocsin.domain.case.status import check_live
from tocsin.domain.case.texts import SAID_BY_PEOPLE, CaseText, Result, ResultKind, TextState
from tocsin.domain.case.wording import text_of, with_text
from tocsin.domain.errors import TransitionError
from tocsin.domain.incident import Incident
from tocsin.domain.refusals import Refused


class Followed(NamedTuple):
    """What was heard after a text. Of a reply ``replies``: in its thread by others than the brand, with ``angry`` of
    them negative and ``kind`` positive; ``author_*``: what the one who was answered wrote later; ``rating_*``: of their
    review, 1-5. ``negative_*`` of ``all_*``: mentions of the brand in the six hours before, and in the six after a
    reply; after a statement in the same six hours of the next day, with ``matter_*``: those of the negative ones that
    tell of the case's scenario (None: it is not known), and ``usual``: the brand's usual share of negatives in
    per cent (None: it was not watched for long enough)."""

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
    matter_before: int | None = None
    matter_after: int | None = None
    usual: int | None = None

    @property
    def facts(self) -> tuple[str, ...]:
        """As ``name=value``, without what is unknown or nought."""
        return tuple(f"{name}={value}" for name, value in self._asdict().items() if value)


class SeenAfter(Protocol):
    def followed(self, text: CaseText, scenario: str | None) -> Followed | None:
        """``scenario``: what the case is about, as far as it is known. None when what followed cannot be looked at
        now."""
        ...


FEW = 8
"""Mentions on either side, below which a share, or their number, says nothing."""
ANSWERS = 3
"""Replies in a thread, below which it says nothing."""
SHIFT = 0.15
"""A share of negatives must move by so much to count."""
NEAR = 0.05
"""So near to its usual share of negatives a brand is where it was."""


def measure(followed: Followed, at: datetime) -> Result:
    """Of a reply. What the one who was answered does weighs most, then their rating, then the thread, then the brand's
    share of negatives: there other things are at work as well."""
    points = 3 * _sign(followed.author_kind - followed.author_angry)
    if followed.rating_before is not None and followed.rating_after is not None:
        points += 3 * _sign(followed.rating_after - followed.rating_before)
    if followed.replies >= ANSWERS:
        points += 2 * _sign(followed.kind - followed.angry)
    share = _share(followed)
    told = (followed.author_later, followed.rating_after, followed.replies >= ANSWERS, share is not None)
    return _result(points + (share or 0), followed, at, enough=any(told))


def measure_statement(followed: Followed, at: datetime) -> Result:
    """Of what was said to everybody: the brand's share of negatives, how many there are, how many of the matter, and
    whether it is where it usually is."""
    share = _share(followed)
    known = [one for one in (
        share,
        _number(followed.negative_before, followed.negative_after),
        _number(followed.matter_before or 0, followed.matter_after or 0),
    ) if one is not None]  # fmt: skip
    back = 1 if known and _back(followed) else 0
    return _result(sum(known) + back, followed, at, enough=bool(known))


def _result(points: int, followed: Followed, at: datetime, *, enough: bool) -> Result:
    kind = ResultKind.RECOVERED if points >= 2 else ResultKind.WORSE if points <= -2 else ResultKind.NEUTRAL
    return Result(kind=kind if enough else ResultKind.TOO_FEW, at=at, facts=followed.facts)


def note_result(work: Work, text_id: str, kind: ResultKind, words: str | None = None) -> Worked:
    """A person has seen what came of it: their word stands, and nothing is measured any more. Raise TransitionError."""
    check_live(work)
    text = text_of(work.file, text_id)
    if text.state is not TextState.SENT:
        raise TransitionError(f"{text_id} is {text.state}: nothing can have followed it", Refused.NOT_SENT)
    if kind not in SAID_BY_PEOPLE:
        raise TransitionError(
            f"a person says {', '.join(SAID_BY_PEOPLE)}, or leaves it as it was measured", Refused.UNFIT
        )
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
        followed = seen.followed(text, work.file.scenario)
        if followed is None:
            continue
        result = (measure if text.mention_id is not None else measure_statement)(followed, work.now)
        after = text.model_copy(update={"result": result, "measure_at": None})
        event = work.did(What.MEASURED, of=text.id, words=result.kind.value)
        now = now._replace(file=with_text(now.file, after), events=(*now.events, event))
    return now


def next_at(file: CaseFile, incident: Incident) -> datetime | None:
    del incident
    return min((one.measure_at for one in file.texts if one.measure_at is not None), default=None)


def _sign(value: int) -> int:
    return (value > 0) - (value < 0)


def _share(followed: Followed) -> int | None:
    """None where too little was said on either side."""
    if followed.all_before < FEW or followed.all_after < FEW:
        return None
    moved = followed.negative_after / followed.all_after - followed.negative_before / followed.all_before
    return 1 if moved <= -SHIFT else -1 if moved >= SHIFT else 0


def _number(before: int, after: int) -> int | None:
    """How many negatives there are: half of them, or half as many again, counts; a quarter, or three times as many,
    counts twice. None where there were few before and after."""
    if max(before, after) < FEW:
        return None
    if after < before:
        return 2 if 4 * after <= before else 1 if 2 * after <= before else 0
    return -2 if after >= 3 * before else -1 if 2 * after >= 3 * before else 0


def _back(followed: Followed) -> bool:
    """Was it beyond what is usual, and is it there no more?"""
    if followed.usual is None or followed.all_before < FEW:
        return False
    usual = followed.usual / 100
    beyond = followed.negative_before / followed.all_before >= usual + SHIFT
    after = followed.negative_after / followed.all_after if followed.all_after else 0.0
    return beyond and after <= usual + NEAR and followed.negative_after < followed.negative_before
