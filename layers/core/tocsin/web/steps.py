"""What to do next, as data: in order, with the clocks of crisis practice (section 3), in minutes after the alert."""

from dataclasses import dataclass

from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind
from tocsin.web.i18n import mark


@dataclass(frozen=True, slots=True)
class Step:
    """``title`` and ``detail`` are messages of the catalogue; ``within`` is in minutes after the alert."""

    title: str
    detail: str
    within: int | None = None


_VERIFY = Step(
    mark("Verify"),
    mark("Open the source. Is it true? Where did it begin, and who is affected?"),
)
_COMMAND = Step(
    mark("Open one line of command"),
    mark("One person decides, one writes, and whoever approves is not the author."),
)
_DIRECTOR = Step(
    mark("Call the director"),
    mark("Open one line of command: one person decides, one writes, and whoever approves is not the author."),
)
_FREEZE = Step(
    mark("Freeze scheduled posts and ads"),
    mark("A cheerful post in the middle of this does harm of its own."),
)
_EVIDENCE = Step(
    mark("Keep the evidence, delete nothing"),
    mark("Take screenshots with address and time. Criticism that is deleted or hidden comes back louder."),
)
_SAFETY = Step(
    mark("People first"),
    mark("If anybody may be in danger, say at once how they can protect themselves."),
)
_HOLDING = Step(
    mark("Draft a holding statement"),
    mark("What is known, what is not yet, what you are doing, when you will say more. No guesses, no blame."),
    within=15,
)
_APPROVE = Step(
    mark("Have the statement approved"),
    mark("If an answer would make it worse, write down that decision and when you will look again."),
    within=60,
)


_TAKE = mark("Take the case")


def _take(within: int) -> Step:
    return Step(_TAKE, mark("Tell your colleagues that you are on it."), within)


_RAISED: dict[Level, tuple[Step, ...]] = {
    Level.CALM: (),
    Level.WATCH: (
        Step(mark("Look"), mark("Read the mentions at their source and decide whether there is a story."), within=240),
        Step(mark("Follow it"), mark("Is anybody repeating it? Has it reached a second platform?")),
        Step(mark("Do not rush to answer"), mark("Facts first. Do not delete or hide criticism.")),
    ),
    Level.ISSUE: (
        _take(30),
        _VERIFY,
        _FREEZE,
        _EVIDENCE,
        Step(
            mark("Reply, or draft a holding statement"),
            mark("Address the person, with empathy. If you decide not to answer, write down why."),
            within=60,
        ),
    ),
    Level.CRISIS: (
        _take(10),
        _VERIFY,
        _COMMAND,
        _FREEZE,
        _EVIDENCE,
        _HOLDING,
        _APPROVE,
        Step(mark("Keep your own side informed"), mark("An update to the team and the client's people every 2 hours.")),
    ),
    Level.SEVERE: (
        _take(5),
        _SAFETY,
        _VERIFY,
        _DIRECTOR,
        _FREEZE,
        _EVIDENCE,
        _HOLDING,
        _APPROVE,
        Step(mark("Keep your own side informed"), mark("An update to the team and the client's people every hour.")),
    ),
}

_RESOLVED = (
    Step(mark("Tell everybody who was on it"), mark("They may rest, and so may you.")),
    Step(mark("Resume posts and ads"), mark("Read them once more first: what was harmless may now sound wrong.")),
    Step(mark("Keep your promises"), mark("Whatever was promised in public is still owed.")),
    Step(
        mark("Review the case"),
        mark("Between day 7 and day 14: what do you change in the plan? On day 30, look for an echo."),
    ),
)

_TEST = (
    Step(mark("Say that it reached you"), mark("Tell whoever runs the drill at what time you saw it.")),
    Step(mark("Check what woke you"), mark("Was it loud enough? Are your number and your quiet hours right?")),
    Step(mark("Answer nothing in public"), mark("Whatever this message tells is part of the drill.")),
)


def steps_for(kind: AlertKind, level: Level, *, taken: bool = False) -> tuple[Step, ...]:
    """The steps in order. Raised and calm has none; ``taken``: without what the reader has done already."""
    match kind:
        case AlertKind.RESOLVED:
            return _RESOLVED
        case AlertKind.TEST:
            return _TEST
        case _:
            return tuple(step for step in _RAISED[level] if not (taken and step.title == _TAKE))
