"""What a reminder is about, as the case stands now: what is done meanwhile waits for nobody."""

from collections.abc import Iterable, Iterator

from tocsin.domain.alert import Due, DueKind
from tocsin.domain.case.file import CaseFile
from tocsin.domain.case.promises import PromiseState
from tocsin.domain.case.tasks import TaskState
from tocsin.domain.case.texts import TextState
from tocsin.domain.client import Language

ALWAYS = {"level": DueKind.LEVEL, "owner": DueKind.OWNER, "tail": DueKind.TAIL, "former": DueKind.FORMER}
"""What a reminder may be about beside the ids of the case's own things, and ``review``."""
LONGEST = 200


def waiting(file: CaseFile, about: Iterable[str], language: Language) -> tuple[Due, ...]:
    """``about``: ids of the case file, ``review``, or a word of ``ALWAYS``. What was promised first, whatever
    else is late: a long list is cut at its end. Then by urgency, what has no clock last."""
    kept = frozenset(about)
    found = [*_timed(file, kept, language), *_untimed(file, kept)]
    return tuple(
        sorted(found, key=lambda due: (due.kind is not DueKind.PROMISE, due.at is None, due.at or file.opened_at))
    )


def _timed(file: CaseFile, kept: frozenset[str], language: Language) -> Iterator[Due]:
    for task in file.tasks:
        if task.id in kept and task.state is TaskState.OPEN:
            yield Due(kind=DueKind.TASK, words=task.words.in_(language), at=task.due_at)
    for promise in file.promises:
        if promise.id in kept and promise.state is PromiseState.OPEN:
            yield Due(kind=DueKind.PROMISE, words=f"{promise.what} ({promise.to})", at=promise.due_at)
    for enquiry in file.enquiries:
        if enquiry.id in kept and enquiry.answered_at is None:
            yield Due(kind=DueKind.ENQUIRY, words=f"{enquiry.outlet}: {enquiry.question}", at=enquiry.deadline)


def _untimed(file: CaseFile, kept: frozenset[str]) -> Iterator[Due]:
    for brief in file.briefs:
        asked = next((one for one in brief.questions if one.answer is None), None)
        if brief.id in kept and asked is not None:
            yield Due(kind=DueKind.QUESTION, words=f"{brief.name}: {asked.words}")
    for text in file.texts:
        if text.id in kept and text.state in {TextState.DRAFT, TextState.APPROVED}:
            yield Due(kind=DueKind.TEXT, words=text.text[:LONGEST])
    if "review" in kept and not (file.review and file.review.finished_at):
        yield Due(kind=DueKind.REVIEW)
    yield from (Due(kind=kind, words=_said(file, kind)) for word, kind in ALWAYS.items() if word in kept)


def _said(file: CaseFile, kind: DueKind) -> str | None:
    """Of a return the earlier case's number: its review has what was changed."""
    return file.former if kind is DueKind.FORMER else None
