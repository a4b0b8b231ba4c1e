"""Steps on the cause card. What is claimed may be written down by anybody in the case; whether it is true, and which
scenario it is, a named person finds."""

from collections.abc import Mapping

from tocsin.domain.case.cause import Quotation
from tocsin.domain.case.file import CaseEvent, What, Work, Worked
from tocsin.domain.case.level import hold
from tocsin.domain.case.proposals import Part
from tocsin.domain.case.status import check_live
from tocsin.domain.errors import TransitionError
from tocsin.domain.levels import Level
from tocsin.domain.posture import Outrage, Truth
from tocsin.domain.refusals import Refused
from tocsin.domain.scenarios import SCENARIOS

LONGEST = 300
MOST_QUOTED = 10


def fill(work: Work, part: Part, words: str | None) -> Worked:
    """Set one field of the card; None empties it. Raise TransitionError."""
    check_live(work)
    said = _checked(words, part.value) if words is not None else None
    if getattr(work.file.cause, part.value) == said:
        return Worked(work.incident, work.file)
    return _changed(work, {part.value: said}, work.did(What.CAUSE, of=part.value, words=said))


def quote(work: Work, quotation: Quotation) -> Worked:
    """Keep somebody's words with the card; the same words are kept once. Raise TransitionError when it is full."""
    check_live(work)
    kept = work.file.cause.quotations
    if any(one.words == quotation.words for one in kept):
        return Worked(work.incident, work.file)
    if len(kept) == MOST_QUOTED:
        raise TransitionError(f"the card holds {MOST_QUOTED} quotations: take one off first", Refused.FULL)
    event = work.did(What.CAUSE, of="quotation", whom=quotation.mention_id, words=quotation.words)
    return _changed(work, {"quotations": (*kept, quotation)}, event)


def unquote(work: Work, number: int) -> Worked:
    """Take a quotation off the card, by its number from 1. Raise TransitionError."""
    check_live(work)
    kept = work.file.cause.quotations
    if not 1 <= number <= len(kept):
        raise TransitionError(f"the card has no quotation {number}: it holds {len(kept)}", Refused.UNKNOWN)
    event = work.did(What.CAUSE, of="quotation taken off", words=kept[number - 1].words)
    return _changed(work, {"quotations": kept[: number - 1] + kept[number:]}, event)


def verify(work: Work, truth: Truth, proof: str | None = None) -> Worked:
    """A person's finding whether the claim is true. That it is false needs its proof, in words or an address: a denial
    stands on it. UNKNOWN takes a finding back. Raise TransitionError."""
    check_live(work)
    by = _named(work, "whether it is true")
    said = _checked(proof, "the proof") if proof is not None else None
    if truth is Truth.UNKNOWN and said is not None:
        raise TransitionError("what is not known has no proof: say true or false", Refused.NO_PROOF)
    if truth is Truth.FALSE and said is None:
        raise TransitionError(
            "that it is false needs its proof, in words or an address: a denial stands on it", Refused.PROOF
        )
    cause = work.file.cause
    if (cause.truth, cause.proof) == (truth, said):
        return Worked(work.incident, work.file)
    found = truth is not Truth.UNKNOWN
    facts = {
        "truth": truth,
        "proof": said,
        "verified_by": by if found else None,
        "verified_at": work.now if found else None,
    }
    return _changed(work, facts, work.did(What.VERIFIED, of=truth.value, words=said), look=True)


def appraise(work: Work, *, injuries: bool | None = None, outrage: Outrage | None = None) -> Worked:
    """What weighs beside the truth: were people hurt, how outraged are others. None leaves it as it is."""
    check_live(work)
    cause = work.file.cause
    hurt = cause.injuries if injuries is None else injuries
    felt = cause.outrage if outrage is None else outrage
    if (hurt, felt) == (cause.injuries, cause.outrage):
        return Worked(work.incident, work.file)
    _named(work, "what weighs")
    event = work.did(What.CAUSE, of="appraisal", words=f"injuries={'yes' if hurt else 'no'} outrage={felt.value}")
    return _changed(work, {"injuries": hurt, "outrage": felt}, event, look=True)


def confirm_scenario(work: Work, scenario: str, floor: Level | None) -> Worked:
    """A person says which scenario it is: the plan follows. ``floor``: the playbook's, None where there is none; a case
    that burns lower is held at it by that person, unless somebody holds its level already. Raise TransitionError."""
    check_live(work)
    by = _named(work, "which scenario it is")
    if scenario not in SCENARIOS:
        raise TransitionError(f"{scenario!r} is no scenario: one of {', '.join(SCENARIOS)}", Refused.UNKNOWN)
    cause = work.file.cause
    if cause.scenario == scenario and cause.confirmed_by is not None:
        return Worked(work.incident, work.file)
    event = work.did(What.CAUSE, of="scenario", words=scenario)
    done = _changed(work, {"scenario": scenario, "confirmed_by": by}, event, look=True)
    incident = work.incident
    if floor is None or incident.closed or incident.held is not None or incident.level >= floor:
        return done
    return done.then(hold(work._replace(file=done.file), floor, f"no case of {scenario} is treated as less"))


def _changed(work: Work, facts: Mapping[str, object], event: CaseEvent, *, look: bool = False) -> Worked:
    """``look``: the plan depends on it, so the case's clocks are looked at soon."""
    cause = work.file.cause.model_copy(update=facts)
    file = work.file.with_(cause=cause)
    if look and (file.next_at is None or file.next_at > work.now):
        file = file.with_(next_at=work.now)
    return Worked(work.incident, file, (event,))


def _named(work: Work, what: str) -> str:
    if work.by is None:
        raise TransitionError(f"{what} is for a named person to say", Refused.NOBODY)
    return work.by


def _checked(said: str, what: str) -> str:
    plain = " ".join(said.split())
    if not plain or len(plain) > LONGEST:
        raise TransitionError(f"{what}: write 1 to {LONGEST} characters", Refused.WORDS)
    return plain
