"""Reasons in plain words: what was counted, over how long, and what is usual."""

from tocsin.domain.alert import Alert
from tocsin.domain.reasons import Reason, ReasonName
from tocsin.web.i18n import Reader


def reason_sentence(reader: Reader, reason: Reason) -> str:
    """One whole sentence in the reader's language. No jargon, no index."""
    window = reader.minutes(reason.minutes)
    match reason.name:
        case ReasonName.SURGE:
            return f"{_surge(reader, reason.count, reason.minutes)}{_usually(reader, reason.usual)}."
        case ReasonName.NEGATIVITY if reason.share is None:
            return reader.gettext(
                "Unusually many of the mentions in %(window)s are negative (%(count)s in all).",
                window=window, count=reader.number(reason.count),
            )  # fmt: skip
        case ReasonName.NEGATIVITY:
            return reader.gettext(
                "%(share)s of the mentions in %(window)s are negative (%(count)s in all).",
                share=reader.percent(reason.share or 0), window=window, count=reader.number(reason.count),
            )  # fmt: skip
        case ReasonName.GRAVE:
            return reader.ngettext(
                "%(count)s mention in %(window)s speaks of harm to people, a leak, discrimination, fraud or the like.",
                "%(count)s mentions in %(window)s speak of harm to people, a leak, discrimination, fraud or the like.",
                reason.count, window=window,
            )  # fmt: skip
        case ReasonName.REACH:
            return reader.ngettext(
                "The authors of the negative mentions have %(count)s follower in all.",
                "The authors of the negative mentions have %(count)s followers in all.",
                reason.count,
            )  # fmt: skip
        case ReasonName.EARLIER if reason.since is None:
            return reader.ngettext(
                "%(count)s negative mention is older than our first look at its source.",
                "%(count)s negative mentions are older than our first look at their source.",
                reason.count,
            )  # fmt: skip
        case ReasonName.EARLIER:
            return reader.ngettext(
                "Burning since %(time)s at least: "
                "%(count)s negative mention is older than our first look at its source.",
                "Burning since %(time)s at least: "
                "%(count)s negative mentions are older than our first look at their source.",
                reason.count, time=f"{reader.day(reason.since)}, {reader.clock(reason.since)}",
            )  # fmt: skip


def key_fact(reader: Reader, alert: Alert) -> str:
    """The one thing to know, short enough for a subject line: the weightiest reason, or what was counted."""
    reason = max(alert.reasons, key=lambda each: each.points, default=None)
    if reason is None:
        if alert.negative:
            return _surge(reader, alert.negative, alert.window_minutes)
        return reader.gettext("index %(index)s of 100", index=reader.number(int(alert.index)))
    match reason.name:
        case ReasonName.NEGATIVITY if reason.share is not None:
            return reader.gettext("%(share)s of the mentions are negative", share=reader.percent(reason.share))
        case ReasonName.GRAVE:
            return reader.ngettext(
                "%(count)s mention with a grave accusation", "%(count)s mentions with a grave accusation", reason.count
            )
        case ReasonName.REACH:
            return reader.ngettext(
                "critics with %(count)s follower in all", "critics with %(count)s followers in all", reason.count
            )
        case ReasonName.SURGE:
            return _surge(reader, reason.count, reason.minutes)
        case _:
            return _surge(reader, alert.negative, alert.window_minutes)


def _surge(reader: Reader, count: int, minutes: int) -> str:
    return reader.ngettext(
        "%(count)s negative mention in %(window)s",
        "%(count)s negative mentions in %(window)s",
        count, window=reader.minutes(minutes),
    )  # fmt: skip


def _usually(reader: Reader, usual: float | None) -> str:
    if usual is None:
        return ""
    if usual < 0.5:
        # NOTE: goes on after "47 negative mentions in 60 minutes"
        return reader.gettext("; usually there are next to none")
    # NOTE: goes on after "47 negative mentions in 60 minutes"; the number may be 1
    return reader.gettext("; about %(usual)s is usual", usual=reader.number(usual))
