"""The part of what is said: drafts, approvals, and the note that a person has published it."""

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from tocsin.domain.case import approving, keeping, outcome, wording
from tocsin.domain.case.file import Work, Worked
from tocsin.domain.case.texts import SAID_BY_PEOPLE, CaseText, ResultKind, Source
from tocsin.domain.errors import TransitionError
from tocsin.domain.outbox import Channel
from tocsin.domain.posture import Strategy
from tocsin.domain.refusals import Refused
from tocsin.domain.replies import ReplyFacts, Stance
from tocsin.domain.statements import Facts
from tocsin.domain.text_kinds import Kind
from tocsin.entry.case_parts import promises
from tocsin.entry.case_parts.form import FaultError, Form, Step
from tocsin.entry.case_parts.visit import Goto, Handler, Visit
from tocsin.services.drafts import DraftError
from tocsin.services.quoted import shown
from tocsin.web.answer_words import EMPTY
from tocsin.web.approved import tidy
from tocsin.web.case.common import Wrong
from tocsin.web.case.words import (
    ASKED,
    BASE,
    HOW,
    NEW,
    REPLY_FACTS,
    beyond,
    new_page,
    reply_page,
    words_page,
)
from tocsin.web.case.words_text import text_page
from tocsin.web.clean import one_line
from tocsin.web.i18n import LANGUAGES
from tocsin.web.lint_sentences import advice_sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tocsin.domain.alert import AlertMention

MOST_MENTIONS = 5
MAX_KNOWN, MAX_FACT, MOST_FACTS = 4_000, 300, 12
KINDS = [one.value for one in NEW]
_REPLY = frozenset({"reply_draft", "reply_write", "reply_prepared"})
_NEW = frozenset({"text_draft", "text_write", "text_prepared"})


def show(visit: Visit, wrong: Wrong) -> str:
    what, of = _asked(visit)
    texts = {one.id: one for one in visit.case.file.texts}
    if what == "new" and of in KINDS:
        return new_page(visit.page, visit.desk, wrong, Kind(of))
    if what == "text" and of in texts:
        return text_page(visit.page, visit.desk, wrong, texts[of])
    if what == "reply":
        found = next((one for one in _mentions(visit) if one[0] == of), None)
        if found is not None:
            mention_id, mention, advice, answers = found
            return reply_page(visit.page, visit.desk, wrong, mention_id, mention, advice, answers=answers)
    return words_page(visit.page, visit.desk, wrong, tuple(one[:3] for one in _mentions(visit)))


def _asked(visit: Visit) -> tuple[str, str]:
    """Which page of this part: by the form that did not go through, else by the address."""
    do, of = visit.fields.get("do", ""), visit.fields.get("id", "")
    if do:
        return ("new" if do in _NEW else "reply" if do in _REPLY else "text"), of
    query = visit.request.query
    return next(((what, query[what]) for what in ("text", "new", "reply") if what in query), ("", ""))


def _mentions(visit: Visit) -> "Iterator[tuple[str, AlertMention, str, bool]]":
    """Id, what is shown of it, and what is advised, of the gravest that are public."""
    drafts, case = visit.tools.drafts(), visit.case
    for scored in visit.tools.gravest(case)[:MOST_MENTIONS]:
        seen = shown(scored)
        if seen.private is not None:
            continue
        try:
            advice = drafts.advice(case.incident.id, scored.mention.id)
        except DraftError:
            continue
        yield scored.mention.id, seen, advice_sentence(visit.page.reader, advice), advice.answers


def _draft(visit: Visit, form: Form) -> Goto:
    kind = Kind(form.one_of("id", KINDS))
    said: dict[str, Any] = {name: form.need(name) for name in ASKED[kind]}
    said["known_at"] = form.moment("known_at", past=True)
    said["next_at"] = form.moment_or_none("next_at")
    said["hurt"] = form.fields.get("hurt") == "1"
    try:
        facts = Facts.model_validate(said)
    except ValidationError:
        raise FaultError(EMPTY) from None
    drafted = visit.tools.drafts().statement(
        visit.case.incident.id, visit.me.email, kind, facts, language=_language(form)
    )
    return _text(drafted.text)


def _reply(visit: Visit, form: Form) -> Goto:
    said = {name: form.line(name) for name in REPLY_FACTS}
    try:
        facts = ReplyFacts.model_validate(said)
    except ValidationError:
        raise FaultError(EMPTY) from None
    mention_id, how = one_line(form.fields.get("id", ""), 200), form.fields.get("stance", "")
    stance = Stance(form.one_of("stance", [one.value for one in HOW])) if how else None
    drafted = visit.tools.drafts().reply(visit.case.incident.id, visit.me.email, mention_id, facts, stance=stance)
    return _text(drafted.text)


def _write(visit: Visit, form: Form) -> Goto:
    kind, text, language = Kind(form.one_of("id", KINDS)), form.text("text"), _language(form)
    does, known = _does(visit, form), _known(form)
    done = visit.do(
        lambda work: wording.draft(work, kind, language, text, Source.PERSON, strategies=does, verified=known)
    )
    return _text(done.file.texts[-1])


