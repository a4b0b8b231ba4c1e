"""How ready a client is, in sentences: for `tocsin ready`, the page and the morning mail."""

from collections.abc import Callable
from datetime import UTC, date, datetime

from tocsin.domain.linter import Kind
from tocsin.domain.outbox import Channel
from tocsin.domain.people import Circle
from tocsin.domain.policies import PolicyKind
from tocsin.domain.policy_text import Lack
from tocsin.domain.readiness_report import Finding, Found
from tocsin.web.answer_words import CIRCLES
from tocsin.web.case.names import KINDS
from tocsin.web.clean import one_line
from tocsin.web.i18n import Reader, mark
from tocsin.web.readiness_names import LACKS, POLICIES, WAYS
from tocsin.web.scenario_words import scenario_words

NAME, LONG, CODE = 80, 200, 2
_PHONE, _MAIL = mark("phone"), mark("e-mail")


def finding_words(reader: Reader, finding: Finding) -> str:
    """One or two whole sentences: what was found and, where something is wanting, what to do. Cleaned, not escaped."""
    return _SENTENCES[finding.found](reader, finding.of)


Said = Callable[[Reader, tuple[str, ...]], str]


def _fixed(message: str) -> Said:
    return lambda reader, _: reader.gettext(message)


def _filled(message: str, *names: str) -> Said:
    return lambda reader, of: reader.gettext(
        message, **{name: one_line(value, LONG) for name, value in zip(names, of, strict=False)}
    )


def _scenarios(message: str, place: int) -> Said:
    return lambda reader, of: reader.gettext(
        message, language=of[0], scenarios=", ".join(scenario_words(reader, one) for one in of[place].split(","))
    )


def _text(message: str, *, dated: bool) -> Said:
    def said(reader: Reader, of: tuple[str, ...]) -> str:
        scenario, kind, language, last = of
        return reader.gettext(
            message,
            scenario=scenario_words(reader, scenario),
            kind=reader.gettext(KINDS[Kind(kind)]),
            language=language,
            last=_day(reader, last) if dated else one_line(last, NAME),
        )

    return said


def _way(message: str) -> Said:
    return lambda reader, of: reader.gettext(
        message, name=one_line(of[0], NAME), way=reader.gettext(_PHONE if of[1] == "phone" else _MAIL), days=of[2]
    )


def _lost(reader: Reader, of: tuple[str, ...]) -> str:
    name, channel, address, day = of
    # NOTE: a message to somebody by one of their ways; the last one is a day
    return reader.gettext(
        "%(name)s: %(way)s to %(address)s was lost on %(day)s. Look at the address and at the provider.",
        name=one_line(name, NAME), way=reader.gettext(WAYS[Channel(channel)]), address=one_line(address, NAME),
        day=_day(reader, day),
    )  # fmt: skip


def _room_lost(reader: Reader, of: tuple[str, ...]) -> str:
    room, kind, day, why = of
    return reader.gettext(
        "The room %(room)s (%(kind)s) refused a message on %(day)s: %(why)s. Look at its secret, then"
        " tocsin test-alert --deployed.",
        room=one_line(room, NAME), kind=kind, day=_day(reader, day), why=one_line(why, LONG),
    )  # fmt: skip


def _spans(reader: Reader, of: tuple[str, ...]) -> str:
    moments = [datetime.fromisoformat(one) for one in of[1:]]
    return "; ".join(
        f"{reader.date(since)}, {reader.clock(since)}–{reader.clock(until)}"
        for since, until in zip(moments[::2], moments[1::2], strict=True)
    )


def _days(reader: Reader, of: tuple[str, ...]) -> str:
    listed = of[0].split(",")
    return reader.ngettext(
        "On %(count)s public holiday a crisis rings nobody, or one person alone: %(days)s. Plan who has the duty.",
        "On %(count)s public holidays a crisis rings nobody, or one person alone: %(days)s. Plan who has the duty.",
        len(listed), days=", ".join(_day(reader, one) for one in listed[:5]) + ("…" if len(listed) > 5 else ""),
    )  # fmt: skip


