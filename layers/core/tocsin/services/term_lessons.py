"""What people's «not us» asks of a brand's terms."""

from collections.abc import Iterator
from datetime import timedelta

from tocsin.domain.brand import Brand
from tocsin.domain.case.lessons import TermLesson
from tocsin.domain.marks import Verdict
from tocsin.domain.reading import ScoredMention
from tocsin.domain.term_advice import Marked, advise
from tocsin.domain.term_trace import TermTracer
from tocsin.ports import Clock, MarkStore, MentionStore
from tocsin.services.mark import Mark

LATELY = timedelta(days=30)
COMPARED = 200
"""Mentions that were not marked, which no new term may lose."""
KINDS = {
    "add term": ("terms", False),
    "add exclude": ("exclude", False),
    "drop exclude": ("exclude", True),
    "add require_near": ("require_near", False),
}


def term_lessons(marks: MarkStore, mentions: MentionStore, clock: Clock, brand: Brand) -> tuple[TermLesson, ...]:
    """Nothing where nobody has marked anything as another's."""
    wrong = Mark(marks=marks, clock=clock).marked(brand.name, Verdict.NOT_US)
    if not wrong:
        return ()
    strangers, now = {scored.mention.id for scored in wrong}, clock.now()
    right = [
        scored
        for scored in mentions.gravest(brand.name, now - LATELY, now, COMPARED)
        if scored.mention.id not in strangers
    ]
    tracer = TermTracer(brand)
    said = [one for scored in wrong for one in _places(tracer, scored, right=False)]
    said += [one for scored in right for one in _places(tracer, scored, right=True)]
    return tuple(
        TermLesson(KINDS[change.kind][0], change.value, change.wrong + change.right, gone=KINDS[change.kind][1])
        for change in advise(brand, said).changes
        if change.kind in KINDS
    )


def _places(tracer: TermTracer, scored: ScoredMention, *, right: bool) -> Iterator[Marked]:
    text = scored.mention.words
    for finding in tracer.findings(text):
        yield Marked(text=text, finding=finding, right=right)
