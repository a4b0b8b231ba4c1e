"""The plan's own steps: which playbook, which answer to the public, and who signed it."""

from collections.abc import Iterable
from datetime import timedelta

from tocsin.domain.case.addresses import web_address
from tocsin.domain.case.causes import confirm_scenario
from tocsin.domain.case.chooser import Chosen
from tocsin.domain.case.file import CaseFile, What, Work, Worked
from tocsin.domain.case.planning import planned, situation
from tocsin.domain.case.status import check_live, responder
from tocsin.domain.case.tasking import room, unused, words_of
from tocsin.domain.case.tasks import CaseTask, Plan
from tocsin.domain.errors import TransitionError
from tocsin.domain.people import Role
from tocsin.domain.playbook import GENERAL, Library, Playbook
from tocsin.domain.posture import (
    POSTURE_OF,
    Objection,
    Obstacle,
    Posture,
    Removal,
    Strategy,
    objections,
    obstacles,
)
from tocsin.domain.refusals import Refused
from tocsin.domain.said import Words

__all__ = ["PostureError", "RemovalError", "against", "pick", "plan_of", "remove", "settle", "sign", "situation"]


_ASKED = {
    "en": "Ask the platform, by our published rules, to take this down: ",
    "uk": "Попросіть платформу за нашими опублікованими правилами прибрати це: ",
    "es": "Pida a la plataforma, según nuestras normas publicadas, que retire esto: ",
}
_SOON = timedelta(hours=4)


class PostureError(TransitionError):
    """What speaks against the answer, as values: pages make sentences of them (web/plan_words.py)."""

    def __init__(self, found: tuple[Objection, ...]) -> None:
        super().__init__(f"this answer would make it worse: {', '.join(found)}", Refused.POSTURE)
        self.objections = found


class RemovalError(TransitionError):
    """Why it has to stay, as values."""

    def __init__(self, found: tuple[Obstacle, ...]) -> None:
        super().__init__(f"it stays: {', '.join(found)}", Refused.STAYS)
        self.obstacles = found


def against(
    file: CaseFile, strategies: Iterable[Strategy], *, proof: bool | None = None, signed: bool | None = None
) -> tuple[Objection, ...]:
    """All that speaks against answering this way in this case. ``proof``, ``signed``: as the case has them without."""
    plan = file.plan
    held = file.cause.proof is not None or (plan is not None and plan.proof is not None)
    return objections(
        situation(file),
        strategies,
        proof=held if proof is None else proof,
        signed=(plan is not None and plan.signed_by is not None) if signed is None else signed,
        forbidden=plan.playbook.forbidden if plan is not None and plan.playbook is not None else (),
    )


def plan_of(library: Library, chosen: Chosen, work: Work, by: str | None) -> Plan:
    """The plan that a choice makes. What was settled and signed was so for its scenario, and ends with it."""
    playbook, former = chosen.playbook, work.file.plan
    facts = {
        "scenario": playbook.scenario if playbook else GENERAL,
        "cited": playbook.cited if playbook else GENERAL,
        "playbook": playbook,
        "general": () if playbook else library.general,
        "history": chosen.history,
        "outrage": work.file.cause.outrage,
        "injuries": work.file.cause.injuries,
        "why": chosen.why,
        "chosen_at": work.now,
        "chosen_by": by,
        "looked_at": work.now,
    }
    same = former is not None and former.scenario == facts["scenario"]
    return former.model_copy(update=facts) if former is not None and same else Plan(**facts)


def pick(work: Work, library: Library, scenario: str) -> Worked:
    """A person says which scenario it is: the cause is confirmed so, the case held at the playbook's floor where it
    burns lower, and the plan is of its playbook from now on. What was done stays. Raise TransitionError: closed, or no
    playbook of that name."""
    playbook = _playbook(library, scenario)
    said = confirm_scenario(work, scenario, playbook.floor)
    plan = work.file.plan
    if plan is not None and plan.playbook == playbook and not plan.guessed:
        return said
    history = plan.history if plan is not None else 0
    why = (f"scenario={scenario}", f"by={work.by}", *((f"history={history}",) if history else ()))
    asked = work._replace(incident=said.incident, file=said.file)
    return said.then(planned(asked, plan_of(library, Chosen(playbook, why, history), asked, work.by)))


