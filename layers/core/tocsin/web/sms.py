"""An alert as an SMS: the level, the brand, the link; and what happened, where there is room for it.

One segment wherever it can be. The address of a person's own answering page is never cut: where it needs the room, a
second segment is taken.
"""

from collections.abc import Callable, Iterator

from tocsin.domain.alert import Alert
from tocsin.domain.outbox import LETTERS, AlertKind
from tocsin.web.approved import as_sms, text_for_client
from tocsin.web.clean import ELLIPSIS, Link, one_line, safe_link
from tocsin.web.gsm import Segments, fold, is_gsm, sms_segments
from tocsin.web.i18n import Reader
from tocsin.web.letters import letter_facts
from tocsin.web.reasons import key_fact
from tocsin.web.returned_words import returned_short
from tocsin.web.words import BURNING, LEVELS, brand_name, call_to, level_word, missed_names, reader_of

__all__ = ["Segments", "render_sms", "sms_segments"]

_LONGEST_BRAND = 160
_BRAND_LEFT = 8
"""Characters of a clipped brand that are still one, where clipping it saves a segment."""
MOST_SEGMENTS = 4
Write = Callable[[str], str]


def render_sms(alert: Alert) -> str:
    """Return the text in one line. Of what came from outside only a safe link gets in.

    It is one segment, unless the link to answer leaves no room for level and brand beside it, or for the other brand
    whose own SMS it replaces; a client's contact reads the words that were approved for them, however long. In GSM-7
    the accents that it lacks are dropped (one of them would halve the room); where the words or the brand need other
    letters, UCS-2 is taken as it is.
    """
    if alert.kind is AlertKind.CLIENT:
        return as_sms(text_for_client(reader_of(alert), alert))
    reader = reader_of(alert)
    brand = brand_name(alert, _LONGEST_BRAND)
    gsm = is_gsm(fold(_head(reader, alert) + brand))
    write: Write = fold if gsm else str
    answer = _own_page(alert)
    if answer is not None:
        return _with_answer(reader, alert, brand, answer, write, "..." if gsm else ELLIPSIS)
    most = 2 if alert.also else 1
    for segments in range(1, most + 1):
        for candidate in _by_preference(reader, alert, write(brand)):
            text = write(candidate)
            if sms_segments(text).segments <= segments:
                return text
    last = f"{_also(reader, alert)} {_last_words(reader, alert)}"
    return _clipped(_head(reader, alert), brand, last, write, "..." if gsm else ELLIPSIS, most)


def _with_answer(reader: Reader, alert: Alert, brand: str, answer: Link, write: Write, ellipsis: str) -> str:
    """The fewest segments in which level, brand and the whole link stand, then as much of the rest as fits there."""
    head, also = _head(reader, alert), _also(reader, alert)
    end = f"{also}. {answer.href}" if also else f" {answer.href}"
    for segments in range(1, MOST_SEGMENTS + 1):
        candidates = [f"{head} {brand}{fact}{also}. {answer.href}" for fact in _facts(reader, alert)]
        candidates.append(f"{head} {brand}{end}")
        for candidate in candidates:
            text = _written(write, candidate, answer)
            if sms_segments(text).segments <= segments:
                return text
        for room in range(len(brand) - 1, min(_BRAND_LEFT, len(brand)) - 1, -1):
            text = _written(write, f"{head} {one_line(brand, room, ellipsis)}{end}", answer)
            if sms_segments(text).segments <= segments:
                return text
    return answer.href


def _own_page(alert: Alert) -> Link | None:
    """Of a letter too without its part: the case's own page begins with what is due, and each letter costs."""
    return safe_link(alert.answer) if alert.kind in BURNING | LETTERS | {AlertKind.TEST} else None


def _written(write: Write, text: str, link: Link) -> str:
    """The words may be folded; the link stays as it is."""
    return write(text.removesuffix(link.href)) + link.href


def _also(reader: Reader, alert: Alert) -> str:
    """What else burns: it is told nowhere else by SMS."""
    if not alert.also:
        return ""
    first = alert.also[0]
    return f". +{len(alert.also)}: {one_line(first.brand, 30)} {reader.gettext(LEVELS[first.level])}"


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
    also = _also(reader, alert)
    if link and alert.kind in BURNING:
        yield from (f"{head}{fact}{also}. {link.href}" for fact in facts)
        yield f"{head}{also}. {link.href}" if also else f"{head} {link.href}"
    yield from (f"{head}{fact}{also}. {last}" for fact in facts)
    yield f"{head}{also}. {last}"


def _clipped(head: str, brand: str, last: str, write: Write, ellipsis: str, most: int) -> str:
    texts = (write(f"{head} {one_line(brand, room, ellipsis)}{last}") for room in range(len(brand), 0, -1))
    return next(text for text in texts if sms_segments(text).segments <= most)


def _head(reader: Reader, alert: Alert) -> str:
    word = level_word(reader, alert)
    return f"{reader.gettext('TEST')}: {word}" if alert.kind is AlertKind.TEST else word


def _facts(reader: Reader, alert: Alert) -> tuple[str, ...]:
    """What happened, at length and in short, each ready to follow the brand."""
    if alert.kind is AlertKind.TEST:
        # NOTE: SMS of a test, after the brand and before a link
        return (f": {reader.gettext('only a test, tap to say it came')}",)
    if alert.kind is AlertKind.RESOLVED:
        # NOTE: SMS, after the brand: "RESOLVED Aurora: closed after 5 hours"
        lasted = reader.gettext("closed after %(duration)s", duration=reader.duration(alert.at - alert.opened_at))
        return (f": {lasted}",)
    if alert.kind in LETTERS:
        return letter_facts(reader, alert)
    call = call_to(reader, alert)
    if call is not None:
        names = missed_names(alert)
        # NOTE: SMS: names of people, one or several
        missed = reader.gettext("no answer from %(names)s", names=names) if names and not alert.yours else ""
        return (*([f": {missed}; {call}"] if missed and alert.kind is AlertKind.ESCALATED else []), f": {call}")
    fact = key_fact(reader, alert)
    facts = [f" {reader.clock(alert.at)}: {fact}", f": {fact}"]
    if alert.returned is not None and alert.kind in BURNING:
        back = returned_short(reader, alert.returned)
        facts = [*(f"{one}; {back}" for one in facts), f": {back}", *facts]
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
