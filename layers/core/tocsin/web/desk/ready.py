"""Whether the client is ready for the night on which it burns: each check as sentences, with what to do."""

from datetime import datetime, timedelta
from typing import Any

from tocsin.domain.desk_asks import AskKind
from tocsin.domain.readiness_report import Check, Finding, ReadinessReport, State
from tocsin.web.case.common import Wrong
from tocsin.web.desk.common import Counter, desk_page
from tocsin.web.i18n import Reader
from tocsin.web.pages import Page
from tocsin.web.readiness_names import CHECKS
from tocsin.web.readiness_words import finding_words

SIGNS = {State.OK: "✓", State.NOTE: "·", State.WANTING: "✗", State.UNSEEN: "?"}
AWAITED = timedelta(minutes=3)
GRAVEST = (State.WANTING, State.UNSEEN, State.NOTE, State.OK)


def ready_page(page: Page, counter: Counter, wrong: Wrong, report: ReadinessReport | None) -> str:
    reader = page.reader
    asked = _asked(counter, report)
    view = {
        "at": reader.moment(report.at, counter.now) if report is not None else None,
        "asked": reader.moment(asked, counter.now) if asked is not None else None,
        "verdict": _verdict(reader, report),
        "ready": report is not None and report.ready,
        "checks": list(_checks(reader, report)) if report is not None else [],
    }
    return desk_page(page, counter, "ready", wrong, view)


def _asked(counter: Counter, report: ReadinessReport | None) -> datetime | None:
    """Since when a look is awaited. One is taken once at most: what found no end in time is awaited no more."""
    ask = counter.link.ask
    if ask is None or ask.kind is not AskKind.LOOK or (report is not None and report.at >= ask.at):
        return None
    return ask.at if counter.now - ask.at < AWAITED else None


def _verdict(reader: Reader, report: ReadinessReport | None) -> str:
    if report is None:
        return reader.gettext("Nobody has looked yet.")
    wanting = len(report.wanting)
    if wanting:
        return reader.ngettext("%(count)s thing is wanting.", "%(count)s things are wanting.", wanting)
    if report.unseen:
        return reader.gettext("Ready, as far as could be looked at.")
    return reader.gettext("Ready.")


def _checks(reader: Reader, report: ReadinessReport) -> list[dict[str, Any]]:
    """What is wanting first."""
    told = []
    for check in Check:
        findings = report.of_check(check)
        if findings:
            worst = min(GRAVEST.index(one.state) for one in findings)
            lines = [_line(reader, one) for one in sorted(findings, key=lambda one: GRAVEST.index(one.state))]
            told.append((worst, {"title": reader.gettext(CHECKS[check]), "lines": lines}))
    return [one for _, one in sorted(told, key=lambda one: one[0])]


def _line(reader: Reader, finding: Finding) -> dict[str, Any]:
    return {
        "sign": SIGNS[finding.state],
        "state": finding.state.value,
        "words": finding_words(reader, finding),
        "bad": finding.state is State.WANTING,
    }
