"""What an e-mail says, part by part, already in the reader's words; templates only lay it out."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from tocsin.domain.alert import Alert, AlertMention
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind
from tocsin.domain.reasons import ReasonName
from tocsin.web.clean import Link, one_line, safe_link
from tocsin.web.coverage import coverage_lines
from tocsin.web.i18n import Reader
from tocsin.web.plan_words import FirstHour, first_hour
from tocsin.web.reasons import key_fact, reason_sentence
from tocsin.web.returned_words import returned_words
from tocsin.web.steps import Step, steps_for
from tocsin.web.words import BURNING, CHANNELS, VOICES, brand_name, call_to, drill_words, level_word, notice, reader_of

MAX_BRAND, MAX_NAME, MAX_TITLE, MAX_EXCERPT, MAX_ID = 60, 80, 140, 280, 120
MAX_MENTIONS, MAX_REASONS, MAX_TOLD = 3, 8, 12
LACKING = frozenset({ReasonName.FEW, ReasonName.WEIGHTLESS, ReasonName.BESIDE, ReasonName.MILD, ReasonName.FEW_GRAVE})
"""Why it is no higher: said last."""


@dataclass(frozen=True, slots=True)
class ReasonView:
    """``points`` as people read it; ``bar`` is the width in per cent, 2 to 100."""

    sentence: str
    points: str
    bar: int


@dataclass(frozen=True, slots=True)
class MentionView:
    title: str
    excerpt: str
    byline: str
    link: Link | None
    unsafe: bool
    """A link came along, and nobody should tap it."""
    language: str | None
    """BCP 47, for screen readers; None when unsure."""


@dataclass(frozen=True, slots=True)
class StepView:
    title: str
    detail: str
    by: str | None


@dataclass(frozen=True, slots=True)
class MailView:
    """``tone`` names the palette: a level, resolved or test."""

    language: str
    tone: str
    subject: str
    preheader: str
    word: str
    brand: str
    client: str
    index: str
    banner: str | None
    notice: str | None
    """Why just this person is told just now."""
    answer: Link | None
    """The person's own answering page, and what stands on its button."""
    answer_words: str
    when: str
    happened: str
    more: str | None
    returned: tuple[str, ...]
    """Of an earlier case that it is much like."""
    link: Link | None
    reasons: tuple[ReasonView, ...]
    mentions: tuple[MentionView, ...]
    steps: tuple[StepView, ...]
    plan: FirstHour | None
    told: tuple[str, ...]
    untold: int
    """How many more were told than are named."""
    heard: tuple[str, ...]
    zone: str
    case: str


def mail_view(alert: Alert) -> MailView:
    reader = reader_of(alert)
    brand = brand_name(alert, MAX_BRAND)
    steps = tuple(_step(reader, alert, step) for step in steps_for(alert.kind, alert.level, taken=alert.yours))
    plan = first_hour(reader, alert.plan) if alert.plan is not None and alert.kind in BURNING else None
    if plan is not None:
        steps = tuple(step for step in steps if step.by)  # what stands for everybody; the rest is in the plan
    banner = _banner(reader, alert)
    counted = _counted(reader, alert, brand)
    happened = _ended(reader, alert, brand) if alert.kind is AlertKind.RESOLVED else _declared(reader, alert) or counted
    mentions = tuple(mention_view(reader, alert.at, mention) for mention in alert.mentions[:MAX_MENTIONS])
    first = next((step for step in steps if step.by), None)
    # The subject has told the number already: beside it on a locked screen, the first deadline and the worst words.
    worst = mentions[0].title if mentions and alert.kind in BURNING else happened
    asked = notice(reader, alert)
    return MailView(
        language=alert.language,
        tone=alert.level.value if alert.kind in BURNING else alert.kind.value,
        subject=_subject(reader, alert, brand),
        preheader=" ".join(filter(None, (banner, asked, f"{first.title}: {first.by}." if first else None, worst))),
        word=level_word(reader, alert),
        brand=brand,
        client=one_line(alert.client_name, MAX_NAME),
        index=reader.number(int(alert.index)),  # rounded up, it could claim a threshold that was not reached
        banner=banner,
        notice=asked,
        answer=safe_link(alert.answer) if alert.kind in BURNING | {AlertKind.TEST} else None,
        answer_words=_answer_words(reader, alert),
        when=f"{reader.date(alert.at)}, {reader.clock(alert.at)}",
        happened=happened,
        more=counted if alert.kind is AlertKind.RESOLVED else _story(reader, alert),
        returned=returned_words(reader, alert.returned) if alert.returned and alert.kind in BURNING else (),
        link=safe_link(alert.link) if alert.kind is not AlertKind.RESOLVED else None,
        reasons=_reasons(reader, alert),
        mentions=mentions,
        steps=steps,
        plan=plan,
        told=_told(reader, alert),
        untold=max(len(alert.others) - MAX_TOLD, 0),
        heard=coverage_lines(reader, alert.heard),
        zone=reader.zone(alert.at),
        case=one_line(alert.incident_id, MAX_ID),
    )


def _answer_words(reader: Reader, alert: Alert) -> str:
    if alert.kind is AlertKind.TEST:
        return reader.gettext("It reached me")
    return reader.gettext("Open the case") if alert.yours else reader.gettext("I take it")


