"""What the linter has found, what a text leaves out, how a voice is best answered: in sentences for a person."""

from typing import NamedTuple

from tocsin.domain.case.texts import Result, ResultKind
from tocsin.domain.linter import Element, Fault, Finding
from tocsin.domain.replies import Advice, Reason, Stance
from tocsin.web.clean import one_line
from tocsin.web.i18n import Reader, mark

QUOTED = 120


class Remark(NamedTuple):
    """``quote``: the words concerned, None where something is missing. ``why`` and ``instead`` are whole sentences."""

    quote: str | None
    why: str
    instead: str


# NOTE: each fault of a text: first why it does harm, then what to write instead
FAULTS: dict[Fault, tuple[str, str]] = {
    Fault.SPECULATION: (
        mark("This is a guess: if it turns out wrong, nobody believes the rest."),
        mark("Say what is known and what is not known yet, and when you will say more."),
    ),
    Fault.BLAME: (
        mark("This puts the blame on somebody: readers take it for an excuse."),
        mark("Say what you are doing; who is to blame is found out elsewhere, and not in public."),
    ),
    Fault.ACCUSATION: (
        mark("This accuses somebody of being behind it: if it is wrong it is slander, and if it is right, a quarrel."),
        mark("Say how it really is and where that can be seen; who is behind it stays out of every text."),
    ),
    Fault.HALF_APOLOGY: (
        mark("This is half an apology: it makes the harm a matter of how others feel."),
        mark("Apologise plainly for what happened, without if and but; or show concern and apologise later."),
    ),
    Fault.DEFENSIVE: (
        mark("This defends you before it hears anybody out."),
        mark("Begin with the people concerned, then give facts that anybody can check."),
    ),
    Fault.SARCASM: (
        mark("This sounds like mockery, and mockery is what gets shared."),
        mark("Say the same thing plainly, as to a guest in your house."),
    ),
    Fault.AGGRESSION: (
        mark("This attacks the person who writes."),
        mark("Answer the matter and leave the person out of it; whom you cannot answer calmly, do not answer."),
    ),
    Fault.LEGAL_THREAT: (
        mark("A threat of law against criticism makes it known to thousands who had not heard of it."),
        mark("Leave it out. Where something is unlawful, lawyers act, and nobody announces it."),
    ),
    Fault.LIABILITY: (
        mark("This admits guilt in a way that binds the client in court."),
        mark("Show concern and say what you do; an admission goes out only when it is signed for."),
    ),
    Fault.MINIMISING: (
        mark("This makes the harm small, and those who suffer it read it."),
        mark("Give the number that is confirmed, or none; let others judge how grave it is."),
    ),
    Fault.DELETION: (
        mark("Asking for criticism to go, or removing it, makes it grow."),
        mark("Answer it where it stands. Only what the published policy names may go, with its evidence kept."),
    ),
    Fault.HUMOUR: (
        mark("A joke does the most harm of all answers while people are upset."),
        mark("Leave it out."),
    ),
    Fault.NO_COMMENT: (
        mark("Saying nothing in so many words is read as guilt."),
        mark("Say what you can: that you know of it, what you are doing, when you will say more."),
    ),
    Fault.ABSOLUTE: (
        mark("Nobody can know this for certain, and one exception is enough to make it a lie."),
        mark("Say what you have done so that it does not happen, and what is confirmed by now."),
    ),
    Fault.STRIKE: (
        mark("This tells where a strike hit or what it damaged, which helps to aim the next one."),
        mark("Leave out place and damage; say that people are safe and when service goes on."),
    ),
    Fault.PROMISE: (
        mark("This is a promise that nobody keeps yet."),
        mark("Make it a promise of the case, with a person and a day, or say only what is already done."),
    ),
    Fault.UNVERIFIED: (
        mark("This number stands in none of the facts that somebody has confirmed."),
        mark("Have it confirmed and add it to the facts, or leave it out."),
    ),
    Fault.SHOUTING: (
        mark("Words in capitals read as shouting."),
        mark("Write them small."),
    ),
}
# NOTE: each thing that a text of its kind leaves out: why it matters, then what to add
ELEMENTS: dict[Element, tuple[str, str]] = {
    Element.FACT: (
        mark("It does not say what has happened."),
        mark("Begin with what you know, and since when."),
    ),
    Element.EMPATHY: (
        mark("It has no word for the people concerned."),
        mark("Say that you see what it means for them. Concern is no admission of guilt."),
    ),
    Element.ACTION: (
        mark("It does not say what is being done."),
        mark("Name what has been done or begun already."),
    ),
    Element.ADVICE: (
        mark("It does not say what people should do."),
        mark("Tell them how to protect themselves, or that they need do nothing."),
    ),
    Element.UNKNOWN: (
        mark("It does not say what is not known yet."),
        mark("Name it: who admits a gap is believed in the rest."),
    ),
    Element.CONTACT: (
        mark("It does not say where to turn."),
        mark("Give an address or a number that somebody answers."),
    ),
    Element.NEXT_UPDATE: (
        mark("It does not say when there will be more."),
        mark("Give a day and a time, and keep it even without news."),
    ),
}
STANCES: dict[Stance, str] = {
    Stance.RESTORE: mark("An unhappy customer: answer in public within the hour, then put it right in private."),
    Stance.CORRECT: mark("The claim is wrong: set it right once, kindly, with its proof."),
    Stance.HEAR: mark("Somebody who is heard by many: answer as a person, hear them out, do not argue."),
    Stance.CONTACT: mark(
        "The press or an authority: answer by the press desk with confirmed facts, not in the thread."
    ),
    Stance.PROTECT: mark("They say that they work here: give a way in confidence, and let nobody ask who they are."),
    Stance.PUBLIC: mark("Say the facts once, to everybody who reads along, and leave this voice alone."),
    Stance.WATCH: mark("No answer is advised: it feeds this voice. Watch it, and answer the public once."),
}
WHY: dict[Reason, str] = {
    Reason.FALSE: mark("The claim was found to be false."),
    Reason.RAGE: mark("There is anger and nothing to put right."),
    Reason.PRIVATE: mark("It came by the private form: answer it in its own thread."),
}
RESULTS: dict[ResultKind, str] = {
    ResultKind.RECOVERED: mark("It helped."),
    ResultKind.NEUTRAL: mark("It changed little."),
    ResultKind.WORSE: mark("It got worse after it."),
    # NOTE: what came of an answer or a statement
    ResultKind.TOO_FEW: mark("Too little was said since to tell."),
}


def finding_sentence(reader: Reader, finding: Finding) -> Remark:
    why, instead = FAULTS[finding.fault]
    return Remark(one_line(finding.quote, QUOTED), reader.gettext(why), reader.gettext(instead))


def missing_sentence(reader: Reader, element: Element) -> Remark:
    why, instead = ELEMENTS[element]
    return Remark(None, reader.gettext(why), reader.gettext(instead))


def advice_sentence(reader: Reader, advice: Advice) -> str:
    """Never who somebody is, only how they are best answered."""
    why = WHY.get(advice.reason)
    said = reader.gettext(STANCES[advice.stance])
    if advice.reason is Reason.PRIVATE:
        return reader.gettext(WHY[Reason.PRIVATE])
    return f"{reader.gettext(why)} {said}" if why is not None else said


def result_sentence(reader: Reader, result: Result) -> str:
    return reader.gettext(RESULTS[result.kind])
