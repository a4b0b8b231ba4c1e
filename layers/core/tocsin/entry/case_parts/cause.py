"""The part of the cause card."""

import logging

from tocsin.domain.case import causes
from tocsin.domain.case.cause import Quotation
from tocsin.domain.case.file import Work, Worked
from tocsin.domain.case.proposals import Part, Proposal
from tocsin.domain.posture import Outrage, Truth
from tocsin.entry.case_parts.form import FaultError, Form
from tocsin.entry.case_parts.visit import Goto, Handler, Visit
from tocsin.entry.http import number_of
from tocsin.services.logged import logged
from tocsin.web.answer_words import EMPTY
from tocsin.web.case.cause import cause_page
from tocsin.web.case.common import Wrong
from tocsin.web.clean import one_line

logger = logging.getLogger(__name__)

MAX_QUOTED = 300


def show(visit: Visit, wrong: Wrong) -> str:
    proposals, quotable = _hints(visit)
    return cause_page(visit.page, visit.desk, wrong, proposals, quotable)


def _hints(visit: Visit) -> tuple[tuple[Proposal, ...], tuple[Quotation, ...]]:
    """A card without what people write beats none."""
    try:
        return visit.tools.insights().hints(visit.case.client, visit.case.incident)
    except Exception as error:
        logger.error("a cause card is shown without what people write", extra=logged(error))
        return (), ()


def _fill(visit: Visit, form: Form) -> Goto:
    """All fields at once, in one step."""
    said = {part: form.line(part.value) for part in Part}

    def step(work: Work) -> Worked:
        whole = Worked(work.incident, work.file)
        for part, words in said.items():
            whole = whole.then(causes.fill(work._replace(incident=whole.incident, file=whole.file), part, words))
        return whole

    visit.do(step)
    return None


def _verify(visit: Visit, form: Form) -> Goto:
    truth, proof = Truth(form.one_of("truth", [one.value for one in Truth])), form.line("proof")
    if truth is Truth.FALSE and proof is None:
        raise FaultError(EMPTY)
    visit.do(lambda work: causes.verify(work, truth, proof))
    return None


def _appraise(visit: Visit, form: Form) -> Goto:
    injuries = form.fields.get("injuries") == "1"
    outrage = Outrage(form.one_of("outrage", [one.value for one in Outrage]))
    visit.do(lambda work: causes.appraise(work, injuries=injuries, outrage=outrage))
    return None


def _quote(visit: Visit, form: Form) -> Goto:
    """What the page offered, by its words: the browser names neither author nor address."""
    words, mention = form.need("words", MAX_QUOTED), form.line("mention", 200)
    _, quotable = _hints(visit)
    found = next(
        (one for one in quotable if (one.mention_id, one_line(one.words, MAX_QUOTED)) == (mention, words)), None
    )
    if found is None:
        found = Quotation(words=words, mention_id=mention)
    kept = found
    visit.do(lambda work: causes.quote(work, kept))
    return None


def _unquote(visit: Visit, form: Form) -> Goto:
    number = number_of(form.id)
    if number is None:
        raise FaultError(EMPTY)
    visit.do(lambda work: causes.unquote(work, number))
    return None


STEPS: dict[str, Handler] = {
    "cause": _fill,
    "verify": _verify,
    "appraise": _appraise,
    "quote": _quote,
    "unquote": _unquote,
}
