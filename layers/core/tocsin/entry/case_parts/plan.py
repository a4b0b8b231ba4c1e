"""The plan's part: tasks, the answer to the public, the clocks of the law, the pause of what is scheduled."""

from dataclasses import replace

from tocsin.domain.case import freeze as freezing
from tocsin.domain.case import legal, plan, tasking
from tocsin.domain.policies import PolicyKind
from tocsin.domain.posture import Obstacle, Removal, Strategy
from tocsin.domain.readiness_report import Finding, unpublished
from tocsin.domain.scenarios import SCENARIOS
from tocsin.entry.case_parts.form import FaultError, Form
from tocsin.entry.case_parts.visit import Goto, Handler, Visit
from tocsin.web.case.common import Wrong
from tocsin.web.case.names import CHOOSE
from tocsin.web.case.plan import plan_page
from tocsin.web.plan_words import objection_words, obstacle_words
from tocsin.web.readiness_words import finding_words


def show(visit: Visit, wrong: Wrong, refused: BaseException | None = None) -> str:
    """``refused``: the step's own error, which may say more than one sentence."""
    language = visit.page.language
    objections = refused.objections if isinstance(refused, plan.PostureError) else ()
    obstacles = refused.obstacles if isinstance(refused, plan.RemovalError) else ()
    said = tuple(objection_words(language, one) for one in objections)
    stays = tuple(obstacle_words(language, one) for one in obstacles)
    if Obstacle.POLICY_NOT_FOUND in obstacles and (finding := _unpublished(visit)) is not None:
        stays = (*stays, finding_words(visit.page.reader, finding))
    if said or stays:
        wrong = replace(wrong, refused=None)
    return plan_page(visit.page, visit.desk, wrong, visit.tools.library(), said, stays)


def _unpublished(visit: Visit) -> Finding | None:
    return unpublished(visit.tools.readiness().load(), PolicyKind.MODERATION)


def _begin(visit: Visit, form: Form) -> Goto:
    task_id = form.id
    visit.do(lambda work: tasking.begin(work, task_id))
    return None


def _done(visit: Visit, form: Form) -> Goto:
    task_id, note = form.id, form.line("note")
    visit.do(lambda work: tasking.done(work, task_id, note))
    return None


def _noted(visit: Visit, form: Form) -> Goto:
    task_id, note = form.id, form.need("note")
    visit.do(lambda work: tasking.done(work, task_id, note))
    return None


def _drop(visit: Visit, form: Form) -> Goto:
    task_id, reason = form.id, form.need("reason")
    visit.do(lambda work: tasking.drop(work, task_id, reason))
    return None


def _give(visit: Visit, form: Form) -> Goto:
    task_id, to = form.id, form.need("to")
    visit.do(lambda work: tasking.give(work, task_id, to))
    return None


def _add(visit: Visit, form: Form) -> Goto:
    words, due, to = form.need("words"), form.moment("due"), form.line("to")
    signs = form.fields.get("sign") == "1"
    visit.do(lambda work: tasking.add(work, words, due, to, needs_sign_off=signs))
    return None


def _sign_task(visit: Visit, form: Form) -> Goto:
    task_id = form.id
    visit.do(lambda work: tasking.sign_task(work, task_id))
    return None


def _pick(visit: Visit, form: Form) -> Goto:
    scenario, library = form.one_of("scenario", SCENARIOS), visit.tools.library()
    if library is None:
        raise FaultError(CHOOSE)
    visit.do(lambda work: plan.pick(work, library, scenario))
    return None


def _settle(visit: Visit, form: Form) -> Goto:
    chosen = tuple(Strategy(one) for one in form.several("strategy", [one.value for one in Strategy]))
    proof = form.line("proof")
    visit.do(lambda work: plan.settle(work, chosen, proof))
    return None


def _remove(visit: Visit, form: Form) -> Goto:
    url, why = form.need("url", 2_000), Removal(form.one_of("reason", [one.value for one in Removal]))
    policy, evidence = form.fields.get("policy") == "1", form.fields.get("evidence") == "1"
    found, shown = _unpublished(visit) is None, form.line("policy_url", 2_000)
    visit.do(
        lambda work: plan.remove(
            work, why, url, policy_published=policy, evidence_kept=evidence, policy_found=found, policy_url=shown
        )
    )
    return None


def _sign(visit: Visit, form: Form) -> Goto:
    del form
    visit.do(plan.sign)
    return None


def _start(visit: Visit, form: Form) -> Goto:
    clock, since, library = form.id, form.moment("since", past=True), visit.tools.library()
    if library is None:
        raise FaultError(CHOOSE)
    visit.do(lambda work: legal.start(work, library, clock, since))
    return None


def _stop(visit: Visit, form: Form) -> Goto:
    clock, note = form.id, form.need("note")
    visit.do(lambda work: legal.stop(work, clock, note))
    return None


def _freeze(visit: Visit, form: Form) -> Goto:
    del form
    visit.do(freezing.freeze_everywhere)
    return None


STEPS: dict[str, Handler] = {
    "task_begin": _begin,
    "task_done": _done,
    "task_note": _noted,
    "task_drop": _drop,
    "task_give": _give,
    "task_add": _add,
    "task_sign": _sign_task,
    "pick": _pick,
    "settle": _settle,
    "removal": _remove,
    "plan_sign": _sign,
    "clock_start": _start,
    "clock_stop": _stop,
    "freeze": _freeze,
}