def _subject(reader: Reader, alert: Alert, brand: str) -> str:
    """Level, brand, one fact, in one line that no header can be smuggled through."""
    if alert.kind is AlertKind.RESOLVED:
        duration = reader.duration(alert.at - alert.opened_at)
        if alert.level is Level.CALM:
            # NOTE: subject, after the brand
            fact = reader.gettext("calm again after %(duration)s", duration=duration)
        else:
            fact = reader.gettext("closed after %(duration)s", duration=duration)
    else:
        fact = call_to(reader, alert) or key_fact(reader, alert)
    parts = [f"{level_word(reader, alert)} · {brand}: {fact}"]
    if alert.kind is AlertKind.TEST:
        # NOTE: subject, before the level: "TEST, not a real alarm · CRISIS · Aurora: ..."
        parts.insert(0, reader.gettext("TEST, not a real alarm"))
    return one_line(" · ".join(parts), 200)


def _banner(reader: Reader, alert: Alert) -> str | None:
    return drill_words(reader, alert, MAX_BRAND) if alert.kind is AlertKind.TEST or alert.drill else None


def _counted(reader: Reader, alert: Alert, brand: str) -> str:
    return reader.ngettext(
        "%(count)s negative mention of %(brand)s in %(window)s, out of %(total)s in all (as of %(time)s).",
        "%(count)s negative mentions of %(brand)s in %(window)s, out of %(total)s in all (as of %(time)s).",
        alert.negative, brand=brand, window=reader.minutes(alert.window_minutes),
        total=reader.number(alert.total), time=reader.clock(alert.at),
    )  # fmt: skip


def _declared(reader: Reader, alert: Alert) -> str | None:
    if alert.declared is None:
        return None
    name, why = (one_line(said, MAX_EXCERPT) for said in alert.declared)
    # NOTE: who declared a case by hand, and why
    return reader.gettext("Declared by %(name)s: %(why)s", name=name, why=why)


def _story(reader: Reader, alert: Alert) -> str | None:
    title = one_line(alert.story.title, MAX_TITLE) if alert.story is not None else ""
    if alert.story is None or not title:
        return None
    return reader.ngettext(
        "The largest story: “%(title)s” (%(count)s mention since %(time)s).",
        "The largest story: “%(title)s” (%(count)s mentions since %(time)s).",
        alert.story.size, title=title, time=reader.moment(alert.story.since, alert.at),
    )  # fmt: skip


def _ended(reader: Reader, alert: Alert, brand: str) -> str:
    values = {
        "brand": brand,
        "duration": reader.duration(alert.at - alert.opened_at),
        "start": reader.moment(alert.opened_at, alert.at),
        "end": reader.moment(alert.at, alert.opened_at),
    }
    if alert.level is Level.CALM:
        return reader.gettext("%(brand)s is calm again after %(duration)s (%(start)s – %(end)s).", **values)
    return reader.gettext("The case of %(brand)s was closed after %(duration)s (%(start)s – %(end)s).", **values)


def _reasons(reader: Reader, alert: Alert) -> tuple[ReasonView, ...]:
    # That it is an old storm is to be known before all that is counted.
    told = [
        each
        for each in alert.reasons
        if each.name not in LACKING and (each.points >= 0.5 or each.name is ReasonName.EARLIER)
    ]
    lacking = [each for each in alert.reasons if each.name in LACKING][:1]
    weightiest = sorted(told, key=lambda each: (each.name is not ReasonName.EARLIER, -each.points))
    weightiest = [*weightiest[: MAX_REASONS - len(lacking)], *lacking]
    return tuple(
        ReasonView(reason_sentence(reader, each), reader.number(each.points), min(max(round(each.points), 2), 100))
        for each in weightiest
    )


def _private(reader: Reader, at: datetime, mention: AlertMention) -> MentionView:
    """Words that were said in private are in no alert: whoever may read them finds them by the number."""
    title = (
        reader.gettext("A private complaint, no. %(number)s", number=one_line(mention.private, 20))
        if mention.private
        else reader.gettext("A private message")
    )
    when = reader.moment(mention.published_at, at)
    return MentionView(title=title, excerpt="", byline=when, link=None, unsafe=False, language=None)


def mention_view(reader: Reader, at: datetime, mention: AlertMention) -> MentionView:
    """``at``: the moment that the reader looks from."""
    if mention.private is not None:
        return _private(reader, at, mention)
    title, excerpt = one_line(mention.title, MAX_TITLE), one_line(mention.excerpt, MAX_EXCERPT)
    if not title or excerpt.startswith(title.rstrip("…")):
        title, excerpt = excerpt, ""
    byline = [one_line(mention.author or "", MAX_NAME) or reader.gettext("author not named")]
    if mention.voice in VOICES:
        byline.append(reader.gettext(VOICES[mention.voice]))
    if mention.followers is not None:
        byline.append(reader.ngettext("%(count)s follower", "%(count)s followers", mention.followers))
    if mention.before:
        byline.append(reader.ngettext("%(count)s earlier criticism", "%(count)s earlier criticisms", mention.before))
    byline.append(reader.moment(mention.published_at, at))
    link = safe_link(mention.url)
    known = re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", mention.language) and mention.language != "und"
    return MentionView(
        title=title,
        excerpt=excerpt,
        byline=" · ".join(byline),
        link=link,
        unsafe=bool(mention.url) and link is None,
        language=mention.language if known else None,
    )


def _step(reader: Reader, alert: Alert, step: Step) -> StepView:
    by = None
    if step.within is not None:
        due = reader.moment(alert.at + timedelta(minutes=step.within), alert.at)
        # NOTE: a deadline: "by 03:24"; the time may bring its date along
        by = reader.gettext("by %(time)s", time=due)
    return StepView(reader.gettext(step.title), reader.gettext(step.detail), by)


def _told(reader: Reader, alert: Alert) -> tuple[str, ...]:
    return tuple(
        f"{one_line(each.name, MAX_NAME)} ({', '.join(reader.gettext(CHANNELS[channel]) for channel in each.channels)})"
        for each in alert.others[:MAX_TOLD]
    )
