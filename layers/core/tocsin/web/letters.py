"""Letters: messages about one thing in a case, with one button: what is due, a brief to read, a text to approve."""

from dataclasses import dataclass
from typing import NamedTuple

from tocsin.domain.alert import Alert, Due, DueKind
from tocsin.domain.outbox import AlertKind
from tocsin.web.approved import tidy
from tocsin.web.clean import Link, one_line, safe_link
from tocsin.web.i18n import Reader, mark
from tocsin.web.templating import environment
from tocsin.web.words import brand_name, drill_words, level_word, reader_of

MAX_BRAND, MAX_WORDS, MAX_CLIENT, MAX_ID = 60, 200, 80, 120
MOST_DUE = 8

KINDS = {
    # NOTE: what waits for somebody, before what it is
    DueKind.TASK: mark("Task"),
    # NOTE: what waits for somebody, before what was promised
    DueKind.PROMISE: mark("Promise"),
    # NOTE: what waits for somebody, before the question of a journalist
    DueKind.ENQUIRY: mark("A journalist asks"),
    # NOTE: what waits for somebody, before the question of somebody who was briefed
    DueKind.QUESTION: mark("A question about a brief"),
    # NOTE: what waits for somebody, before the text's first words
    DueKind.TEXT: mark("A text waits for you"),
    # NOTE: what waits for somebody
    DueKind.REVIEW: mark("The review of the case"),
    # NOTE: what waits for somebody: the figures ask for a higher level than the one a person set
    DueKind.LEVEL: mark("The figures ask for a higher level than yours"),
    # NOTE: what waits for somebody
    DueKind.OWNER: mark("The case was handed to you"),
    # NOTE: what waits for somebody, a month after the storm
    DueKind.TAIL: mark("A look back at the case"),
    # NOTE: what waits for somebody, before the earlier case's number
    DueKind.FORMER: mark("Much like an earlier case; see what the review of that one has changed"),
}
PARTS = {
    DueKind.TASK: "plan",
    DueKind.PROMISE: "promises",
    DueKind.ENQUIRY: "enquiries",
    DueKind.QUESTION: "briefs",
    DueKind.TEXT: "words",
    DueKind.REVIEW: "review",
    DueKind.LEVEL: "level",
    DueKind.TAIL: "review",
    DueKind.FORMER: "level",
}
"""Which part of the case's page it is done on."""


class Item(NamedTuple):
    words: str
    when: str | None
    late: bool


@dataclass(frozen=True, slots=True)
class Letter:
    """``said``: a sentence or two; ``text``: the very words that were approved, where there is no page to show them."""

    language: str
    subject: str
    word: str
    brand: str
    said: tuple[str, ...]
    items: tuple[Item, ...]
    text: tuple[str, ...]
    button: Link | None
    button_words: str
    foot: tuple[str, ...]


def letter(alert: Alert) -> Letter:
    reader, brand = reader_of(alert), brand_name(alert, MAX_BRAND)
    button = letter_link(alert)
    inside = alert.kind is AlertKind.DUE
    case = reader.gettext("Case %(case)s", case=one_line(alert.incident_id, MAX_ID))
    client = one_line(alert.client_name, MAX_CLIENT)
    return Letter(
        language=reader.language,
        subject=_subject(reader, alert, brand),
        word=level_word(reader, alert),
        brand=brand,
        said=(
            *((drill_words(reader, alert, MAX_BRAND),) if alert.drill else ()),
            *_said(reader, alert, linked=button is not None),
        ),
        items=tuple(_item(reader, alert, one) for one in alert.due[:MOST_DUE]) if inside else (),
        text=() if inside or button is not None else tuple(tidy(alert.text or "").split("\n")),
        button=button,
        button_words=_button(reader, alert),
        foot=(case, reader.gettext("Times are in %(zone)s.", zone=reader.zone(alert.at))) if inside else (client,),
    )


