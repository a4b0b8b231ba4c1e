"""An alert in one SMS segment: the level, the brand, the link; and what happened, where there is room for it."""

from collections.abc import Callable, Iterator

from tocsin.domain.alert import Alert
from tocsin.domain.outbox import AlertKind
from tocsin.web.clean import ELLIPSIS, one_line, safe_link
from tocsin.web.gsm import Segments, fold, is_gsm, sms_segments
from tocsin.web.i18n import Reader
from tocsin.web.reasons import key_fact
from tocsin.web.words import brand_name, level_word, reader_of

__all__ = ["Segments", "render_sms", "sms_segments"]

_LONGEST_BRAND = 160


def render_sms(alert: Alert) -> str:
    """Return the text, always one segment and one line. Of what came from outside only a safe link gets in.

    In GSM-7 the accents that it lacks are dropped (one of them would halve the room); where the words or the brand
    need other letters, UCS-2 is taken as it is.
    """
    reader = reader_of(alert)
    brand = brand_name(alert, _LONGEST_BRAND)
    gsm = is_gsm(fold(_head(reader, alert) + brand))
    write: Callable[[str], str] = fold if gsm else str
    for candidate in _by_preference(reader, alert, write(brand)):
        text = write(candidate)
        if sms_segments(text).segments == 1:
            return text
    return _clipped(_head(reader, alert), brand, _last_words(reader, alert), write, "..." if gsm else ELLIPSIS)


def _by_preference(reader: Reader, alert: Alert, brand: str) -> Iterator[str]:
    """The richest first. The link goes before the fact; in a drill the word that it is one goes before both."""
    head = f"{_head(reader, alert)} {brand}"
    last = _last_words(reader, alert)
    link = safe_link(alert.link)
    facts = _facts(reader, alert)
    if alert.kind is AlertKind.TEST:
        if link:
            yield f"{head}. {last} {link.href}"
        yield f"{head}. {last}"
        return
    if link and alert.kind is AlertKind.RAISED:
        yield from (f"{head}{fact}. {link.href}" for fact in facts)
        yield f"{head} {link.href}"
    yield from (f"{head}{fact}. {last}" for fact in facts)
    yield f"{head}. {last}"


def _clipped(head: str, brand: str, last: str, write: Callable[[str], str], ellipsis: str) -> str:
    texts = (write(f"{head} {one_line(brand, room, ellipsis)} {last}") for room in range(len(brand), 0, -1))
    return next(text for text in texts if sms_segments(text).segments == 1)


def _head(reader: Reader, alert: Alert) -> str:
    word = level_word(reader, alert)
    return f"{reader.gettext('TEST')}: {word}" if alert.kind is AlertKind.TEST else word


def _facts(reader: Reader, alert: Alert) -> tuple[str, ...]:
    """What happened, at length and in short, each ready to follow the brand."""
    if alert.kind is AlertKind.RESOLVED:
        # NOTE: SMS, after the brand: "RESOLVED Aurora: closed after 5 hours"
        lasted = reader.gettext("closed after %(duration)s", duration=reader.duration(alert.at - alert.opened_at))
        return (f": {lasted}",)
    fact = key_fact(reader, alert)
    facts = [f" {reader.clock(alert.at)}: {fact}", f": {fact}"]
    if alert.negative:
        # NOTE: SMS, as short as can be: "47 negative in 60 min"
        short = reader.gettext(
            "%(count)s negative in %(minutes)s min",
            count=reader.number(alert.negative), minutes=reader.number(alert.window_minutes),
        )  # fmt: skip
        facts.append(f": {short}")
    return tuple(facts)


def _last_words(reader: Reader, alert: Alert) -> str:
    if alert.kind is AlertKind.TEST:
        return reader.gettext("Drill: nothing has happened.")
    return reader.gettext("Details are in your e-mail.")
