"""The plan in sentences: why this one, what each way to answer means, what speaks against it, what the law asks."""

from typing import NamedTuple

from tocsin.domain.case.file import CaseEvent, What
from tocsin.domain.case.handed import Handed, HandedStep
from tocsin.domain.fields import Language
from tocsin.domain.playbook import GENERAL, Library, Way
from tocsin.domain.posture import Cluster, Objection, Obstacle, Outrage, Strategy
from tocsin.web.case.names import ROLES
from tocsin.web.clean import one_line
from tocsin.web.i18n import Reader, mark
from tocsin.web.scenario_words import scenario_words

OBJECTIONS = {
    Objection.UNVERIFIED: mark(
        "Nobody has found out yet whether it is true. Until then only say what happened, how people protect themselves,"
        " and that you care."
    ),
    Objection.BASE_MISSING: mark(
        "People who are hurt or at risk must first hear how to protect themselves and what you are doing about it."
    ),
    Objection.UNPROVEN: mark("A denial needs its proof: attach a document or an address that anybody can check."),
    Objection.DENIES_THE_TRUTH: mark("It was found to be true: a denial would be a lie."),
    Objection.DENY_MIXED: mark("A denial beside an excuse or an apology wears down both. Choose one of them."),
    Objection.DIMINISHES_HARM: mark(
        "People were hurt, or are beside themselves: whatever makes it small makes it worse."
    ),
    Objection.DIMINISHES_GUILT: mark("People see that it could have been prevented: an excuse will not be believed."),
    Objection.UNSIGNED: mark(
        "An apology or compensation is a promise: somebody with budget and law behind them signs it first."
    ),
    Objection.BOLSTER_ALONE: mark("Praise of oneself is no answer by itself: say first what you do about the matter."),
    Objection.NO_VICTIM: mark("People hold the brand responsible: it cannot speak as the victim."),
    Objection.REFUSES_A_TRUE_CHALLENGE: mark("The criticism is true: to refuse or refute it would make it worse."),
    Objection.PLAN_FORBIDS: mark(
        "The plan of this scenario rules it out. If it is another scenario, say so first, and the plan changes."
    ),
}
OBSTACLES = {
    Obstacle.CRITICISM: mark(
        "Criticism is answered, never deleted or hidden: what disappears comes back a thousand times. Answer it."
    ),
    Obstacle.NO_POLICY: mark("No moderation policy of yours is published that says what is removed, and why."),
    Obstacle.POLICY_NOT_FOUND: mark(
        "The last look found no moderation policy published. Give the address at which it stands, or publish it first."
    ),
    Obstacle.NO_EVIDENCE: mark("Keep the evidence first: a picture, the address and the time."),
    Obstacle.UNSIGNED: mark("Somebody else has to sign it first, on a lawyer's word."),
}
STRATEGIES = {
    # NOTE: a way to answer the public, as an imperative
    Strategy.INSTRUCT: mark("Say what happened and how people protect themselves"),
    Strategy.ADJUST: mark("Show concern, and say what is being done"),
    Strategy.DENIAL: mark("Deny it, with the proof"),
    Strategy.EXCUSE: mark("Explain that it was not meant and not in your hands"),
    Strategy.JUSTIFY: mark("Explain that the harm is smaller than it looks"),
    Strategy.COMPENSATE: mark("Compensate those concerned"),
    Strategy.APOLOGISE: mark("Apologise, and take responsibility"),
    Strategy.REMIND: mark("Remind people of what you have done well"),
    Strategy.THANK: mark("Thank those who help"),
    Strategy.VICTIMAGE: mark("Say that the brand is a victim of it too"),
    Strategy.RECOGNISE: mark("Hear the critics out, and say that you have heard"),
    Strategy.REVISE: mark("Change the thing that is criticised, and say from when"),
    Strategy.REFORM: mark("Admit that they are right, and change how you work"),
    Strategy.REFUTE: mark("Refute it with evidence"),
    Strategy.REFUSE: mark("Say openly that you will not do what is demanded"),
}
CLUSTERS = {
    # NOTE: how people see the brand in this case
    Cluster.VICTIM: mark("People see the brand as a victim of it."),
    Cluster.CHALLENGE: mark("People challenge the brand: no crisis yet."),
    Cluster.ACCIDENTAL: mark("People see it as an accident."),
    Cluster.PREVENTABLE: mark("People see that it could have been prevented."),
}
WAYS = {
    # NOTE: a channel by which the brand speaks
    Way.VOICE: mark("by telephone or in person"),
    Way.DIRECT: mark("a message to those concerned"),
    Way.ORIGIN: mark("where it was said"),
    Way.COUNTER: mark("at the counter and on the pack"),
    Way.STAFF: mark("inside the house"),
    Way.SITE: mark("a page of one's own site"),
    Way.SOCIAL: mark("one's own accounts"),
    Way.FORM: mark("the form of an authority or a platform"),
    Way.PRESS: mark("the press"),
}
_OUTRAGES = {
    Outrage.MODERATE: mark("People are outraged."),
    Outrage.EXTREME: mark("People are beside themselves with outrage: nothing is made small."),
}
_MOVED = {
    # NOTE: why this plan was chosen and not another one
    "history": mark("What people remember of the brand's earlier cases decided it."),
    # NOTE: why this plan was chosen and not another one
    "outrage": mark("The outrage that a person found decided it."),
}
_REASONS = {
    "nothing_told": mark("No mention tells of a known kind of crisis yet, so this is the general plan."),
    "many_matters": mark("The mentions tell of several things, so this is the general plan for now."),
    "no_playbook": mark("There is no plan for this scenario, so this is the general one."),
}


