"""Reasons in plain words: what was counted, over how long, and what is usual."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from tocsin.domain.alert import Alert
from tocsin.domain.reasons import Reason, ReasonName
from tocsin.web.clean import one_line
from tocsin.web.i18n import Reader

Said = Callable[[Reader, Reason], str]


def reason_sentence(reader: Reader, reason: Reason) -> str:
    """One whole sentence in the reader's language. No jargon, no index."""
    return SENTENCES[reason.name](reader, reason)


def key_fact(reader: Reader, alert: Alert) -> str:
    """The one thing to know, short enough for a subject line: the weightiest reason, or what was counted."""
    reason = max(alert.reasons, key=lambda each: each.points, default=None)
    if alert.declared is not None:
        # NOTE: subject or SMS, after the brand: a person said that it is a crisis
        return reader.gettext("declared by %(name)s", name=one_line(alert.declared[0], 60) or "?")
    if reason is None and not alert.negative:
        return reader.gettext("index %(index)s of 100", index=reader.number(int(alert.index)))
    fact = FACTS.get(reason.name) if reason is not None else None
    if reason is None or fact is None or (reason.name is ReasonName.NEGATIVITY and reason.share is None):
        return _counted(reader, alert.negative, alert.window_minutes)
    return fact(reader, reason)


def _window(reader: Reader, reason: Reason) -> str:
    return reader.duration(timedelta(minutes=reason.minutes))


def _counted(reader: Reader, count: int, minutes: int) -> str:
    return reader.ngettext(
        "%(count)s negative mention in %(window)s",
        "%(count)s negative mentions in %(window)s",
        count, window=reader.minutes(minutes),
    )  # fmt: skip


def _people(reader: Reader, reason: Reason) -> str:
    return reader.ngettext(
        "%(count)s person wrote negatively in %(window)s",
        "%(count)s people wrote negatively in %(window)s",
        reason.count, window=_window(reader, reason),
    )  # fmt: skip


def _critics(reader: Reader, reason: Reason) -> str:
    return reader.ngettext(
        "%(count)s critic in %(window)s", "%(count)s critics in %(window)s",
        reason.count, window=_window(reader, reason),
    )  # fmt: skip


def _surge(reader: Reader, reason: Reason) -> str:
    return f"{_people(reader, reason)}{_usually(reader, reason.usual)}."


def _matter(reader: Reader, reason: Reason) -> str:
    people = reader.ngettext(
        "%(count)s person complained of one and the same matter in %(window)s",
        "%(count)s people complained of one and the same matter in %(window)s",
        reason.count, window=_window(reader, reason),
    )  # fmt: skip
    return f"{people}{_usually(reader, reason.usual)}."


def _conversation(reader: Reader, reason: Reason) -> str:
    people = reader.ngettext(
        "%(count)s person answered negatively in one conversation in %(window)s",
        "%(count)s people answered negatively in one conversation in %(window)s",
        reason.count, window=_window(reader, reason),
    )  # fmt: skip
    return f"{people}{_usually(reader, reason.usual)}."


def _usually(reader: Reader, usual: float | None) -> str:
    if usual is None:
        return ""
    if usual < 0.5:
        # NOTE: goes on after "47 people wrote negatively in 60 minutes"
        return reader.gettext("; usually there are next to none")
    # NOTE: goes on after "47 people wrote negatively in 60 minutes"; the number may be 1
    return reader.gettext("; about %(usual)s is usual", usual=reader.number(max(usual, 1)))


def _negativity(reader: Reader, reason: Reason) -> str:
    window, count = _window(reader, reason), reader.number(reason.count)
    if reason.share is None:
        return reader.gettext(
            "Unusually many of the mentions in %(window)s are negative (%(count)s in all).", window=window, count=count
        )
    share = reader.percent(reason.share)
    if reason.usual is None:
        return reader.gettext(
            "%(share)s of the mentions in %(window)s are negative (%(count)s in all).",
            share=share, window=window, count=count,
        )  # fmt: skip
    return reader.gettext(
        "%(share)s of the mentions in %(window)s are negative (%(count)s in all); usually it is %(usual)s.",
        share=share, window=window, count=count, usual=reader.percent(min(reason.usual, 1)),
    )  # fmt: skip


