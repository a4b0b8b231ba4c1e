"""The page of one text: what it says, what speaks against it, and what may be done with it now."""

import unicodedata
from datetime import datetime, time
from zoneinfo import ZoneInfo

from tocsin.domain.case.approving import client_asks, four_eyes, mark_of
from tocsin.domain.case.file import Work
from tocsin.domain.case.keeping import keeps
from tocsin.domain.case.postures import objections_to, unsettled
from tocsin.domain.case.promises import PromiseState
from tocsin.domain.case.texts import SAID_BY_PEOPLE, CaseText, ResultKind, TextState
from tocsin.domain.case.wording import linted
from tocsin.domain.linter import Checked
from tocsin.domain.text_kinds import Kind
from tocsin.domain.word_settings import PreparedText
from tocsin.web.answer_people import name_of
from tocsin.web.case.common import Desk, Wrong, part_page
from tocsin.web.case.names import KINDS, SOURCES, TEXTS
from tocsin.web.case.words import MAX_TEXT, beyond_words
from tocsin.web.clean import one_line, safe_link
from tocsin.web.i18n import Reader, mark
from tocsin.web.lint_sentences import RESULTS, finding_sentence, missing_sentence, result_sentence
from tocsin.web.outcome_words import counted_words
from tocsin.web.pages import Page, lines
from tocsin.web.plan_words import objection_words, strategy_words
from tocsin.web.scenario_words import scenario_words


def text_page(page: Page, desk: Desk, wrong: Wrong, text: CaseText) -> str:
    reader, me = page.reader, desk.me.email
    work = Work(desk.client, desk.incident, desk.file, desk.now, me)
    checked = linted(desk.file, text, desk.client.rivals(desk.incident.brand))
    own = four_eyes(work) and text.author == me
    draft, approved = text.state is TextState.DRAFT, text.state is TextState.APPROVED
    against = _against(reader, work, text)
    waits_for_client = client_asks(work, text) and text.client_approved_by is None
    view = {
        "id": text.id,
        "mark": mark_of(text),
        "heading": reader.gettext(KINDS[text.kind]),
        "state": reader.gettext(TEXTS[text.state]),
        "language": text.language,
        "marked": _marked(text.text, checked),
        "said": lines(text.text),
        "origin": _origin(reader, desk, text),
        "findings": _findings(reader, checked) if draft else [],
        "missing": _missing(reader, checked) if draft else [],
        "against": against if draft or approved else [],
        "open": draft or approved,
        "may_approve": draft and not own and not against,
        "own": draft and own,
        "clean": checked.clean,
        "may_sign": draft and text.signed_by is None and text.author != me,
        "signed_by": name_of(desk.client, text.signed_by) if text.signed_by else None,
        "approved_by": name_of(desk.client, text.approved_by) if text.approved_by else None,
        "contacts": [(one.email, one_line(one.name, 80), one.phone is not None) for one in desk.client.client_contacts]
        if approved
        else [],
        "client": _client(reader, desk, text),
        "client_words": one_line(text.client_words or "", 300),
        "waits_for_client": approved and waits_for_client,
        "may_send": approved and not against and not waits_for_client,
        "needs_address": text.kind in {Kind.HOLDING, Kind.CORRECTION, Kind.REPLY},
        "sent": _sent(reader, desk, text),
        "url": safe_link(text.url),
        "result": result_sentence(reader, text.result) if text.result else None,
        "counted": counted_words(reader, text.result) if text.result else (),
        "measured": _measured(reader, desk, text),
        "results": [(one.value, reader.gettext(RESULTS[one])) for one in SAID_BY_PEOPLE] if text.sent_at else [],
        "result_now": (text.result.kind if text.result else ResultKind.NEUTRAL).value,
        "promises": [
            one_line(f"{one.what} ({one.to})", 300)
            for one in desk.file.promises
            if one.text_id == text.id and one.state is PromiseState.OPEN
        ],
        "may_keep": (approved or text.state is TextState.SENT) and keeps(work, text),
        "kept": _kept(reader, desk, text),
        "limit_text": MAX_TEXT,
        "does": beyond_words(reader, desk, text.strategies),
        "known": "\n".join(one_line(one, 300) for one in text.verified),
    }
    return part_page(page, desk, "words", wrong, view | {"text": True, "texts": [], "kinds": [], "mentions": []})


