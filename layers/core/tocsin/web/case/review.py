"""The review: the figures, the few questions that only people can answer, and what is to be done otherwise."""

from typing import Any

from tocsin.domain.case.figures import ReviewView
from tocsin.domain.case.review import ChangeState, PlanChange
from tocsin.domain.case.texts import CaseText, Result
from tocsin.domain.incident import IncidentState
from tocsin.web.answer_people import name_of
from tocsin.web.case.common import Desk, Wrong, part_page
from tocsin.web.case.names import KINDS
from tocsin.web.case.review_voices import loud_words, spoke_words
from tocsin.web.change_words import change_words
from tocsin.web.clean import one_line
from tocsin.web.i18n import Reader
from tocsin.web.lint_sentences import RESULTS, result_sentence
from tocsin.web.outcome_words import counted_words
from tocsin.web.pages import Page, lines
from tocsin.web.review_words import days_words, missed_words, question_words, took_words


def review_page(page: Page, desk: Desk, wrong: Wrong, seen: ReviewView) -> str:
    reader, review = page.reader, desk.file.review
    answers = {one.question: one for one in review.answers} if review is not None else {}
    changes = review.changes if review is not None else ()
    outcomes = {one.value: words for one, words in RESULTS.items()}
    view = {
        "begun": review is not None,
        "again": review is not None and review.again_at is not None,
        "finished": name_of(desk.client, review.finished_by) if review is not None and review.finished_by else None,
        "storm": desk.incident.state not in {IncidentState.RESOLVED, IncidentState.REVIEWED},
        "took": [
            *({"words": took_words(reader, one), "late": one.late} for one in seen.figures.took),
            *({"words": said, "late": False} for said in [days_words(reader, seen.figures.days)] if said),
        ],
        "missed": [missed_words(reader, desk.client, desk.file, one) for one in seen.figures.missed],
        "voices": [
            *(spoke_words(reader, one) for one in seen.figures.spoke),
            *(loud_words(reader, one) for one in seen.figures.loudest),
        ],
        "outcomes": [
            f"{reader.gettext(outcomes.get(name, name))}: {reader.number(count)}"
            for name, count in seen.figures.outcomes
        ]
        + [_statement(reader, one, one.result) for one in desk.file.texts if one.result and one.mention_id is None],
        "questions": [
            {
                "id": one,
                "words": question_words(reader, one),
                "answer": lines(answers[one].words) if one in answers else "",
                "by": name_of(desk.client, answers[one].by) if one in answers else "",
            }
            for one in seen.questions
        ],
        "changes": [_change(reader, desk, one) for one in changes],
        "ready": all(one in answers for one in seen.questions)
        and all(one.state is not ChangeState.PROPOSED for one in changes),
        "tail": [one_line(one, 200) for one in desk.file.tail.facts] if desk.file.tail else [],
    }
    return part_page(page, desk, "review", wrong, view)


def _statement(reader: Reader, text: CaseText, result: Result) -> str:
    """Of what was said to everybody the figures as well: there are few of these."""
    return " ".join((f"{reader.gettext(KINDS[text.kind])}:", result_sentence(reader, result),
                     *counted_words(reader, result)))  # fmt: skip


def _change(reader: Reader, desk: Desk, change: PlanChange) -> dict[str, Any]:
    what, before, after = change_words(reader, desk.client, desk.file, change)
    return {
        "id": change.id,
        "what": what,
        "before": before,
        "after": after,
        "open": change.state is ChangeState.PROPOSED,
        "accepted": change.state is ChangeState.ACCEPTED,
        "by": name_of(desk.client, change.decided_by) if change.decided_by else "",
    }