def _negative_share(reader: Reader, reason: Reason) -> str:
    return reader.gettext("%(share)s of the mentions are negative", share=reader.percent(reason.share or 0))


def _grave(reader: Reader, reason: Reason) -> str:
    return reader.ngettext(
        "%(count)s person in %(window)s speaks of harm to people, a leak, discrimination, fraud or the like.",
        "%(count)s people in %(window)s speak of harm to people, a leak, discrimination, fraud or the like.",
        reason.count, window=_window(reader, reason),
    )  # fmt: skip


def _accused(reader: Reader, reason: Reason) -> str:
    return reader.ngettext(
        "grave accusation by %(count)s person", "grave accusations by %(count)s people", reason.count
    )


def _reach(reader: Reader, reason: Reason) -> str:
    return reader.ngettext(
        "The loudest critic in %(window)s is heard by about %(count)s person.",
        "The loudest critic in %(window)s is heard by about %(count)s people.",
        reason.count, window=_window(reader, reason),
    )  # fmt: skip


def _loudest(reader: Reader, reason: Reason) -> str:
    return reader.ngettext(
        "a critic heard by about %(count)s person", "a critic heard by about %(count)s people", reason.count
    )


def _spread(reader: Reader, reason: Reason) -> str:
    story = reader.ngettext(
        "The same story is on %(count)s platform in %(window)s",
        "The same story is on %(count)s platforms in %(window)s",
        reason.count, window=_window(reader, reason),
    )  # fmt: skip
    if not reason.usual:
        return f"{story}."
    # NOTE: goes on after "The same story is on 3 platforms in 60 minutes"
    tellers = reader.ngettext("; %(count)s person tells it", "; %(count)s people tell it", round(reason.usual))
    return f"{story}{tellers}."


def _platforms(reader: Reader, reason: Reason) -> str:
    return reader.ngettext("one story on %(count)s platform", "one story on %(count)s platforms", reason.count)


def _news(reader: Reader, reason: Reason) -> str:
    return reader.ngettext(
        "%(count)s news outlet wrote about it in %(window)s",
        "%(count)s news outlets wrote about it in %(window)s",
        reason.count, window=_window(reader, reason),
    )  # fmt: skip


def _acceleration(reader: Reader, reason: Reason) -> str:
    window, count = _window(reader, reason), reader.number(reason.count)
    if reason.usual is None:
        return reader.gettext(
            "The number of critics doubles within about %(window)s (last 20 minutes: %(count)s).",
            window=window, count=count,
        )  # fmt: skip
    return reader.gettext(
        "The number of critics doubles within about %(window)s "
        "(last 20 minutes: %(count)s, the 20 before: %(before)s).",
        window=window, count=count, before=reader.number(reason.usual),
    )  # fmt: skip


def _doubling(reader: Reader, reason: Reason) -> str:
    # NOTE: goes on after the brand and a colon
    return reader.gettext("criticism doubles within about %(window)s", window=_window(reader, reason))


def _independent(reader: Reader, reason: Reason) -> str:
    return reader.ngettext(
        "%(count)s independent critic in %(window)s", "%(count)s independent critics in %(window)s",
        reason.count, window=_window(reader, reason),
    )  # fmt: skip


def _coordination(reader: Reader, reason: Reason) -> str:
    if reason.share is None:
        return reader.ngettext(
            "%(count)s account younger than a month takes part in %(window)s: it may be an organised campaign.",
            "%(count)s accounts younger than a month take part in %(window)s: it may be an organised campaign.",
            reason.count, window=_window(reader, reason),
        )  # fmt: skip
    return reader.ngettext(
        "%(count)s account younger than a month takes part in %(window)s (%(share)s of all critics): it may be an "
        "organised campaign.",
        "%(count)s accounts younger than a month take part in %(window)s (%(share)s of all critics): it may be an "
        "organised campaign.",
        reason.count, window=_window(reader, reason), share=reader.percent(reason.share),
    )  # fmt: skip


