"""A text of a case that is approved ahead, for the next case of its scenario in its language, until a day.

First words are wanted before anybody knows whether it is true, so that what is kept gives the base alone, and holds
for any case of its kind. It stands over the client's file like an accepted change of a review, until the file says so.
"""

import json
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from tocsin.domain.case.approving import four_eyes
from tocsin.domain.case.changes import standing, text_key
from tocsin.domain.case.file import MOST_KEPT, CaseEvent, What, Work, Worked
from tocsin.domain.case.postures import does
from tocsin.domain.case.review import ChangeKind, ChangeState, PlanChange
from tocsin.domain.case.status import check_live, responder
from tocsin.domain.case.texts import CaseText, TextState
from tocsin.domain.case.wording import text_of
from tocsin.domain.client import Client
from tocsin.domain.errors import TransitionError
from tocsin.domain.levels import Level
from tocsin.domain.linter import Draft, check
from tocsin.domain.posture import OPEN
from tocsin.domain.refusals import Refused
from tocsin.domain.text_kinds import Kind
from tocsin.domain.word_settings import PreparedText

KINDS = frozenset({Kind.HOLDING, Kind.NOTICE, Kind.STAFF, Kind.REPLY})
"""Of a correction and a brief to the client nothing is the same the next time."""
LONGEST = timedelta(days=366)


def keep(work: Work, text_id: str, until: date) -> Worked:
    """Whoever does it has approved these words ahead, through the day ``until``; watch makes it so within a minute,
    ``tocsin words keep`` at once. Raise TransitionError."""
    check_live(work)
    text = text_of(work.file, text_id)
    by = responder(work, work.by or "").email
    scenario = work.file.scenario
    if scenario is None:
        raise TransitionError("say first which scenario the case is: a text is kept for one", Refused.NO_PLAN)
    today = work.now.astimezone(ZoneInfo(work.client.timezone)).date()
    if not today < until <= today + LONGEST:
        raise TransitionError(f"{until}: name a day from tomorrow to {today + LONGEST}", Refused.GOOD_UNTIL)
    _check_approved(work, text, by)
    _check_first_words(work, text)
    made = PreparedText(
        scenario=scenario, kind=text.kind, language=text.language, text=text.text, approved_by=by, expires=until
    )
    change = PlanChange(
        id=text_id,
        kind=ChangeKind.TEXT,
        place=f"prepared_texts[{text_key(made)}]",
        before=None,
        after=json.dumps(made.model_dump(mode="json"), ensure_ascii=False),
        state=ChangeState.ACCEPTED,
        decided_by=by,
        decided_at=work.now,
    )
    others = tuple(one for one in work.file.kept if one.id != text_id)
    if len(others) >= MOST_KEPT:
        raise TransitionError(f"{MOST_KEPT} texts of this case are kept already", Refused.FULL)
    event = work.did(What.KEPT_AHEAD, of=text_id, words=f"{scenario}, {until}")
    return Worked(work.incident, work.file.with_(kept=(*others, change)), (event,))


def keeps(work: Work, text: CaseText) -> bool:
    """May the text be kept by whoever looks, as far as can be told before they name a day?"""
    day = work.now.astimezone(ZoneInfo(work.client.timezone)).date() + timedelta(days=1)
    try:
        keep(work, text.id, day)
    except TransitionError:
        return False
    return True


def take_back(work: Work, change_id: str) -> Worked:
    """What is kept is wanted no more, whatever became of the case. Raise TransitionError."""
    one = next((each for each in work.file.kept if each.id == change_id), None)
    if one is None or one.applied_at is None:
        raise TransitionError(f"no text {change_id!r} of this case is kept", Refused.STALE)
    if one.taken_back_at is not None:
        return Worked(work.incident, work.file)
    by = responder(work, work.by or "").email
    told = one.model_copy(update={"taken_back_by": by, "taken_back_at": work.now})
    kept = tuple(told if each.id == change_id else each for each in work.file.kept)
    event = work.did(What.TAKEN_BACK, of=change_id, words=one.place)
    return Worked(work.incident, work.file.with_(kept=kept), (event,))


def over_the_last(client: Client | None, change: PlanChange) -> PlanChange:
    """In the place of what is approved ahead there now."""
    before = standing(client, change.place.partition("[")[2].rstrip("]")) if client is not None else None
    said = json.dumps(before, ensure_ascii=False) if before is not None else None
    return change.model_copy(update={"before": said})


def applied(work: Work, change_ids: tuple[str, ...]) -> Worked:
    """What was kept is good from now on; what was taken back is gone."""
    kept = tuple(
        one.model_copy(update={"applied_at": work.now}) if one.id in change_ids and one.waits else one
        for one in work.file.kept
        if not (one.id in change_ids and one.goes)
    )
    return Worked(work.incident, work.file if kept == work.file.kept else work.file.with_(kept=kept))


def unfit(work: Work, change_id: str, why: str) -> Worked:
    """The client's file has no place for it."""
    return _without(work, change_id, work.did(What.REFUSED, of=change_id, words=why))


def gone(work: Work, change_id: str) -> Worked:
    """A command has taken it out again."""
    return _without(work, change_id, work.did(What.TAKEN_BACK, of=change_id))


def _without(work: Work, change_id: str, event: CaseEvent) -> Worked:
    kept = tuple(one for one in work.file.kept if one.id != change_id)
    if kept == work.file.kept:
        return Worked(work.incident, work.file)
    return Worked(work.incident, work.file.with_(kept=kept), (event,))


def _check_approved(work: Work, text: CaseText, by: str) -> None:
    if text.kind not in KINDS:
        raise TransitionError(f"a {text.kind} holds for one case alone", Refused.THIS_CASE)
    plan = work.file.plan
    book = plan.playbook if plan is not None and plan.scenario == work.file.scenario else None
    grave = four_eyes(work) or book is None or book.floor >= Level.CRISIS
    if grave and by == text.author:
        raise TransitionError(f"at crisis and above somebody else keeps what you wrote: {text.id}", Refused.OTHER_EYES)
    own = text.approved_by == text.author and four_eyes(work)
    if text.state not in {TextState.APPROVED, TextState.SENT} or text.approved_by is None or own:
        raise TransitionError(f"{text.id} is not approved: that comes first", Refused.NOT_APPROVED)


def _check_first_words(work: Work, text: CaseText) -> None:
    beyond = [one.value for one in does(work, text) if one not in OPEN]
    if beyond:
        raise TransitionError(
            f"{text.id} does more than give the base ({', '.join(beyond)}): first words are said before anybody knows",
            Refused.THIS_CASE,
        )
    rivals = work.client.rivals(work.incident.brand)
    checked = check(Draft(text=text.text, language=text.language, kind=text.kind, rivals=rivals))
    if not checked.clean:
        faults = sorted({f"{one.fault.value} «{one.quote}»" for one in checked.findings})
        raise TransitionError(
            f"{text.id} does not hold for every case of its kind: "
            f"{', '.join((*faults, *(f'no {one.value}' for one in checked.missing)))}",
            Refused.THIS_CASE,
        )