def _covered_days(reader: Reader, of: tuple[str, ...]) -> str:
    count, day, who = of
    return reader.ngettext(
        "%(count)s public holiday of the coming year is covered; on %(day)s %(who)s is rung first.",
        "%(count)s public holidays of the coming year are covered; on the next, %(day)s, %(who)s is rung first.",
        int(count), day=_day(reader, day), who=one_line(who, NAME),
    )  # fmt: skip


def _policy(message: str) -> Said:
    return lambda reader, of: reader.gettext(
        message,
        kind=_upper(reader.gettext(POLICIES[PolicyKind(of[0])])),
        plain=of[0],
        url=one_line(of[1], LONG) if len(of) > 1 else "",
        why=one_line(of[2], LONG) if len(of) > 2 else "",
    )


def _policy_lacks(reader: Reader, of: tuple[str, ...]) -> str:
    kind, url, lacks = of
    return reader.gettext(
        "%(kind)s (%(url)s): %(lacks)s.",
        kind=_upper(reader.gettext(POLICIES[PolicyKind(kind)])), url=one_line(url, LONG),
        lacks=", ".join(reader.gettext(LACKS[Lack(one)]) for one in lacks.split(",")),
    )  # fmt: skip


def _circles(reader: Reader, of: tuple[str, ...]) -> str:
    return reader.gettext(
        "The plans inform people of whom the file names nobody: %(circles)s. Add them under stakeholders.",
        circles=", ".join(reader.gettext(CIRCLES[Circle(one)]) for one in of[0].split(",")),
    )


def _day(reader: Reader, iso: str) -> str:
    day = date.fromisoformat(iso)
    return Reader(reader.language, "UTC").date(datetime(day.year, day.month, day.day, 12, tzinfo=UTC))


def _upper_codes(of: str) -> str:
    """Codes of countries as they are written; a time zone as it is."""
    return ", ".join(one.upper() if len(one) == CODE else one_line(one, NAME) for one in of.split(","))


def _upper(words: str) -> str:
    return words[:1].upper() + words[1:]


