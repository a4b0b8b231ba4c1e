"""The private pages as HTML: everything that people wrote is plain text there, and nothing in it is a link."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tocsin.domain.complaint import LIMITS, MAX_MESSAGE, Complaint, Fault, Message, Status
from tocsin.domain.intake_settings import Intake
from tocsin.domain.linter import Finding
from tocsin.domain.signed_link import Role
from tocsin.web.clean import Link, one_line, safe_link
from tocsin.web.i18n import Reader
from tocsin.web.intake_words import LABELS, STAFF_LABELS, STATUSES, fault_words
from tocsin.web.lint_sentences import finding_sentence
from tocsin.web.pages import MAX_NAME, Page, lines, render


@dataclass(frozen=True, slots=True)
class FormView:
    token: str
    action: str
    answer_time: str
    keep: str
    privacy_text: str
    privacy_link: Link | None
    trouble: str | None = None
    typed: Mapping[str, str] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)
    limits: Mapping[str, int] = field(default_factory=lambda: LIMITS)


@dataclass(frozen=True, slots=True)
class MessageView:
    by: str
    at: str
    text: str
    mine: bool


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed and did not go through, with why; ``trouble`` is a sentence of the catalogue, ``findings`` are the
    linter's, ``accuses``: it does not go however often it is sent."""

    text: str = ""
    fault: Fault | None = None
    trouble: str | None = None
    findings: tuple[Finding, ...] = ()
    accuses: bool = False


def form_page(
    page: Page, intake: Intake, *, token: str, action: str, typed: Mapping[str, str], faults: Mapping[str, Fault],
    trouble: str | None = None,
) -> str:  # fmt: skip
    reader = page.reader
    view = FormView(
        token=token,
        action=action,
        answer_time=reader.duration(timedelta(hours=intake.answer_hours)),
        keep=reader.ngettext("%(count)s day", "%(count)s days", intake.keep_days),
        privacy_text=one_line(intake.privacy_text, 2_000),
        privacy_link=safe_link(intake.privacy_url),
        trouble=reader.gettext(trouble) if trouble else None,
        typed={name: typed.get(name, "") for name in (*LIMITS, "trap")},
        faults={name: fault_words(reader, name, why, len(typed.get(name, "").strip())) for name, why in faults.items()},
    )
    return render("intake/form", page, view)


def thread_page(
    page: Page, role: Role, complaint: Complaint, messages: tuple[Message, ...], *, now: datetime, action: str,
    own_link: str, their_link: str | None, link_ends: datetime, typed: Typed, fresh: bool,
) -> str:  # fmt: skip
    reader, staff, said = page.reader, role is Role.DESK, complaint.statement
    labels = STAFF_LABELS if staff else LABELS
    late = complaint.waiting and now >= complaint.answer_due_at
    view = {
        "staff": staff,
        "fresh": fresh,
        "number": complaint.spoken,
        "status": reader.gettext(STATUSES[complaint.status]),
        "late": staff and late,
        "due": _due(reader, complaint, now, staff=staff, late=late),
        "zone": reader.zone(now),
        "own_link": None if staff else own_link,
        "their_link": their_link,
        "link_ends": reader.date(link_ends),
        "happened": lines(said.happened),
        "facts": [
            (reader.gettext(label), one_line(words, 400))
            for name, label in labels.items()
            if (words := getattr(said, name))
        ],
        "sent": reader.moment(complaint.created_at, now),
        "messages": [_message(page, role, complaint, message, now) for message in messages],
        "seen": complaint.messages,
        "version": complaint.version,
        "action": action,
        "typed": typed.text,
        "fault": fault_words(reader, "happened", typed.fault, len(typed.text)) if typed.fault else None,
        "trouble": reader.gettext(typed.trouble) if typed.trouble else None,
        "remarks": [finding_sentence(reader, one) for one in typed.findings],
        "insist": bool(typed.findings) and not typed.accuses,
        "limit": MAX_MESSAGE,
        "statuses": [(each.value, reader.gettext(STATUSES[each]), each is complaint.status) for each in Status],
    }  # fmt: skip
    return render("intake/thread", page, view)


def embed_page(page: Page, intake: Intake, address: str) -> str:
    reader = page.reader
    where = (
        reader.gettext("Shown only on: %(sites)s", sites=", ".join(intake.embed_on))
        if intake.embed_on
        else reader.gettext("Any site may show it; name yours in the client's file (intake.embed_on) to change that.")
    )
    view = {"snippet": snippet(reader, page.client, address), "where": where, "link": address}
    return render("intake/embed", page, view)


def snippet(reader: Reader, client: str, address: str) -> str:
    """The HTML that shows the form in a page of the client's own site."""
    title = reader.gettext("Tell %(client)s privately", client=client)
    quoted = title.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    return (
        f'<iframe src="{address}?embed=1&amp;lang={reader.language}" title="{quoted}" width="100%" height="1500" '
        'style="border:0" loading="lazy" referrerpolicy="no-referrer" '
        'sandbox="allow-forms allow-popups allow-popups-to-escape-sandbox allow-same-origin"></iframe>'
    )


def _due(reader: Reader, complaint: Complaint, now: datetime, *, staff: bool, late: bool) -> str | None:
    if not complaint.waiting:
        return None
    time = reader.moment(complaint.answer_due_at, now)
    if staff and late:
        return reader.gettext("The answer was due by %(time)s", time=time)
    if late:
        return reader.gettext("We are late: an answer was promised by %(time)s. It has not been forgotten.", time=time)
    if staff:
        return reader.gettext("Answer due by %(time)s", time=time)
    return reader.gettext("We answer by %(time)s", time=time)


def _message(page: Page, role: Role, complaint: Complaint, message: Message, now: datetime) -> MessageView:
    reader = page.reader
    if message.role is Role.DESK:
        by = page.client
    elif role is Role.AUTHOR:
        by = reader.gettext("You")
    else:
        by = one_line(complaint.statement.name, MAX_NAME) or reader.gettext("The complainant")
    return MessageView(by=by, at=reader.moment(message.at, now), text=lines(message.text), mine=message.role is role)
