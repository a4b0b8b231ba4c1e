"""The answering pages: the case in brief on a phone, and what a person may do about it. Nothing needs a script."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tocsin.domain import escalation
from tocsin.domain.case.file import CaseFile, CaseStatus
from tocsin.domain.client import Client
from tocsin.domain.incident import Incident, Step
from tocsin.domain.levels import Level
from tocsin.domain.paging import Paging
from tocsin.domain.people import ClientContact, Responder
from tocsin.domain.verdicts import CaseVerdict
from tocsin.web.answer_people import MAX_NAME, Seen, name_of, people_views, told
from tocsin.web.answer_words import CIRCLES, DONE, LOOK_AGAIN, MAX_NOTE, NOT_TOLD
from tocsin.web.approved import MAX_TEXT, as_sms, draft, subject_for_client
from tocsin.web.case.common import Desk, drill_words, level_words, next_view, parts_of
from tocsin.web.case.names import OVER
from tocsin.web.clean import one_line
from tocsin.web.gsm import sms_segments
from tocsin.web.i18n import Reader
from tocsin.web.pages import Page, render
from tocsin.web.reasons import reason_sentence
from tocsin.web.returned_words import returned_words
from tocsin.web.view import mention_view
from tocsin.web.words import LEVELS

MAX_BRAND = 60
MOST_REASONS, MOST_DONE = 3, 8


@dataclass(frozen=True, slots=True)
class Typed:
    """What did not go through: the form, the fields as they came, and a sentence of the catalogue that says why."""

    form: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    trouble: str | None = None
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class ClockView:
    label: str
    time: str
    late: bool


def reader_for(client: Client, me: Responder) -> Reader:
    return Reader(client.language_of(me), client.zone_of(me).key)


def case_page(page: Page, seen: Seen, typed: Typed) -> str:
    reader, incident, now = page.reader, seen.incident, seen.now
    mine = seen.me.email in escalation.holders(seen.client, incident)
    weightiest = sorted((one for one in incident.reasons if one.points > 0), key=lambda one: -one.points)[:MOST_REASONS]
    desk = Desk(seen.client, incident, seen.file, seen.events, seen.outbox, seen.me, now, seen.action)
    view = {
        "action": seen.action,
        "over": incident.closed,
        "next": next_view(reader, desk),
        "parts": parts_of(reader, desk),
        "drill": drill_words(reader, incident),
        "declared": _declared(reader, seen),
        "before": returned_words(reader, seen.before) if seen.before is not None else (),
        "level": level_words(reader, incident),
        "tone": "calm" if incident.closed else incident.level.value,
        "asked_level": incident.level.value,
        "brand": brand_of(incident),
        "since": _since(reader, incident.opened_at, now),
        "status": _status(reader, seen, mine=mine),
        "mine": mine,
        "reasons": [reason_sentence(reader, each) for each in weightiest],
        "mentions": [mention_view(reader, now, mention) for mention in seen.mentions],
        "people": people_views(reader, seen),
        "clocks": _clocks(reader, seen, mine=mine),
        "done": _done(reader, seen),
        "contacts": [
            (number, _contact_name(one))
            for number, one in enumerate(seen.client.client_contacts)
            if not incident.closed
        ],
        "circles": [
            (reader.gettext(CIRCLES[one.circle]), one_line(one.name, MAX_NAME)) for one in seen.client.stakeholders
        ],
        "hours": [(hours, reader.duration(timedelta(hours=hours))) for hours in LOOK_AGAIN],
        "limit": MAX_NOTE,
        "form": typed.form,
        "typed": typed.fields,
        "trouble": reader.gettext(typed.trouble) if typed.trouble else None,
        "fault": reader.gettext(typed.fault) if typed.fault else None,
        "zone": reader.zone(now),
        "case": one_line(incident.id, 120),
    }
    return render("answer/case", page, view)


def tell_page(page: Page, seen: Seen, number: int, text: str | None, trouble: str | None = None) -> str:
    """The very message as it will be sent. ``text``: as somebody has changed it, tidy; None for the draft."""
    contact = seen.client.client_contacts[number]
    theirs = Reader(contact.language or seen.client.language, seen.client.timezone)
    said = text if text is not None else draft_for(seen, contact)
    sms = as_sms(said)
    view = {
        "action": seen.action,
        "number": number,
        "name": _contact_name(contact),
        "email": contact.email,
        "phone": contact.phone,
        "subject": subject_for_client(theirs, seen.incident.brand),
        "language": theirs.language,
        "text": said,
        "sms": sms,
        "segments": page.reader.ngettext("%(count)s part", "%(count)s parts", sms_segments(sms).segments),
        "told": told(page.reader, seen, contact),
        "limit": MAX_TEXT,
        "trouble": page.reader.gettext(trouble) if trouble else None,
    }
    return render("answer/tell", page, view)


def draft_for(seen: Seen, contact: ClientContact) -> str:
    theirs = Reader(contact.language or seen.client.language, seen.client.timezone)
    incident = seen.incident
    return draft(theirs, incident.brand, incident.level, incident.opened_at, seen.now)


def verdict_page(
    page: Page, incident: Incident, *, action: str, now: datetime, said: CaseVerdict | None, trouble: str | None = None
) -> str:
    reader = page.reader
    view = {
        "action": action,
        "level": reader.gettext(LEVELS[incident.peak]),
        "tone": incident.peak.value,
        "brand": brand_of(incident),
        "since": reader.moment(incident.opened_at, now),
        "reasons": [reason_sentence(reader, each) for each in incident.reasons[:MOST_REASONS]],
        "said": said.value if said else None,
        "trouble": reader.gettext(trouble) if trouble else None,
        "right": CaseVerdict.WAS_A_CRISIS.value,
        "wrong": CaseVerdict.NOT_A_CRISIS.value,
    }
    return render("answer/verdict", page, view)


def over_page(
    page: Page, incident: Incident, now: datetime, file: CaseFile | None = None, action: str | None = None
) -> str:
    """The case is over: nothing is to be answered any more. ``file``: of a case that a person has ended, who may open
    it again under ``action``."""
    reader = page.reader
    if file is not None and action is not None:
        view = {
            "heading": reader.gettext(OVER[file.status]),
            "brand": brand_of(incident),
            "why": one_line(file.why or "", 300),
            "into": one_line(file.into or "", 120),
            "action": action if file.status is not CaseStatus.MERGED else None,
            "limit": MAX_NOTE,
        }
        return render("answer/over", page, view)
    words = reader.gettext(
        "The case of %(brand)s is resolved since %(time)s. There is nothing to answer any more.",
        brand=brand_of(incident), time=reader.moment(incident.updated_at, now),
    )  # fmt: skip
    return render("pages/plain", page, {"heading": reader.gettext("It is over"), "words": words})


def brand_of(incident: Incident) -> str:
    return one_line(incident.brand, MAX_BRAND) or "?"


def _since(reader: Reader, at: datetime, now: datetime) -> str:
    time, length = reader.moment(at, now), now - at
    if length < timedelta(minutes=1):
        # NOTE: of a case that has just begun
        return reader.gettext("Since %(time)s.", time=time)
    # NOTE: the length stands in brackets: "2 hours 5 minutes"
    return reader.gettext("Since %(time)s (%(length)s).", time=time, length=reader.duration(length))


def _status(reader: Reader, seen: Seen, *, mine: bool) -> str:
    if seen.incident.closed:
        return reader.gettext("The storm is over. The case stays open for what is still to be done.")
    names = [name_of(seen.client, one) for one in escalation.holders(seen.client, seen.incident)]
    if mine and len(names) == 1:
        return reader.gettext("You have this case.")
    if mine:
        others = ", ".join(name for name in names if name != one_line(seen.me.name, MAX_NAME))
        # NOTE: names of people, one or several
        return reader.gettext("You have this case, together with %(names)s.", names=others)
    if names:
        # NOTE: names of people, one or several
        return reader.gettext("Taken by %(names)s.", names=", ".join(names))
    return reader.gettext("Nobody has taken it yet.")


def _declared(reader: Reader, seen: Seen) -> str | None:
    """Who said so, where no figures did."""
    held = seen.incident.held
    if held is None or seen.incident.reasons:
        return None
    name, why = name_of(seen.client, held.by), one_line(held.why, MAX_NOTE)
    # NOTE: who declared a case by hand, and why
    return reader.gettext("Declared by %(name)s: %(why)s", name=name, why=why)


def _contact_name(contact: ClientContact) -> str:
    name = one_line(contact.name, MAX_NAME) or "?"
    return f"{name} ({one_line(contact.role, MAX_NAME)})" if contact.role else name


def _clocks(reader: Reader, seen: Seen, *, mine: bool) -> list[ClockView]:
    paging = seen.incident.paging
    if paging is None or seen.incident.closed or seen.incident.level < Level.ISSUE:
        return []
    clocks = seen.client.escalation.of(escalation.urgency(seen.incident))
    found: list[tuple[str, datetime]] = []
    if not escalation.held(seen.client, seen.incident):
        # NOTE: a deadline, before its time
        found.append(
            (
                reader.gettext("Somebody must take it by"),
                (paging.asked_at or paging.since) + clocks.after("acknowledge"),
            )
        )
    own = paging.of(seen.me.email)
    if mine and own is not None and own.acknowledged_at is not None and not own.acted:
        # NOTE: a deadline, before its time
        found.append((reader.gettext("Note what you did by"), own.acknowledged_at + clocks.after("act")))
    found += _response(reader, seen, paging, clocks.after("respond"))
    return [ClockView(label, reader.moment(at, seen.now), at < seen.now) for label, at in found]


def _response(reader: Reader, seen: Seen, paging: Paging, within: timedelta) -> list[tuple[str, datetime]]:
    if paging.responded_at is not None:
        return []
    if paging.decision is not None and paging.decision.look_at > seen.now:
        # NOTE: a deadline, before its time: there is a decision not to answer
        return [(reader.gettext("No answer for now; look again at"), paging.decision.look_at)]
    # NOTE: a deadline, before its time
    return [(reader.gettext("First answer in public by"), paging.since + within)]


def _done(reader: Reader, seen: Seen) -> list[str]:
    """The newest last; with a person's own words as plain text."""
    lines = []
    for entry in seen.incident.timeline:
        if entry.step not in DONE:
            continue
        refused = entry.step is Step.TELL_CLIENT and entry.by is None
        said = f"{reader.moment(entry.at, seen.now)} · {reader.gettext(NOT_TOLD if refused else DONE[entry.step])}"
        if entry.step is Step.TELL_CLIENT and entry.who:
            said += f": {name_of(seen.client, entry.who)}"
        elif entry.note:
            said += f": {one_line(entry.note, 300)}"
        if entry.by:
            said += f" ({name_of(seen.client, entry.by)})"
        lines.append(said)
    return lines[-MOST_DONE:]