_SENTENCES: dict[Found, Said] = {
    Found.NO_LIBRARY: _fixed(mark("No playbooks could be looked at. They come with tocsin client deploy.")),
    Found.NO_PLAYBOOK: lambda reader, of: reader.gettext(
        "There is no playbook for: %(scenarios)s. Such a case gets the general plan.",
        scenarios=", ".join(scenario_words(reader, one) for one in of[0].split(",")),
    ),
    Found.PLAYBOOKS: lambda reader, of: reader.ngettext(
        "A playbook for each of %(count)s scenario.", "A playbook for each of %(count)s scenarios.", int(of[0])
    ),
    Found.TEXT_EXPIRED: _text(
        mark("%(kind)s, %(scenario)s, %(language)s: what was approved ahead expired on %(last)s. Approve it anew."),
        dated=True,
    ),
    Found.TEXT_REPLACED: _text(
        mark(
            "%(kind)s, %(scenario)s, %(language)s: one expired on %(last)s, and a newer one stands. Take the old"
            " one out."
        ),
        dated=True,
    ),
    Found.TEXT_EXPIRES: _text(
        mark("%(kind)s, %(scenario)s, %(language)s: what was approved ahead expires on %(last)s."), dated=True
    ),
    Found.APPROVER_GONE: _text(
        mark("%(kind)s, %(scenario)s, %(language)s: %(last)s, who approved it, is in the file no more."), dated=False
    ),
    Found.FIRST_WORDS_UNSEEN: _filled(
        mark("For which scenarios a first statement in %(language)s is wanting: there are no playbooks to look at."),
        "language",
    ),
    Found.NO_FIRST_WORDS: _scenarios(
        mark(
            "No first statement in %(language)s is approved ahead for: %(scenarios)s. The first hour goes by on"
            " approvals: add them under prepared_texts."
        ),
        1,
    ),
    Found.NO_LIGHT_FIRST_WORDS: _scenarios(
        mark("No first statement in %(language)s is approved ahead for: %(scenarios)s."), 1
    ),
    Found.TEXTS: lambda reader, of: reader.ngettext(
        "%(count)s text is approved ahead, and has not expired.",
        "%(count)s texts are approved ahead, none has expired.",
        int(of[0]),
    ),
    Found.PEOPLE_UNSEEN: _fixed(mark("Whether people were reached lately is not known.")),
    Found.WAY_LOST: _lost,
    Found.WAY_UNPROVEN: _way(
        mark(
            "%(name)s: a message by %(way)s was sent in the last %(days)s days, and nothing tells that it arrived."
            " Let them tap the link of a test message (tocsin test-alert --deployed), or drill."
        )
    ),
    Found.WAY_UNTRIED: _way(
        mark(
            "%(name)s: the way by %(way)s was never tried in the last %(days)s days. Send a test message:"
            " tocsin test-alert --deployed."
        )
    ),
    Found.PEOPLE: _filled(mark("All responders (%(count)s) were reached in the last %(days)s days."), "count", "days"),
    Found.ROOMS_UNSEEN: _fixed(mark("Whether the chat rooms take messages is not known.")),
    Found.ROOM_LOST: _room_lost,
    Found.ROOM_UNTRIED: _filled(
        mark(
            "The room %(room)s (%(kind)s) got no message in the last %(days)s days. Send a test message:"
            " tocsin test-alert --deployed."
        ),
        "room",
        "kind",
        "days",
    ),
    Found.ROOMS: _filled(mark("All rooms (%(count)s) took a message in the last %(days)s days."), "count", "days"),
    Found.NOBODY_RINGS: lambda reader, of: reader.ngettext(
        "In %(count)s hour of the coming year a crisis rings nobody at once: %(spans)s.",
        "In %(count)s hours of the coming year a crisis rings nobody at once, first: %(spans)s.",
        int(of[0]),
        spans=_spans(reader, of),
    ),
    Found.ONE_ALONE: lambda reader, of: reader.ngettext(
        "In %(count)s hour of the coming year there is one person to ring and no other: %(spans)s.",
        "In %(count)s hours of the coming year there is one person to ring and no other, first: %(spans)s.",
        int(of[0]),
        spans=_spans(reader, of),
    ),
    Found.COVERED: _fixed(mark("At each hour of the coming year a crisis rings somebody, and there is another one.")),
    Found.NO_LEAVE: _filled(
        mark("Rota %(rota)s: no holidays are planned, so that whoever has the week has them."), "rota"
    ),
    Found.HOLIDAYS_UNKNOWN: _filled(
        mark("The public holidays of %(where)s are not known: look by hand who has the duty on them."), "where"
    ),
    Found.HOLIDAYS_DOUBTFUL: lambda reader, of: reader.gettext(
        "How the public holidays of %(country)s stand from %(day)s on, nobody has read: look at %(where)s and write it"
        " into infra/legal. Until then they count as days off here, and as working days in terms of the law.",
        country=of[0].upper(),
        day=_day(reader, of[1]),
        where=one_line(of[2], LONG),
    ),
    Found.HOLIDAY_UNCOVERED: _days,
    Found.HOLIDAYS_COVERED: _covered_days,
    Found.NO_DAYS_OFF: _fixed(mark("No public holiday is a day off there now, so that none needs a cover of its own.")),
    Found.LAWS_UNSEEN: _fixed(mark("Which clocks of the law may run could not be looked at.")),
    Found.LAWS_UNKNOWN: lambda reader, of: reader.gettext(
        "No clocks of the law are known of %(where)s: a case there is offered none, so ask a lawyer which run. Those of"
        " %(known)s are.",
        where=_upper_codes(of[0]),
        known=_upper_codes(of[1]),
    ),
    Found.LAW_OF_UNION: lambda reader, of: reader.gettext(
        "Of %(where)s only the law of the European Union is known, and no clock of their own: ask a lawyer what there"
        " is.",
        where=_upper_codes(of[0]),
    ),
    Found.LAW_UNREAD: _filled(
        mark("Clocks of the law whose words nobody has read yet: %(clocks)s. A lawyer looks at them."), "clocks"
    ),
    Found.LAW_OLD: lambda reader, of: reader.gettext(
        "These clocks of the law were looked at more than a year ago, the oldest on %(day)s: %(clocks)s. They may"
        " have changed.",
        clocks=one_line(of[0].replace(",", ", "), LONG),
        day=_day(reader, of[1]),
    ),
    Found.LAWS: lambda reader, of: reader.ngettext(
        "%(count)s clock of the law is known for %(where)s.",
        "%(count)s clocks of the law are known for %(where)s.",
        int(of[0]),
        where=_upper_codes(of[1]),
    ),
    Found.REGIONS_UNSAID: _fixed(
        mark("The file names no alarm_regions: without them nobody is skipped under an air-raid alert.")
    ),
    Found.NOBODY_ELSEWHERE: _filled(mark("Nobody with a phone is known to live outside %(regions)s."), "regions"),
    Found.ELSEWHERE: _filled(mark("%(name)s (%(region)s) is elsewhere."), "name", "region"),
    Found.REGION_UNSAID: _filled(mark("%(name)s: their region is not said."), "name"),
    Found.LIMIT_UNSEEN: _filled(
        mark("The month's limit for SMS and calls is not known; a bad night needs $%(need)s."), "need"
    ),
    Found.MONEY_SHORT: _filled(
        mark(
            "$%(left)s of $%(limit)s are left for SMS and calls this month, and a bad night needs $%(need)s."
            " Raise sms.monthly_usd."
        ),
        "left",
        "limit",
        "need",
    ),
    Found.MONEY: _filled(
        mark("$%(left)s of $%(limit)s are left for SMS and calls; a bad night needs $%(need)s."),
        "left",
        "limit",
        "need",
    ),
    Found.WRITER_MONEY: _filled(mark("Drafts by a model may cost $%(month)s a month, then templates stand."), "month"),
    Found.READER_MONEY: _filled(
        mark("%(reader)s may cost $%(month)s a month, then our own reader is alone."), "reader", "month"
    ),
    Found.NO_SOURCES: _fixed(mark("There are no sources, so nothing is heard.")),
    Found.SOURCES_UNSEEN: _fixed(mark("Whether the sources are heard is not known.")),
    Found.SOURCE_ILL: _filled(mark("%(name)s is not heard. tocsin sources tells why."), "name"),
    Found.SOURCE_SAMPLED: _filled(mark("A budget leaves out a part: %(words)s."), "words"),
    Found.SOURCES_WAITING: lambda reader, of: reader.ngettext(
        "%(count)s source was not looked at yet.",
        "%(count)s sources were not looked at yet.",
        int(of[0]),
    ),
    Found.SOURCES: _filled(mark("%(healthy)s of %(total)s are heard."), "healthy", "total"),
    Found.POLICIES_UNSEEN: _fixed(mark("Whether the policies are published could not be looked at.")),
    Found.POLICY_UNNAMED: _policy(
        mark("%(kind)s: the client's file names none. policies: [{kind: %(plain)s, url: https://...}]")
    ),
    # NOTE: why a page could not be read is said in English
    Found.POLICY_UNREAD: _policy(mark("%(kind)s (%(url)s) could not be read: %(why)s.")),
    Found.POLICY_LACKS: _policy_lacks,
    Found.POLICY: _policy(mark("%(kind)s (%(url)s) is published.")),
    Found.NO_STAKEHOLDERS: _fixed(mark("There are no stakeholders in the file: nobody knows whom to inform.")),
    Found.CIRCLES_UNNAMED: _circles,
    Found.STAKEHOLDERS: lambda reader, of: reader.ngettext(
        "%(count)s stakeholder is named.",
        "%(count)s stakeholders are named.",
        int(of[0]),
    ),
    Found.NO_CONTACTS: _fixed(mark("There is nobody of the client to tell or to ask: add client_contacts.")),
    Found.CONTACTS_WITHOUT_PHONE: _fixed(
        mark("Nobody of the client can be told by SMS: add a phone to client_contacts.")
    ),
    Found.CONTACTS: lambda reader, of: reader.ngettext(
        "%(count)s person of the client can be told.",
        "%(count)s people of the client can be told.",
        int(of[0]),
    ),
    Found.ARMING_UNSEEN: _fixed(mark("The file asks for shadow: whether somebody has armed it is not known.")),
    Found.IN_SHADOW: _fixed(mark("In shadow: nobody is told of anything. tocsin arm ends that.")),
    Found.PAUSED: _fixed(mark("Paused: nobody is told of anything.")),
    Found.ARMED: _fixed(mark("Armed: people are told.")),
}
