"""How the last drills went, which one goes on, and the form of a new one."""

from collections.abc import Iterator
from typing import Any

from tocsin.domain.desk_asks import USUAL, AskKind
from tocsin.domain.drill_report import ALERT_WITHIN, DrillReport, Reached
from tocsin.domain.drill_run import DrillBook, HeldDrill, NoDrill
from tocsin.domain.scenarios import SCENARIOS
from tocsin.web.answer_people import name_of
from tocsin.web.case.common import Wrong
from tocsin.web.clean import one_line
from tocsin.web.desk.common import Counter, desk_page
from tocsin.web.i18n import Reader, mark
from tocsin.web.pages import Page
from tocsin.web.scenario_words import scenario_words
from tocsin.web.words import CHANNELS, LEVELS

LENGTHS = (15, 30, USUAL, 120)
"""Minutes that people have."""
MAX_NAME, MAX_SOURCES = 80, 12
SURE = mark("Please tick that the people may be rung now.")
NOT_HELD = {
    NoDrill.NO_CLIENT: mark("The client is not deployed."),
    NoDrill.NO_BRAND: mark("This brand is not in the client's file any more."),
    NoDrill.NO_TEXTS: mark(
        "There is nothing to be said in a drill of this scenario. The desk deploys the client again."
    ),
    NoDrill.PAUSED: mark("The client is paused: nobody would be told."),
    NoDrill.BURNS: mark("A real case burns: drill when it is over."),
    NoDrill.GOES_ON: mark("Another drill goes on."),
    NoDrill.TOO_LATE: mark("It could not be begun within a quarter of an hour. Ask for it again."),
}
_TOOK = {
    "alert": mark("From the first mention to the first message: %(took)s (allowed: %(goal)s)."),
    "acknowledge": mark("From the alert until somebody took it: %(took)s (allowed: %(goal)s)."),
    "respond": mark("From the alert to the first answer in public: %(took)s (allowed: %(goal)s)."),
}
_NEVER = {
    "alert": mark("Nobody was alerted."),
    "acknowledge": mark("Nobody took it."),
    "respond": mark("Nobody answered in public."),
}


def drill_page(page: Page, counter: Counter, wrong: Wrong, book: DrillBook) -> str:
    reader, going = page.reader, book.going if book.goes_on(counter.now) else None
    asked = counter.waits_for(AskKind.DRILL)
    ask = counter.link.ask
    view = {
        "going": {
            "scenario": scenario_words(reader, going.scenario),
            "brand": one_line(going.brand, MAX_NAME),
            "since": reader.moment(going.began_at, counter.now),
            "until": reader.moment(going.until, counter.now),
            "by": name_of(counter.client, going.by) if going.by else "?",
        }
        if going is not None
        else None,
        "asked": scenario_words(reader, ask.scenario) if going is None and asked is not None and ask else None,
        "refused": _refused(reader, counter, book) if going is None else None,
        "held": [_held(reader, counter, one) for one in book.held],
        "scenarios": sorted(((one, scenario_words(reader, one)) for one in SCENARIOS), key=lambda one: one[1]),
        "brands": [(one.name, one_line(one.name, MAX_NAME) or "?") for one in counter.client.brands],
        "lengths": [(str(one), reader.minutes(one)) for one in LENGTHS],
        "length": str(USUAL),
        "scenario": "",
    }
    return desk_page(page, counter, "drill", wrong, view)


def _refused(reader: Reader, counter: Counter, book: DrillBook) -> dict[str, str] | None:
    one = book.refused
    if one is None:
        return None
    return {
        "scenario": scenario_words(reader, one.scenario),
        "at": reader.moment(one.at, counter.now),
        "why": reader.gettext(NOT_HELD[one.why]),
    }


def _held(reader: Reader, counter: Counter, held: HeldDrill) -> dict[str, Any]:
    report = held.report
    took = [*_took(reader, report), *_unheard(reader, report)]
    ways = [_reached(reader, counter, one) for one in report.reached]
    return {
        "scenario": scenario_words(reader, report.scenario),
        "brand": one_line(report.brand, MAX_NAME),
        "at": f"{reader.date(report.began_at)}, {reader.clock(report.began_at)}",
        "by": name_of(counter.client, held.by) if held.by else None,
        "level": reader.gettext(LEVELS[report.level]) if report.level is not None else None,
        "taken_by": name_of(counter.client, report.acknowledged_by) if report.acknowledged_by else None,
        "took": took,
        "ways": ways,
        "good": not any(one["late"] for one in (*took, *ways)),
    }


def _took(reader: Reader, report: DrillReport) -> Iterator[dict[str, Any]]:
    """What comes after a step that nobody took is not said."""
    for name, minutes, within in (
        ("alert", report.minutes_to_alert, ALERT_WITHIN),
        ("acknowledge", report.minutes_to_acknowledge, report.acknowledge_within),
        ("respond", report.minutes_to_respond, report.respond_within),
    ):
        if minutes is None:
            yield {"words": reader.gettext(_NEVER[name]), "late": True}
            if name == "alert":
                return
            continue
        took, goal = reader.minutes(max(round(minutes), 1)), reader.minutes(within)
        yield {"words": reader.gettext(_TOOK[name], took=took, goal=goal), "late": minutes > within}


def _unheard(reader: Reader, report: DrillReport) -> Iterator[dict[str, Any]]:
    for name in report.unheard:
        # NOTE: of a source, in the report of a drill, which begins behind the sources
        said = reader.gettext(
            "%(name)s is not heard: what is said there would have rung nobody.", name=one_line(name, 80)
        )
        yield {"words": said, "late": True}
    if report.heard:
        # NOTE: of sources, in the report of a drill
        said = reader.gettext("Meanwhile these sources answered real looks: %(names)s.", names=_names(report.heard))
        yield {"words": said, "late": False}
    if report.silent:
        # NOTE: of sources, in the report of a drill
        said = reader.gettext("No look at these fell into it: %(names)s.", names=_names(report.silent))
        yield {"words": said, "late": False}


def _names(names: tuple[str, ...]) -> str:
    more = f" (+{len(names) - MAX_SOURCES})" if len(names) > MAX_SOURCES else ""
    return ", ".join(one_line(name, MAX_NAME) for name in names[:MAX_SOURCES]) + more


def _reached(reader: Reader, counter: Counter, one: Reached) -> dict[str, Any]:
    name, channel = name_of(counter.client, one.person), reader.gettext(CHANNELS[one.channel])
    if one.why:
        # NOTE: of a message, after its channel
        became = reader.gettext("did not arrive")
    elif one.delivered:
        # NOTE: of a message, after its channel
        became = reader.gettext("delivered")
    elif one.sent_at is not None:
        # NOTE: of a message, after its channel
        became = reader.gettext("sent")
    else:
        # NOTE: of a message, after its channel: of a drill that was over before
        became = reader.gettext("not sent")
    return {"words": f"{name}: {channel}, {became}", "late": bool(one.why)}
