"""The desk's morning mail: what would have rung and why, how to say right or wrong, what is quiet, how well we hear."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tocsin.domain.alert import AlertMention
from tocsin.domain.levels import Level
from tocsin.domain.readiness_report import policy_troubles
from tocsin.domain.reasons import Reason
from tocsin.domain.report import BrandLine, Coming, Report, ReportKind, SilentAlarm, Storm
from tocsin.web.clean import Link, one_line, safe_link
from tocsin.web.coverage import coverage_lines
from tocsin.web.i18n import Reader, mark
from tocsin.web.mail import PALETTES, EmailContent
from tocsin.web.readiness_words import finding_words
from tocsin.web.reasons import reason_sentence
from tocsin.web.templating import environment
from tocsin.web.words import LEVELS

MAX_NAME, MAX_TITLE, MAX_WHY, MAX_REASONS, MAX_WOKEN = 80, 140, 280, 4, 5
TONES = {
    ReportKind.SHADOW: "test",
    ReportKind.PAUSED: "watch",
    ReportKind.RESUMED: "watch",
    ReportKind.WEEK: "resolved",
}
WORDS = {
    # NOTE: what kind of report it is, shouted above the client's name: alarms are judged, nobody is told
    ReportKind.SHADOW: mark("SHADOW"),
    ReportKind.PAUSED: mark("PAUSED"),
    ReportKind.RESUMED: mark("NO LONGER PAUSED"),
    ReportKind.WEEK: mark("THE WEEK"),
}


@dataclass(frozen=True, slots=True)
class AlarmView:
    when: str
    level: str
    tone: str
    brand: str
    told: str
    reasons: tuple[str, ...]
    mention: str
    byline: str
    link: Link | None
    right: str
    wrong: str
    page: Link | None
    """The reader's own page for saying so, in place of the two commands."""


@dataclass(frozen=True, slots=True)
class ReportView:
    language: str
    tone: str
    subject: str
    word: str
    client: str
    when: str
    happened: str
    notes: tuple[str, ...]
    arm: str | None
    alarms: tuple[AlarmView, ...]
    more: str | None
    brands: tuple[str, ...]
    events: tuple[str, ...]
    heard: tuple[str, ...]
    ready: tuple[str, ...]
    zone: str
    declare: Link | None


def render_report(report: Report) -> EmailContent:
    """Every word in its reader's language and time zone."""
    reader = Reader(report.language, report.timezone)
    view = report_view(report)
    words = {
        "view": view,
        "palette": PALETTES[view.tone],
        "palettes": PALETTES,
        "_": reader.gettext,
        "ngettext": reader.ngettext,
    }
    return EmailContent(
        subject=view.subject,
        html=environment().get_template("report.html.j2").render(words),
        text=environment().get_template("report.txt.j2").render(words),
    )


def report_view(report: Report) -> ReportView:
    reader = Reader(report.language, report.timezone)
    client = one_line(report.client_name, MAX_NAME) or "?"
    happened = _happened(reader, report)
    word = reader.gettext(WORDS[report.kind])
    return ReportView(
        language=report.language,
        tone=TONES[report.kind],
        subject=one_line(f"{word} · {client}: {happened.rstrip('.')}", 200),
        word=word,
        client=client,
        when=f"{reader.date(report.at)}, {reader.clock(report.at)}",
        happened=happened,
        notes=tuple(_notes(reader, report)),
        arm=f"tocsin arm {_file(report)}" if report.kind is ReportKind.SHADOW else None,
        alarms=(
            *(_alarm(reader, report, alarm) for alarm in reversed(report.alarms)),
            *(_storm(reader, report, storm) for storm in reversed(report.storms)),
        ),
        more=reader.ngettext("and %(count)s more before", "and %(count)s more before", report.more)
        if report.more
        else None,
        brands=tuple(said for line in report.brands for said in (*_brand(reader, report, line), *_shift(reader, line))),
        events=tuple(_event(reader, report, event) for event in report.events),
        heard=coverage_lines(reader, report.heard),
        ready=tuple(_ready(reader, report)),
        zone=reader.zone(report.at),
        declare=safe_link(report.declare),
    )