class Step(NamedTuple):
    """``by``: the hour and minute of the reader's clock; ``who``: a name or a role."""

    by: str
    who: str
    words: str


class FirstHour(NamedTuple):
    """What an alert hands over: the plan's title, why it was chosen, whether that is a guess, the first steps by their
    clocks, and what is never done."""

    title: str
    why: tuple[str, ...]
    guess: bool
    steps: tuple[Step, ...]
    never: tuple[str, ...]


def objection_words(language: Language, objection: Objection) -> str:
    return _reader(language).gettext(OBJECTIONS[objection])


def obstacle_words(language: Language, obstacle: Obstacle) -> str:
    return _reader(language).gettext(OBSTACLES[obstacle])


def strategy_words(language: Language, strategy: Strategy) -> str:
    return _reader(language).gettext(STRATEGIES[strategy])


def cluster_words(language: Language, cluster: Cluster) -> str:
    return _reader(language).gettext(CLUSTERS[cluster])


def way_words(language: Language, way: Way) -> str:
    return _reader(language).gettext(WAYS[way])


def clock_words(language: Language, clock_id: str, library: Library | None) -> str:
    """What a clock of the law asks, and where that is written; its id where the library has it no more."""
    laws = library.laws if library is not None else ()
    clock = next((clock for law in laws for clock in law.clocks if clock.id == clock_id), None)
    if clock is None:
        return clock_id
    unsure = "" if clock.checked else " (?)"
    said = f"{clock.words.in_(language)} {clock.cited}{unsure}"
    if not clock.at_once:
        return said
    # NOTE: after what a law asks; the law itself names no number of hours
    return f"{said} {_reader(language).gettext('The law names no hours, it says at once: these hours are ours.')}"


def clock_start_words(language: Language, clock_id: str, library: Library | None) -> str:
    """From which moment it counts; nothing where the library has it no more."""
    laws = library.laws if library is not None else ()
    clock = next((clock for law in laws for clock in law.clocks if clock.id == clock_id), None)
    return clock.runs_from.in_(language) if clock is not None else ""


def why_words(language: Language, fact: str) -> str:
    """One fact of a choice as a sentence; nothing for a fact that a person needs no sentence for."""
    reader = _reader(language)
    name, _, value = fact.partition("=")
    match name:
        case "share" if value.isdigit():
            # NOTE: why this plan was chosen: of all that the mentions tell, by severity and reach
            return reader.gettext(
                "%(percent)s of what is told, by severity and reach, is this.", percent=reader.percent(int(value) / 100)
            )
        case "mentions" if value.isdigit():
            return reader.ngettext("%(count)s voice tells of it.", "%(count)s voices tell of it.", int(value))
        case "heard" if value.isdigit():
            return reader.gettext("The widest heard reaches %(people)s people.", people=reader.number(int(value)))
        case "history" if value.isdigit():
            return reader.ngettext(
                "People remember %(count)s crisis of the brand before this one.",
                "People remember %(count)s crises of the brand before this one.",
                int(value),
            )
        case "outrage" | "outrage_found" if value in set(Outrage) and Outrage(value) in _OUTRAGES:
            return reader.gettext(_OUTRAGES[Outrage(value)])
        case "moved_by" if value in _MOVED:
            return reader.gettext(_MOVED[value])
        case "instead" if value == GENERAL:
            return reader.gettext("By the mentions alone it would have been the general plan.")
        case "instead":
            # NOTE: the plan of another scenario was chosen for the reasons named before
            return reader.gettext(
                "By the mentions alone it would have been: %(scenario)s.", scenario=scenario_words(reader, value)
            )
        case "injuries":
            return reader.gettext("Somebody was hurt, so it is treated as harm and not as a defect.")
        case "beside" | "told":
            # NOTE: why this plan was chosen: the scenario is one of those that the mentions tell of
            return reader.gettext("The mentions also tell of: %(scenario)s.", scenario=scenario_words(reader, value))
        case "reason" if value in _REASONS:
            return reader.gettext(_REASONS[value])
    return ""


def event_words(language: Language, event: CaseEvent) -> str:
    """What an event of the plan says: values become sentences, a person's own words stay."""
    said = event.words or ""
    if event.what is What.PLANNED:
        return " ".join(filter(None, (why_words(language, fact) for fact in said.split(", "))))
    if event.what in {What.POSTURE, What.SIGNED}:
        names = [one for one in said.split(", ") if one in set(Strategy)]
        return "; ".join(strategy_words(language, Strategy(one)) for one in names) or said
    return said


def first_hour(reader: Reader, plan: Handed) -> FirstHour:
    """What an alert's mail hands over, in the reader's words and clock."""
    return FirstHour(
        # NOTE: the title of a plan for a case whose scenario nobody knows yet
        title=one_line(plan.title, 120) if plan.title else reader.gettext("General plan"),
        why=tuple(said for fact in plan.why if (said := why_words(reader.language, fact))),
        guess=plan.guess and plan.title is not None,
        steps=tuple(_step(reader, step) for step in plan.steps),
        never=tuple(one_line(never, 400) for never in plan.never),
    )


def _step(reader: Reader, step: HandedStep) -> Step:
    role = reader.gettext(ROLES[step.role]) if step.role is not None else ""
    return Step(reader.clock(step.at), one_line(step.who, 60) if step.who else role, one_line(step.words, 400))


def _reader(language: Language) -> Reader:
    return Reader(language, "UTC")