def _newcomers(reader: Reader, reason: Reason) -> str:
    return reader.ngettext(
        "%(count)s new account among the critics", "%(count)s new accounts among the critics", reason.count
    )


def _earlier(reader: Reader, reason: Reason) -> str:
    if reason.since is None:
        return reader.ngettext(
            "%(count)s negative mention is older than our first look at its source.",
            "%(count)s negative mentions are older than our first look at their source.",
            reason.count,
        )  # fmt: skip
    return reader.ngettext(
        "Burning since %(time)s at least: "
        "%(count)s negative mention is older than our first look at its source.",
        "Burning since %(time)s at least: "
        "%(count)s negative mentions are older than our first look at their source.",
        reason.count, time=f"{reader.day(reason.since)}, {reader.clock(reason.since)}",
    )  # fmt: skip


def _few(reader: Reader, reason: Reason) -> str:
    needed = reader.number(max(reason.usual or 0, reason.count + 1))
    return reader.ngettext(
        "Not a level higher: only %(count)s person criticises so far, it takes at least %(needed)s.",
        "Not a level higher: only %(count)s people criticise so far, it takes at least %(needed)s.",
        reason.count, needed=needed,
    )  # fmt: skip


def _weightless(reader: Reader, reason: Reason) -> str:
    return reader.ngettext(
        "Not a level higher: %(count)s critic, but no grave accusation that many hear, no news, "
        "no spread over three platforms and no steady growth.",
        "Not a level higher: %(count)s critics, but no grave accusation that many hear, no news, "
        "no spread over three platforms and no steady growth.",
        reason.count,
    )


def _beside(reader: Reader, reason: Reason) -> str:
    return reader.ngettext(
        "Not a level higher: %(count)s critic, but too many of those who came speak of something else.",
        "Not a level higher: %(count)s critics, but too many of those who came speak of something else.",
        reason.count,
    )


def _mild(reader: Reader, reason: Reason) -> str:
    return reader.ngettext(
        "Not a level higher: %(count)s critic, but nothing that is told is of the gravest kind.",
        "Not a level higher: %(count)s critics, but nothing that is told is of the gravest kind.",
        reason.count,
    )


def _few_grave(reader: Reader, reason: Reason) -> str:
    return reader.ngettext(
        "Not a level higher: only %(count)s person tells of a grave matter; it takes %(needed)s, or three outlets.",
        "Not a level higher: only %(count)s people tell of a grave matter; it takes %(needed)s, or three outlets.",
        reason.count, needed=reader.number(reason.usual or 0),
    )  # fmt: skip


def _sentence(said: Said) -> Said:
    return lambda reader, reason: f"{said(reader, reason)}."


SENTENCES: Mapping[ReasonName, Said] = {
    ReasonName.SURGE: _surge,
    ReasonName.MATTER: _matter,
    ReasonName.CONVERSATION: _conversation,
    ReasonName.NEGATIVITY: _negativity,
    ReasonName.GRAVE: _grave,
    ReasonName.REACH: _reach,
    ReasonName.SPREAD: _spread,
    ReasonName.NEWS: _sentence(_news),
    ReasonName.ACCELERATION: _acceleration,
    ReasonName.VOICES: _sentence(_independent),
    ReasonName.COORDINATION: _coordination,
    ReasonName.FEW: _few,
    ReasonName.WEIGHTLESS: _weightless,
    ReasonName.BESIDE: _beside,
    ReasonName.MILD: _mild,
    ReasonName.FEW_GRAVE: _few_grave,
    ReasonName.EARLIER: _earlier,
}
FACTS: Mapping[ReasonName, Said] = {
    ReasonName.SURGE: _critics,
    ReasonName.MATTER: _critics,
    ReasonName.CONVERSATION: _critics,
    ReasonName.NEGATIVITY: _negative_share,
    ReasonName.GRAVE: _accused,
    ReasonName.REACH: _loudest,
    ReasonName.SPREAD: _platforms,
    ReasonName.NEWS: _news,
    ReasonName.ACCELERATION: _doubling,
    ReasonName.VOICES: _independent,
    ReasonName.COORDINATION: _newcomers,
}