def _happened(reader: Reader, report: Report) -> str:
    count = len(report.alarms) + report.more
    if report.kind is ReportKind.WEEK:
        burning = [line for line in report.brands if line.level is not Level.CALM]
        if not burning:
            return reader.gettext("All is calm this morning.")
        worst = max(burning, key=lambda line: line.level.rank)
        return reader.gettext(
            "%(brand)s stands at %(level)s this morning.",
            brand=one_line(worst.brand, MAX_NAME), level=reader.gettext(LEVELS[worst.level]),
        )  # fmt: skip
    if not count:
        if report.kind is ReportKind.SHADOW:
            return reader.gettext("I would have told nobody of anything.")
        return reader.gettext("No alarm was held back.")
    if report.kind is ReportKind.SHADOW:
        return reader.ngettext(
            "I would have raised the alarm %(count)s time.", "I would have raised the alarm %(count)s times.", count
        )
    return reader.ngettext("%(count)s alarm was held back.", "%(count)s alarms were held back.", count)


def _notes(reader: Reader, report: Report) -> Iterator[str]:
    if report.kind is ReportKind.SHADOW:
        yield reader.gettext(
            "This client is in shadow: everything is judged and nobody is told, "
            "but for what the file lists under always_alert."
        )
        if report.arm_on is not None and report.arm_on <= reader.local(report.at).date():
            yield reader.gettext("Its time in shadow is over, but it never arms itself: a person does.")
        elif report.arm_on is not None:
            days = (report.arm_on - reader.local(report.at).date()).days
            yield reader.ngettext(
                "A person is expected to arm it in %(count)s day.",
                "A person is expected to arm it in %(count)s days.",
                days,
            )
    pause = report.pause
    if pause is None:
        return
    who = one_line(pause.by, MAX_NAME)
    if report.kind is ReportKind.PAUSED:
        yield reader.gettext(
            "Paused by %(who)s until %(time)s: levels are kept, nobody is told.",
            who=who, time=reader.moment(pause.until, report.at),
        )  # fmt: skip
    else:
        yield reader.gettext(
            "The pause that %(who)s set is over (%(start)s – %(end)s). From now on people are told again.",
            who=who, start=reader.moment(pause.since, report.at), end=reader.moment(pause.until, report.at),
        )  # fmt: skip
    if pause.reason:
        # NOTE: why somebody paused the alarm, in their own words
        yield reader.gettext("Reason: %(reason)s", reason=one_line(pause.reason, 300))


def _alarm(reader: Reader, report: Report, alarm: SilentAlarm) -> AlarmView:
    silent = alarm.silent
    mention, byline, link = _mention(reader, report, alarm.gravest)
    command = f"tocsin mark {_file(report)} --incident {one_line(silent.incident_id, 120)}"
    return AlarmView(
        when=reader.moment(silent.at, report.at),
        level=reader.gettext(LEVELS[silent.level]),
        tone=silent.level.value,
        brand=one_line(silent.brand, MAX_NAME),
        told=_told(reader, alarm),
        reasons=_reasons(reader, silent.reasons),
        mention=mention,
        byline=byline,
        link=link,
        right=f"{command} was-a-crisis",
        wrong=f"{command} not-a-crisis",
        page=_page(report, silent.incident_id),
    )


def _storm(reader: Reader, report: Report, storm: Storm) -> AlarmView:
    start = reader.moment(storm.since, report.at)
    if storm.until is None:
        told = reader.gettext("Burning since %(start)s, because:", start=start)
    else:
        # NOTE: two moments: it burned from the first to the second
        told = reader.gettext(
            "Burned %(start)s – %(end)s, because:", start=start, end=reader.moment(storm.until, report.at)
        )
    command = f"tocsin mark {_file(report)} --incident {one_line(storm.incident_id, 120)}"
    return AlarmView(
        when=start,
        level=reader.gettext(LEVELS[storm.level]),
        tone=storm.level.value,
        brand=one_line(storm.brand, MAX_NAME),
        told=told,
        reasons=(*_declared(reader, storm), *_reasons(reader, storm.reasons)),
        mention="",
        byline="",
        link=None,
        right=f"{command} was-a-crisis",
        wrong=f"{command} not-a-crisis",
        page=_page(report, storm.incident_id),
    )


def _declared(reader: Reader, storm: Storm) -> Iterator[str]:
    if storm.declared is not None:
        name, why = (one_line(said, MAX_WHY) for said in storm.declared)
        # NOTE: who declared a case by hand, and why
        yield reader.gettext("Declared by %(name)s: %(why)s", name=name, why=why)


def _reasons(reader: Reader, reasons: Iterable[Reason]) -> tuple[str, ...]:
    weightiest = sorted(reasons, key=lambda each: -each.points)[:MAX_REASONS]
    return tuple(reason_sentence(reader, each) for each in weightiest)