def _playbook(library: Library, scenario: str) -> Playbook:
    found = library.of(scenario)
    if found is None:
        known = ", ".join(one.scenario for one in library.playbooks)
        raise TransitionError(f"there is no playbook {scenario!r}: {known or 'none is deployed'}", Refused.UNKNOWN)
    return found


def settle(work: Work, strategies: Iterable[Strategy], proof: str | None = None) -> Worked:
    """A person settles how the public is answered. ``proof``: an address or a document that shows a denial true. Raise
    PostureError with all that speaks against it; a missing sign-off is none of it, since that comes after."""
    file, plan = work.file, work.file.plan
    check_live(work)
    if plan is None:
        raise TransitionError("the case has no plan yet: say which scenario it is", Refused.NO_PLAN)
    if work.by is None:
        raise TransitionError("a person settles how the public is answered", Refused.NOBODY)
    chosen = tuple(one for one in Strategy if one in set(strategies))
    if not chosen:
        raise TransitionError("choose at least one way to answer", Refused.NO_WAY)
    shown = words_of(proof, "the proof") if proof and proof.strip() else None
    # A proof belongs to what it was shown for: it is said again, or stands with the cause.
    found = against(file, chosen, proof=shown is not None or file.cause.proof is not None, signed=True)
    if found:
        raise PostureError(found)
    facts = {
        "strategies": chosen,
        "proof": shown,
        "settled_by": work.by,
        "settled_at": work.now,
        "signed_by": None,
    }
    file = file.with_(plan=plan.model_copy(update=facts))
    return Worked(work.incident, file, (work.did(What.POSTURE, words=", ".join(chosen)),))


def sign(work: Work) -> Worked:
    """The sign-off of a plan that promises (apology, compensation). Raise TransitionError: nothing to sign, what was
    settled no longer holds, or whoever settled it would sign for themselves."""
    plan = work.file.plan
    check_live(work)
    one = responder(work, work.by or "")
    if plan is None or not any(POSTURE_OF[each] is Posture.REBUILD for each in plan.strategies):
        raise TransitionError(
            "there is nothing to sign: neither an apology nor compensation is settled on", Refused.NOTHING
        )
    if plan.signed_by is not None:
        return Worked(work.incident, work.file)
    if one.email == plan.settled_by:
        raise TransitionError(
            f"{one.name} settled it: somebody else signs, with budget and law behind them", Refused.OWN
        )
    if found := against(work.file, plan.strategies, signed=True):
        raise PostureError(found)
    file = work.file.with_(plan=plan.model_copy(update={"signed_by": one.email}))
    return Worked(work.incident, file, (work.did(What.SIGNED, words=", ".join(plan.strategies)),))


def remove(
    work: Work,
    why: Removal,
    url: str,
    *,
    policy_published: bool,
    evidence_kept: bool,
    policy_found: bool = True,
    policy_url: str | None = None,
) -> Worked:
    """Ask for something that others wrote to be taken down: a task, to be signed by somebody else before it is done.
    ``policy_found``: False where the last look found no moderation policy published, so that its address is wanted.
    Raise RemovalError with all that keeps it where it is: criticism always stays."""
    check_live(work)
    file = room(work.file)
    shown = web_address(policy_url)
    found = obstacles(
        why,
        policy_published=policy_published,
        evidence_kept=evidence_kept,
        signed=True,
        policy_found=policy_found or shown is not None,
    )
    if found:
        raise RemovalError(found)
    place = words_of(url, "the place")
    file, task_id = unused(file, "removal", numbered=True)
    task = CaseTask(
        id=task_id,
        words=Words(en=_ASKED["en"] + place, uk=_ASKED["uk"] + place, es=_ASKED["es"] + place),
        role=Role.RESPONSIBLE,
        due_at=work.now + _SOON,
        needs_sign_off=True,
    )
    event = work.did(What.TASK_ADDED, of=task_id, words=f"{why}: {place}{f' ({shown})' if shown else ''}")
    return Worked(work.incident, file.with_(tasks=(*file.tasks, task)), (event,))
