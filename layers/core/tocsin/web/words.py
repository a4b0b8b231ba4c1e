"""Words that every channel shares: the level, and the kind of alert where that is what matters."""

from tocsin.domain.alert import Alert
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
}

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


def level_word(reader: Reader, alert: Alert) -> str:
    """What the alert shouts. A resolved one never shouts the level it came from."""
    if alert.kind is AlertKind.RESOLVED:
        return reader.gettext("RESOLVED")
    return reader.gettext(LEVELS[alert.level])