def _told(reader: Reader, alarm: SilentAlarm) -> str:
    """Goes on with the reasons."""
    time = reader.clock(alarm.silent.at)
    if alarm.woken:
        return reader.gettext(
            "At %(time)s I would have woken %(names)s, because:", time=time, names=_names(alarm.woken)
        )
    if alarm.written:
        return reader.gettext(
            "At %(time)s I would have written to %(names)s, because:", time=time, names=_names(alarm.written)
        )
    return reader.gettext("At %(time)s I would have told the connected systems alone, because:", time=time)


def _names(names: tuple[str, ...]) -> str:
    said = ", ".join(one_line(name, MAX_NAME) for name in names[:MAX_WOKEN])
    return f"{said} +{len(names) - MAX_WOKEN}" if len(names) > MAX_WOKEN else said


def _mention(reader: Reader, report: Report, mention: AlertMention | None) -> tuple[str, str, Link | None]:
    if mention is None:
        return "", "", None
    when = reader.moment(mention.published_at, report.at)
    if mention.private is not None:
        if not mention.private:
            return reader.gettext("A private message"), when, None
        number = one_line(mention.private, 20)
        return reader.gettext("A private complaint, no. %(number)s", number=number), when, None
    said = one_line(mention.title, MAX_TITLE) or one_line(mention.excerpt, MAX_TITLE)
    author = one_line(mention.author or "", MAX_NAME) or reader.gettext("author not named")
    return said, f"{author} · {when}", safe_link(mention.url)


def _shift(reader: Reader, line: BrandLine) -> Iterator[str]:
    if line.shift is None:
        return
    until = reader.date(line.shift.until)
    count = abs(round(line.shift.points))
    if line.shift.points > 0:
        # NOTE: of the index, until a day
        yield reader.ngettext(
            "Verdicts on its incidents add %(count)s point until %(date)s.",
            "Verdicts on its incidents add %(count)s points until %(date)s.",
            count, date=until,
        )  # fmt: skip
    else:
        yield reader.ngettext(
            "Verdicts on its incidents take %(count)s point away until %(date)s.",
            "Verdicts on its incidents take %(count)s points away until %(date)s.",
            count, date=until,
        )  # fmt: skip


def _brand(reader: Reader, report: Report, line: BrandLine) -> Iterator[str]:
    yield reader.gettext(
        "%(brand)s: %(level)s, index %(index)s of 100. Since %(time)s: %(counted)s.",
        brand=one_line(line.brand, MAX_NAME),
        level=reader.gettext(LEVELS[line.level]),
        index=reader.number(int(line.index)),
        time=reader.moment(report.since, report.at),
        counted=reader.ngettext(
            "%(count)s mention, %(negative)s negative",
            "%(count)s mentions, %(negative)s negative",
            line.mentions, negative=reader.number(line.negative),
        ),
    )  # fmt: skip


def _event(reader: Reader, report: Report, event: Coming) -> str:
    values = {
        "name": one_line(event.name, MAX_NAME),
        "start": reader.moment(event.start, report.at),
        "end": reader.moment(event.end, report.at),
    }
    if event.watchful:
        return reader.gettext("%(name)s (%(start)s – %(end)s): more watchful.", **values)
    return reader.gettext("%(name)s (%(start)s – %(end)s): quieter.", **values)


def _ready(reader: Reader, report: Report) -> Iterator[str]:
    """Policies that vanished or lack something, and how much else is wanting."""
    found = report.ready
    if found is None:
        return
    for trouble, whole_at in policy_troubles(found):
        said = finding_words(reader, trouble)
        if whole_at is not None:
            # NOTE: of a page that cannot be read any more, or lacks something now
            said += " " + reader.gettext("On %(date)s it was still there, and whole.", date=reader.date(whole_at))
        yield said
    wanting = len(found.wanting)
    if wanting:
        yield reader.ngettext(
            "%(count)s thing is wanting for a bad night: %(command)s tells which.",
            "%(count)s things are wanting for a bad night: %(command)s tells which.",
            wanting, command=f"tocsin ready {_file(report)}",
        )  # fmt: skip
    elif report.kind is ReportKind.WEEK:
        yield reader.gettext("Nothing is wanting, as far as was looked at.")


def _page(report: Report, incident_id: str) -> Link | None:
    return safe_link(dict(report.pages).get(incident_id))


def _file(report: Report) -> str:
    return f"infra/clients/{report.client}.yaml"
