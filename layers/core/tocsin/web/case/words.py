"""The page of what is said: texts and how they stand, one text with what the linter marks in it, and new drafts."""

from typing import Any

from tocsin.domain.alert import AlertMention
from tocsin.domain.case.approving import PUBLIC
from tocsin.domain.case.file import CaseFile
from tocsin.domain.case.texts import CaseText, TextState
from tocsin.domain.posture import Strategy
from tocsin.domain.replies import Stance, reply_language
from tocsin.domain.text_kinds import Kind
from tocsin.web.case.common import Desk, Wrong, part_page
from tocsin.web.case.names import KINDS, TEXTS
from tocsin.web.clean import one_line, safe_link
from tocsin.web.i18n import LANGUAGES, Reader, mark
from tocsin.web.lint_sentences import result_sentence
from tocsin.web.pages import LANGUAGE_NAMES, Page
from tocsin.web.plan_words import strategy_words

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


def beyond_words(reader: Reader, desk: Desk, chosen: tuple[Strategy, ...] = ()) -> list[tuple[str, str, bool]]:
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
        "does": beyond_words(reader, desk),
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
        "does": beyond_words(reader, desk),
        "languages": [(code, LANGUAGE_NAMES[code]) for code in LANGUAGES],
        "language": reply_language(desk.client, mention.language or "und"),
    }
    return part_page(page, desk, "words", wrong, view | {"reply": True, "texts": [], "kinds": [], "mentions": []})


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
