"""The page of what is said: texts and how they stand, one text with what the linter marks in it, and new drafts."""

import unicodedata
from typing import Any

from tocsin.domain.alert import AlertMention
from tocsin.domain.case.approving import PUBLIC, client_asks, four_eyes, mark_of, objections_to, unsettled
from tocsin.domain.case.file import CaseFile, Work
from tocsin.domain.case.promises import PromiseState
from tocsin.domain.case.texts import SAID_BY_PEOPLE, CaseText, ResultKind, TextState
from tocsin.domain.case.wording import linted
from tocsin.domain.linter import Checked
from tocsin.domain.posture import Strategy
from tocsin.domain.replies import Stance, reply_language
from tocsin.domain.text_kinds import Kind
from tocsin.web.answer_people import name_of
from tocsin.web.case.common import Desk, Wrong, part_page
from tocsin.web.case.names import KINDS, SOURCES, TEXTS
from tocsin.web.clean import one_line, safe_link
from tocsin.web.i18n import LANGUAGES, Reader, mark
from tocsin.web.lint_sentences import RESULTS, finding_sentence, missing_sentence, result_sentence
from tocsin.web.outcome_words import counted_words
from tocsin.web.pages import LANGUAGE_NAMES, Page, lines
from tocsin.web.plan_words import objection_words, strategy_words

MAX_TEXT = 6_000
NEW = (Kind.HOLDING, Kind.NOTICE, Kind.STAFF, Kind.CLIENT, Kind.CORRECTION)
FACTS = {
    # NOTE: a field of a form: the beginning of "We learned: ..."
    "what": mark("What is known, as confirmed"),
    # NOTE: a field of a form
    "whom": mark("Whom it worries"),
    # NOTE: a field of a form
    "action": mark("What we have started to do"),
    # NOTE: a field of a form: after "Please"
    "advice": mark("What people should do now"),
    # NOTE: a field of a form
    "unknown": mark("What is not known yet"),
    # NOTE: a field of a form
    "contact": mark("Where to ask: an address or a number"),
    # NOTE: a field of a form
    "spread": mark("How far it has spread"),
    # NOTE: a field of a form
    "decision": mark("What the client must decide"),
    # NOTE: a field of a form
    "right": mark("What is right instead"),
}
ASKED = {
    Kind.HOLDING: ("what", "whom", "action", "advice", "unknown", "contact"),
    Kind.NOTICE: ("what", "action", "advice", "contact"),
    Kind.STAFF: ("what", "unknown", "action", "contact"),
    Kind.CLIENT: ("what", "spread", "action", "unknown", "decision", "contact"),
    Kind.CORRECTION: ("what", "right", "contact"),
}
"""What the template of each kind is made of."""
WITH_NEXT = frozenset({Kind.HOLDING, Kind.STAFF, Kind.CLIENT})
REPLY_FACTS = {
    "contact": FACTS["contact"],
    # NOTE: a field of a form, for a reply to one person
    "action": mark("What has been done for them"),
    # NOTE: a field of a form, for a reply to somebody who is mistaken
    "right": mark("How it really is"),
    # NOTE: a field of a form: an address or words that prove it
    "proof": mark("Where that can be seen"),
}


BASE = (Strategy.INSTRUCT, Strategy.ADJUST)
"""What every text may do."""
HOW = {
    # NOTE: how a voice is answered, in a list to choose from
    Stance.RESTORE: mark("put it right"),
    # NOTE: how a voice is answered, in a list to choose from
    Stance.CORRECT: mark("set it right, with the proof"),
    # NOTE: how a voice is answered, in a list to choose from
    Stance.HEAR: mark("hear them out"),
    # NOTE: how a voice is answered, in a list to choose from
    Stance.CONTACT: mark("lead them to the press desk"),
    # NOTE: how a voice is answered, in a list to choose from
    Stance.PROTECT: mark("give a way in confidence"),
    # NOTE: how a voice is answered, in a list to choose from
    Stance.PUBLIC: mark("say the facts once, to the public"),
}


def beyond(file: CaseFile) -> tuple[Strategy, ...]:
    """What the plan has settled on beyond the base."""
    return tuple(one for one in (file.plan.strategies if file.plan is not None else ()) if one not in BASE)


def _does(reader: Reader, desk: Desk, chosen: tuple[Strategy, ...] = ()) -> list[tuple[str, str, bool]]:
    return [(one.value, strategy_words(reader.language, one), one in chosen) for one in beyond(desk.file)]


