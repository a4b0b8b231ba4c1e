"""The part of the level and the owner, and of how a case ends."""

from urllib.parse import urlencode

from tocsin.domain.case import level, status
from tocsin.domain.levels import Level
from tocsin.domain.links import Purpose
from tocsin.entry.case_parts.form import FaultError, Form
from tocsin.entry.case_parts.visit import Goto, Handler, LedElsewhereError, Visit
from tocsin.web.case.common import Wrong
from tocsin.web.case.level import level_page
from tocsin.web.case.names import CHOOSE
from tocsin.web.desk.common import PARTS

SETTABLE = [one.value for one in Level if one is not Level.CALM]


def show(visit: Visit, wrong: Wrong) -> str:
    before = visit.tools.casework.before(visit.case, visit.page.reader.language)
    return level_page(visit.page, visit.desk, wrong, before, visit.tools.twins(visit.case))


def _hold(visit: Visit, form: Form) -> Goto:
    to, why = Level(form.one_of("to", SETTABLE)), form.need("why")
    visit.do(lambda work: level.hold(work, to, why))
    return None


def _release(visit: Visit, form: Form) -> Goto:
    del form
    visit.do(level.release)
    return None


def _hand_over(visit: Visit, form: Form) -> Goto:
    to, why = form.need("to"), form.line("why")
    visit.do(lambda work: status.hand_over(work, to, why))
    return None


def _assign(visit: Visit, form: Form) -> Goto:
    to = form.need("to")
    visit.do(lambda work: status.assign(work, to))
    return None


def _note(visit: Visit, form: Form) -> Goto:
    words = form.need("words")
    visit.do(lambda work: status.note(work, words))
    return None


def _dismiss(visit: Visit, form: Form) -> Goto:
    why = form.need("why")
    visit.do(lambda work: status.dismiss(work, why))
    return {}


def _close(visit: Visit, form: Form) -> Goto:
    why = form.line("why")
    visit.do(lambda work: status.close(work, why))
    return {}


def _reopen(visit: Visit, form: Form) -> Goto:
    why = form.need("why")
    visit.do(lambda work: status.reopen(work, why))
    return {}


def _link(visit: Visit, form: Form) -> Goto:
    other = form.need("other")
    visit.tools.casework.link(visit.case.incident.id, other, visit.me.email)
    return None


def _link_twin(visit: Visit, form: Form) -> Goto:
    visit.tools.casework.link(visit.case.incident.id, form.id, visit.me.email)
    return None


def _apart(visit: Visit, form: Form) -> Goto:
    visit.tools.casework.keep_apart(visit.case.incident.id, form.id, visit.me.email)
    return None


def _merge(visit: Visit, form: Form) -> Goto:
    into, why = form.need("into"), form.need("why")
    visit.tools.casework.merge(visit.case.incident.id, into, why, visit.me.email)
    return {}


def _declare(visit: Visit, form: Form) -> Goto:
    """A link of its own to the client's pages: who declares an incident need not have one."""
    issued = visit.tools.links.issue(visit.case.client.client, visit.me.email, Purpose.DECLARE)
    if issued is None:
        raise FaultError(CHOOSE)
    query = {"part": form.id, "lang": visit.page.language} if form.id in PARTS else {}
    raise LedElsewhereError(f"{issued[0]}?{urlencode(query)}" if query else issued[0])


STEPS: dict[str, Handler] = {
    "hold": _hold,
    "release": _release,
    "hand_over": _hand_over,
    "assign": _assign,
    "note": _note,
    "dismiss": _dismiss,
    "close": _close,
    "reopen": _reopen,
    "link": _link,
    "link_twin": _link_twin,
    "link_apart": _apart,
    "merge": _merge,
    "declare_link": _declare,
}