def letter_link(alert: Alert) -> Link | None:
    """The recipient's own page; of what is due the part that it is done on, where there is but one."""
    parts = {PARTS.get(one.kind) for one in alert.due}
    part = parts.pop() if len(parts) == 1 and alert.kind is AlertKind.DUE else None
    return safe_link(f"{alert.answer}?part={part}" if alert.answer and part else alert.answer)


def letter_mail(alert: Alert) -> tuple[str, str, str]:
    """The mail's subject, its page and its plain text."""
    reader, view = reader_of(alert), letter(alert)
    words = {"view": view, "_": reader.gettext}
    html = environment().get_template("letter.html.j2").render(words)
    return view.subject, html, environment().get_template("letter.txt.j2").render(words)


def letter_facts(reader: Reader, alert: Alert) -> tuple[str, ...]:
    """What an SMS says after the brand, at length and in short."""
    if alert.kind is AlertKind.DUE:
        items = [_item(reader, alert, one) for one in alert.due[:1]]
        if not items:
            return ("",)
        one = items[0]
        more = f" (+{len(alert.due) - 1})" if len(alert.due) > 1 else ""
        when = f", {one.when}" if one.when else ""
        return (f": {one.words}{when}{more}", f": {one_line(one.words, 40)}{when}{more}", f"{when}{more}", "")
    if alert.kind is AlertKind.APPROVE:
        # NOTE: SMS, after the brand, to somebody on the client's side
        return (f": {reader.gettext('a text waits for your answer')}", "")
    return ("",)


def _subject(reader: Reader, alert: Alert, brand: str) -> str:
    if alert.kind is AlertKind.BRIEF:
        # NOTE: subject of a mail to somebody on the client's side
        return one_line(reader.gettext("%(brand)s: please read this", brand=brand), 200)
    if alert.kind is AlertKind.APPROVE:
        # NOTE: subject of a mail to somebody on the client's side
        return one_line(reader.gettext("%(brand)s: a text waits for your yes or no", brand=brand), 200)
    word = level_word(reader, alert)
    if len(alert.due) == 1:
        one = _item(reader, alert, alert.due[0])
        return one_line(f"{word} · {brand}: {one.words}" + (f", {one.when}" if one.when else ""), 200)
    # NOTE: subject, after the brand: how many things wait for the reader
    count = reader.ngettext("%(count)s thing waits for you", "%(count)s things wait for you", len(alert.due) or 1)
    return one_line(f"{word} · {brand}: {count}", 200)


def _said(reader: Reader, alert: Alert, *, linked: bool) -> tuple[str, ...]:
    if alert.kind is AlertKind.BRIEF:
        return (reader.gettext("This is what is known, and what to do."),)
    if alert.kind is AlertKind.APPROVE:
        asked = reader.gettext("May this go out in your name? Nothing is published before you have answered.")
        return (asked,) if linked else (asked, reader.gettext("Please answer whoever sent you this."))
    return (reader.gettext("This waits for you:"),)


def _button(reader: Reader, alert: Alert) -> str:
    if alert.kind is AlertKind.BRIEF:
        # NOTE: a button
        return reader.gettext("Read it")
    if alert.kind is AlertKind.APPROVE:
        # NOTE: a button
        return reader.gettext("Read it and answer")
    return reader.gettext("Open the case")


def _item(reader: Reader, alert: Alert, due: Due) -> Item:
    said = one_line(due.words or "", MAX_WORDS)
    # NOTE: what kind of thing waits, and what it is: "Promise: refund the cakes"
    words = reader.gettext("%(kind)s: %(words)s", kind=reader.gettext(KINDS[due.kind]), words=said) if said else None
    if due.at is None:
        return Item(words or reader.gettext(KINDS[due.kind]), None, late=False)
    time, late = reader.moment(due.at, alert.at), due.at < alert.at
    # NOTE: a deadline that has passed
    when = reader.gettext("was due at %(time)s", time=time) if late else reader.gettext("by %(time)s", time=time)
    return Item(words or reader.gettext(KINDS[due.kind]), when, late)