def _reply_write(visit: Visit, form: Form) -> Goto:
    mention_id, text, language = one_line(form.fields.get("id", ""), 200), form.text("text"), _language(form)
    does, known = _does(visit, form), _known(form)
    visit.tools.drafts().check(visit.case.incident.id, mention_id)
    done = visit.do(
        lambda work: wording.draft(
            work, Kind.REPLY, language, text, Source.PERSON, mention_id=mention_id, strategies=does, verified=known
        )
    )
    return _text(done.file.texts[-1])


def _reply_prepared(visit: Visit, form: Form) -> Goto:
    mention_id = one_line(form.fields.get("id", ""), 200)
    drafted = visit.tools.drafts().prepared(
        visit.case.incident.id, visit.me.email, Kind.REPLY, language=_language(form), mention_id=mention_id
    )
    return _text(drafted.text)


def _prepared(visit: Visit, form: Form) -> Goto:
    kind = Kind(form.one_of("id", KINDS))
    drafted = visit.tools.drafts().prepared(visit.case.incident.id, visit.me.email, kind, language=_language(form))
    return _text(drafted.text)


def _edit(visit: Visit, form: Form) -> Goto:
    text, known = form.text("text"), _known(form)
    does = _does(visit, form) if form.fields.get("does") == "1" else None
    visit.do(_of_what_was_shown(form, lambda work: wording.edit(work, form.id, text, strategies=does, verified=known)))
    return _same(form)


def _approve(visit: Visit, form: Form) -> Goto:
    note = form.line("note")
    visit.do(_of_what_was_shown(form, lambda work: approving.approve(work, form.id, note)))
    return _same(form)


def _sign(visit: Visit, form: Form) -> Goto:
    visit.do(_of_what_was_shown(form, lambda work: approving.sign(work, form.id)))
    return _same(form)


def _ask(visit: Visit, form: Form) -> Goto:
    contact, channel = form.need("contact"), Channel.SMS if form.fields.get("by") == "sms" else Channel.EMAIL
    visit.do(_of_what_was_shown(form, lambda work: approving.ask_client(work, form.id, contact, channel)))
    return _same(form)


def _sent(visit: Visit, form: Form) -> Goto:
    url = form.line("url", 2_000)
    visit.do(_of_what_was_shown(form, lambda work: approving.sent(work, form.id, url)))
    return _same(form)


def _result(visit: Visit, form: Form) -> Goto:
    kind, note = ResultKind(form.one_of("kind", [one.value for one in SAID_BY_PEOPLE])), form.line("note")
    visit.do(lambda work: outcome.note_result(work, form.id, kind, note))
    return _same(form)


def _keep(visit: Visit, form: Form) -> Goto:
    until = form.day("until")
    visit.do(_of_what_was_shown(form, lambda work: keeping.keep(work, form.id, until)))
    return _same(form)


def _withdraw(visit: Visit, form: Form) -> Goto:
    text_id, why = form.id, form.line("why")
    visit.do(lambda work: wording.withdraw(work, text_id, why))
    return {"part": "words"}


def _promise(visit: Visit, form: Form) -> Goto:
    promises.make(visit, form, form.id)
    return _same(form)


def _of_what_was_shown(form: Form, step: Step) -> Step:
    """Nobody approves, or writes over, other words than those they saw."""
    seen = form.fields.get("mark", "")

    def guarded(work: Work) -> Worked:
        if approving.mark_of(wording.text_of(work.file, form.id)) != seen:
            raise TransitionError("this text has been changed meanwhile: read it again", Refused.CHANGED)
        return step(work)

    return guarded


def _does(visit: Visit, form: Form) -> tuple[Strategy, ...]:
    """The base, and what the plan has settled on beyond it and was ticked."""
    return (*BASE, *(Strategy(one) for one in form.several("does", [one.value for one in beyond(visit.case.file)])))


def _known(form: Form) -> tuple[str, ...]:
    """Confirmed facts, one a line."""
    lines = tidy(form.fields.get("known", ""), MAX_KNOWN)[:MAX_KNOWN].split("\n")
    return tuple(said for line in lines if (said := one_line(line, MAX_FACT)))[:MOST_FACTS]


def _language(form: Form) -> Any:
    return form.one_of("language", LANGUAGES)


def _text(text: CaseText) -> Goto:
    return {"part": "words", "text": text.id}


def _same(form: Form) -> Goto:
    return {"part": "words", "text": form.id}


STEPS: dict[str, Handler] = {
    "text_draft": _draft,
    "text_write": _write,
    "text_prepared": _prepared,
    "reply_draft": _reply,
    "reply_write": _reply_write,
    "reply_prepared": _reply_prepared,
    "text_edit": _edit,
    "text_approve": _approve,
    "text_sign": _sign,
    "text_ask": _ask,
    "text_sent": _sent,
    "text_result": _result,
    "text_keep": _keep,
    "text_withdraw": _withdraw,
    "text_promise": _promise,
}
