"""Words that every channel shares: the level, and the kind of alert where that is what matters."""

from tocsin.domain.alert import Alert
from tocsin.domain.drills import MARK, rehearsed
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind, Channel
from tocsin.domain.voice import Voice
from tocsin.web.clean import one_line
from tocsin.web.i18n import Reader, mark

LEVELS = {
    Level.CALM: mark("CALM"),
    Level.WATCH: mark("WATCH"),
    Level.ISSUE: mark("ISSUE"),
    Level.CRISIS: mark("CRISIS"),
    Level.SEVERE: mark("SEVERE CRISIS"),
}

CHANNELS = {
    Channel.EMAIL: mark("e-mail"),
    Channel.SMS: mark("SMS"),
    # NOTE: machines that were told, in a list of channels beside e-mail and SMS
    Channel.TOPIC: mark("connected systems"),
    # NOTE: a channel, beside e-mail and SMS: a voice call
    Channel.CALL: mark("call"),
    Channel.SLACK: "Slack",
    Channel.TEAMS: "Teams",
    Channel.TELEGRAM: "Telegram",
    # NOTE: another system that was told by a signed request, in a list of channels beside e-mail and SMS
    Channel.WEBHOOK: mark("webhook"),
}

BURNING = frozenset({AlertKind.RAISED, AlertKind.REMINDED, AlertKind.ESCALATED, AlertKind.EXPIRED})
"""Kinds that ask somebody to act on something that is on."""
MAX_MISSED, MAX_NAME = 3, 60

VOICES = {
    # NOTE: after an author's name, in a line with followers and time
    Voice.CUSTOMER: mark("probably a customer"),
    Voice.JOURNALIST: mark("probably a journalist"),
    Voice.OUTLET: mark("news outlet"),
    Voice.ACTIVIST: mark("probably an activist"),
    Voice.REGULATOR: mark("probably an authority"),
}


def reader_of(alert: Alert) -> Reader:
    return Reader(alert.language, alert.timezone)


def brand_name(alert: Alert, limit: int) -> str:
    """The brand in one line; a name of nothing but invisible characters still leaves a mark."""
    return one_line(alert.brand, limit) or "?"


def missed_names(alert: Alert) -> str:
    """Those who did not answer, in one line."""
    names = [one_line(name, MAX_NAME) or "?" for name in alert.missed[:MAX_MISSED]]
    more = f" +{len(alert.missed) - MAX_MISSED}" if len(alert.missed) > MAX_MISSED else ""
    return ", ".join(names) + more


def call_to(reader: Reader, alert: Alert) -> str | None:
    """Why just this person is told just now, as short as can be; None where the storm itself is the news."""
    match alert.kind:
        case AlertKind.REMINDED if alert.yours:
            # NOTE: in a subject or an SMS, after the brand, to the person who took the case
            return reader.gettext("time to look at it again")
        case AlertKind.REMINDED:
            # NOTE: in a subject or an SMS, after the brand
            return reader.gettext("still not answered")
        case AlertKind.ESCALATED:
            # NOTE: in a subject or an SMS, after the brand: others did not answer
            return reader.gettext("it is your turn")
        case AlertKind.EXPIRED:
            # NOTE: in a subject or an SMS, after the brand: somebody took the case, and no action was noted
            return reader.gettext("taken, but nothing was done")
        case _:
            return None


def notice(reader: Reader, alert: Alert) -> str | None:
    """The same in a whole sentence, with what is asked of the person."""
    names = missed_names(alert)
    match alert.kind:
        case AlertKind.REMINDED if alert.yours:
            return reader.gettext("You have this case, and it is time to look at it again. Note what was done.")
        case AlertKind.REMINDED:
            return reader.gettext("Nobody has answered yet. Take it, or say that you cannot.")
        case AlertKind.ESCALATED if names:
            # NOTE: names of people, one or several
            return reader.gettext("No answer from %(names)s. It is your turn.", names=names)
        case AlertKind.ESCALATED:
            return reader.gettext("Others could not answer. It is your turn.")
        case AlertKind.EXPIRED if alert.yours:
            return reader.gettext("You took this case, and nothing was noted since. Note what was done, or hand it on.")
        case AlertKind.EXPIRED:
            return reader.gettext("Somebody took this case, and nothing was noted since. Whoever can act, take it now.")
        case _:
            return None


def level_word(reader: Reader, alert: Alert) -> str:
    """What the alert shouts. A resolved one never shouts the level it came from, nor does a letter. The brand of a
    drill says by itself that it is one, in English."""
    word = _shouted(reader, alert)
    # NOTE: the first word of a message, before "CRISIS": an exercise, nothing has happened
    drill = reader.gettext("DRILL")
    return f"{drill}: {word}" if alert.drill and not MARK.startswith(drill) else word


def drill_words(reader: Reader, alert: Alert, limit: int) -> str:
    return reader.gettext(
        "This is only a drill. Nothing has happened to %(brand)s.", brand=one_line(rehearsed(alert.brand), limit) or "?"
    )


def _shouted(reader: Reader, alert: Alert) -> str:
    match alert.kind:
        case AlertKind.RESOLVED:
            return reader.gettext("RESOLVED")
        case AlertKind.DUE if overdue(alert):
            # NOTE: the first word of a message: something that the reader was to do is late
            return reader.gettext("OVERDUE")
        case AlertKind.DUE:
            # NOTE: the first word of a message: something waits to be done by the reader
            return reader.gettext("DUE")
        case AlertKind.BRIEF:
            # NOTE: the first words of a message to somebody who is to know
            return reader.gettext("PLEASE READ")
        case AlertKind.APPROVE:
            # NOTE: the first words of a message: a text waits for the reader's approval
            return reader.gettext("YES OR NO")
    return reader.gettext(LEVELS[alert.level])


def overdue(alert: Alert) -> bool:
    return any(one.at is not None and one.at < alert.at for one in alert.due)
