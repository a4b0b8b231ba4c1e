"""What somebody on the client's side reads: just the words that a person of the agency has seen, and no others."""

from datetime import datetime, timedelta

from tocsin.domain.alert import Alert
from tocsin.domain.levels import Level
from tocsin.web.clean import one_line
from tocsin.web.i18n import Reader
from tocsin.web.templating import environment
from tocsin.web.words import LEVELS

MAX_TEXT, MAX_BRAND = 1_000, 60
NEXT_WORD = {Level.SEVERE: timedelta(hours=1)}
LATER_WORD = timedelta(hours=2)


def draft(reader: Reader, brand: str, level: Level, since: datetime, now: datetime) -> str:
    """A beginning: what is known, what is being done, what to leave alone, when more will be said."""
    soon = now + NEXT_WORD.get(level, LATER_WORD)
    return "\n".join(
        (
            # NOTE: to somebody on the client's side; the level is a word like "crisis"
            reader.gettext(
                "Since %(time)s we have been watching a wave of criticism of %(brand)s (our level: %(level)s).",
                time=reader.moment(since, now), brand=one_line(brand, MAX_BRAND) or "?",
                level=reader.gettext(LEVELS[level]).lower(),
            ),
            # NOTE: to somebody on the client's side
            reader.gettext("We are checking what is true and preparing an answer."),
            # NOTE: to somebody on the client's side
            reader.gettext("Until we have spoken, please publish, delete and answer nothing about it."),
            # NOTE: to somebody on the client's side
            reader.gettext("We will write to you again by %(time)s.", time=reader.moment(soon, now)),
        )
    )  # fmt: skip


def over(reader: Reader, brand: str, since: datetime, now: datetime) -> str:
    """What the machine writes to them when it is over."""
    return "\n".join(
        (
            # NOTE: to somebody on the client's side
            reader.gettext(
                "The wave of criticism of %(brand)s that we have been watching since %(time)s has calmed down.",
                brand=one_line(brand, MAX_BRAND) or "?", time=reader.moment(since, now),
            ),
            # NOTE: to somebody on the client's side
            reader.gettext("We go on watching."),
        )
    )  # fmt: skip


def tidy(text: str, longest: int = MAX_TEXT) -> str:
    """As it is shown, kept and sent: lines without what no eye sees, at most one empty one between two.
    ``longest``: of one line."""
    said: list[str] = []
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        clean = one_line(line, longest)
        if clean or (said and said[-1]):
            said.append(clean)
    return "\n".join(said).strip()


def text_for_client(reader: Reader, alert: Alert) -> str:
    """What was approved; or the draft, where the client's file lets the machine write to its people. At a level of calm
    it is over."""
    said = tidy(alert.text or "")
    if not said and alert.level is Level.CALM:
        return over(reader, alert.brand, alert.opened_at, alert.at)
    return said or draft(reader, alert.brand, alert.level, alert.opened_at, alert.at)


def subject_for_client(reader: Reader, brand: str) -> str:
    # NOTE: subject of a mail to somebody on the client's side
    return one_line(reader.gettext("%(brand)s: please read this", brand=one_line(brand, MAX_BRAND) or "?"), 200)


def approved(reader: Reader, brand: str, text: str) -> tuple[str, str, str]:
    """The mail's subject, its page and its plain text."""
    subject = subject_for_client(reader, brand)
    words = {"subject": subject, "lines": text.split("\n"), "language": reader.language}
    return subject, environment().get_template("approved.html.j2").render(words), f"{text}\n"


def as_sms(text: str) -> str:
    """The same words in one line."""
    return " ".join(text.split())