def words_page(page: Page, desk: Desk, wrong: Wrong, mentions: tuple[tuple[str, AlertMention, str], ...]) -> str:
    """``mentions``: id, mention and what is advised for it, of the gravest."""
    reader = page.reader
    live = [one for one in desk.file.texts if one.state is not TextState.WITHDRAWN]
    answered = {one.mention_id for one in live if one.mention_id}
    view = {
        "texts": [_brief(reader, one) for one in reversed(live)],
        "kinds": [(one.value, reader.gettext(KINDS[one])) for one in NEW],
        "mentions": [
            {
                "id": mention_id,
                "said": one_line(mention.title or mention.excerpt, 160),
                "by": one_line(mention.author or "", 80),
                "host": link.host if (link := safe_link(mention.url)) else None,
                "href": link.href if link else None,
                "advice": advice,
                "answered": mention_id in answered,
            }
            for mention_id, mention, advice in mentions
        ],
    }
    return part_page(page, desk, "words", wrong, view)


def new_page(page: Page, desk: Desk, wrong: Wrong, kind: Kind) -> str:
    """The form of a statement: what only people know; the template does the rest."""
    reader = page.reader
    before = _known(desk, kind)
    view = {
        "kind": kind.value,
        "heading": reader.gettext(KINDS[kind]),
        "facts": [(name, reader.gettext(FACTS[name]), before.get(name, "")) for name in ASKED[kind]],
        "with_next": kind in WITH_NEXT,
        "hurt": kind is Kind.HOLDING,
        "hurt_before": desk.file.cause.injuries,
        "languages": [(code, LANGUAGE_NAMES[code]) for code in LANGUAGES],
        "language": desk.client.language,
        "does": _does(reader, desk),
        "empty": False,
    }
    return part_page(page, desk, "words", wrong, view | {"new": True, "texts": [], "kinds": [], "mentions": []})


def reply_page(
    page: Page, desk: Desk, wrong: Wrong, mention_id: str, mention: AlertMention, advice: str, *, answers: bool
) -> str:
    reader = page.reader
    view = {
        "mention": {
            "id": mention_id,
            "title": one_line(mention.title, 200),
            "excerpt": one_line(mention.excerpt, 600),
            "by": one_line(mention.author or "", 80),
            "language": mention.language,
            "link": safe_link(mention.url),
        },
        "advice": advice,
        "answers": answers,
        "facts": [(name, reader.gettext(words), "") for name, words in REPLY_FACTS.items()],
        # NOTE: the first of the ways in which a voice can be answered
        "hows": [
            ("", reader.gettext("as advised")),
            *((one.value, reader.gettext(words)) for one, words in HOW.items()),
        ],
        "does": _does(reader, desk),
        "languages": [(code, LANGUAGE_NAMES[code]) for code in LANGUAGES],
        "language": reply_language(desk.client, mention.language or "und"),
    }
    return part_page(page, desk, "words", wrong, view | {"reply": True, "texts": [], "kinds": [], "mentions": []})


def text_page(page: Page, desk: Desk, wrong: Wrong, text: CaseText) -> str:
    """One text: what it says, what speaks against it, and what may be done with it now."""
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
        "limit_text": MAX_TEXT,
        "does": _does(reader, desk, text.strategies),
        "known": "\n".join(one_line(one, 300) for one in text.verified),
    }
    return part_page(page, desk, "words", wrong, view | {"text": True, "texts": [], "kinds": [], "mentions": []})


def _brief(reader: Reader, text: CaseText) -> dict[str, Any]:
    state = reader.gettext(TEXTS[text.state])
    if text.state is TextState.APPROVED and text.client_asked and not text.client_approved_by:
        # NOTE: of a text that somebody on the client's side has been asked to approve
        state = reader.gettext("waits for the client")
    return {
        "id": text.id,
        "kind": reader.gettext(KINDS[text.kind]),
        "said": one_line(text.text, 140),
        "state": state,
        "result": result_sentence(reader, text.result) if text.result else None,
        "language": text.language,
    }


def _known(desk: Desk, kind: Kind) -> dict[str, str]:
    """What need not be typed again. Nobody's own number is proposed for what the public reads."""
    cause = desk.file.cause
    contact = "" if kind in PUBLIC else desk.me.phone or desk.me.email
    what = ", ".join(part for part in (cause.product, cause.place, cause.date) if part) if cause.verified_by else ""
    return {"contact": contact, "what": what}


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


def _measured(reader: Reader, desk: Desk, text: CaseText) -> str | None:
    if text.measure_at is None or text.result is not None:
        return None
    # NOTE: of a text that was published: when it is looked at what followed it
    return reader.gettext("What came of it is counted at %(time)s.", time=reader.moment(text.measure_at, desk.now))