def _marked(text: str, checked: Checked) -> list[tuple[str, bool]]:
    """The text in pieces, each marked or not."""
    said = unicodedata.normalize("NFC", text)
    pieces: list[tuple[str, bool]] = []
    at = 0
    for one in checked.findings:
        if one.start < at:
            continue
        pieces += [(said[at : one.start], False), (said[one.start : one.end], True)]
        at = one.end
    pieces.append((said[at:], False))
    return [(lines(words) if "\n" in words else _plain(words), is_marked) for words, is_marked in pieces if words]


def _plain(words: str) -> str:
    """Without what no eye sees, with the spaces at its ends."""
    before = " " if words[:1].isspace() else ""
    after = " " if words[-1:].isspace() and words.strip() else ""
    return before + one_line(words, MAX_TEXT) + after


def _findings(reader: Reader, checked: Checked) -> list[dict[str, str]]:
    said = [finding_sentence(reader, one) for one in checked.findings]
    return [{"quote": one.quote or "", "reason": one.why, "fix": one.instead} for one in said]


def _missing(reader: Reader, checked: Checked) -> list[str]:
    said = [missing_sentence(reader, one) for one in checked.missing]
    return [f"{one.why} {one.instead}" for one in said]


def _against(reader: Reader, work: Work, text: CaseText) -> list[str]:
    found = [objection_words(reader.language, one) for one in objections_to(work, text)]
    beyond = [strategy_words(reader.language, one) for one in unsettled(work, text)]
    if beyond:
        found.append(reader.gettext("The plan has not settled on this yet: %(what)s.", what="; ".join(beyond)))
    return found


def _origin(reader: Reader, desk: Desk, text: CaseText) -> str:
    said = [reader.gettext(SOURCES[text.source])]
    if text.author != "tocsin":
        said.append(name_of(desk.client, text.author))
    said.append(reader.moment(text.at, desk.now))
    return " · ".join(said)


def _client(reader: Reader, desk: Desk, text: CaseText) -> str | None:
    if text.client_approved_by and text.client_approved_at:
        return reader.gettext(
            "%(name)s said yes at %(time)s.", name=name_of(desk.client, text.client_approved_by),
            time=reader.moment(text.client_approved_at, desk.now),
        )  # fmt: skip
    if text.client_asked and text.client_asked_at:
        return reader.gettext(
            "%(name)s was asked at %(time)s.", name=name_of(desk.client, text.client_asked),
            time=reader.moment(text.client_asked_at, desk.now),
        )  # fmt: skip
    return None


def _sent(reader: Reader, desk: Desk, text: CaseText) -> str | None:
    if text.sent_at is None or text.sent_by is None:
        return None
    return reader.gettext(
        "Published at %(time)s, noted by %(name)s.", time=reader.moment(text.sent_at, desk.now),
        name=name_of(desk.client, text.sent_by),
    )  # fmt: skip


def _kept(reader: Reader, desk: Desk, text: CaseText) -> str | None:
    change = next((one for one in desk.file.kept if one.id == text.id and not one.goes), None)
    if change is None or change.after is None:
        return None
    made = PreparedText.model_validate_json(change.after)
    words = (
        # NOTE: of a text, in case of a kind of crisis like "a leak of personal data"; the day is a date
        mark("Approved ahead for %(scenario)s until %(day)s, by %(name)s.")
        if change.applied_at is not None
        # NOTE: of a text, in case of a kind of crisis like "a leak of personal data"; the day is a date
        else mark("Within a minute it is approved ahead for %(scenario)s until %(day)s, by %(name)s.")
    )
    noon = datetime.combine(made.expires, time(12), ZoneInfo(desk.client.timezone))
    return reader.gettext(
        words, scenario=scenario_words(reader, made.scenario), day=reader.date(noon),
        name=name_of(desk.client, made.approved_by),
    )  # fmt: skip


def _measured(reader: Reader, desk: Desk, text: CaseText) -> str | None:
    if text.measure_at is None or text.result is not None:
        return None
    # NOTE: of a text that was published: when it is looked at what followed it
    return reader.gettext("What came of it is counted at %(time)s.", time=reader.moment(text.measure_at, desk.now))
