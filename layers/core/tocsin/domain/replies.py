"""Whether and how to answer one mention: by who speaks, and by what has been found out. First words, never the last.

After the US Air Force's assessment (crisis practice, section 4): first whether it is true, then who it is. A template
claims no cause and promises nothing; all that is particular comes from ``ReplyFacts``.
"""

import json
import re
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import StringConstraints

from tocsin.domain.client import Client
from tocsin.domain.errors import StepError
from tocsin.domain.fields import Language
from tocsin.domain.mention import Author, Medium
from tocsin.domain.model import Frozen
from tocsin.domain.posture import Strategy, Truth
from tocsin.domain.reading import ScoredMention
from tocsin.domain.refusals import Refused
from tocsin.domain.voice import Hypothesis, Voice
from tocsin.domain.word_settings import Address

WORDS = Path(__file__).parent / "reply_words"
IN_UKRAINE = frozenset({"Europe/Kyiv", "Europe/Kiev", "Europe/Uzhgorod", "Europe/Zaporozhye", "Europe/Simferopol"})
PROBABLY = 0.5
"""Confidence from which a hypothesis of who speaks decides how they are answered."""
_SLOT = re.compile(r"\{([a-z_]+)\}")
_WORD = re.compile(r"[^\W\d_]+(?:[’'ʼ-][^\W\d_]+)*")
_MAIL = re.compile(r"\S+@\S+\.\S+")
_PHONE = re.compile(r"\+?\d[\d ()-]{5,}\d")
_LINK = re.compile(r"https?://\S+|[\w-]+(?:\.[\w-]+)+(?:/\S*)?")
_CYRILLIC, _LATIN = re.compile(r"[\u0400-\u04ff]"), re.compile(r"[a-z]", re.IGNORECASE)
NAME = 40

Clause = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=400)]


class Stance(StrEnum):
    """How a voice is answered."""

    RESTORE = "restore"
    """An unhappy customer: put it right."""
    CORRECT = "correct"
    """Misguided: set right, with sources."""
    HEAR = "hear"
    """An activist, somebody with many followers: hear them out, by a person."""
    CONTACT = "contact"
    """A journalist or an authority: by the press desk, not in the thread."""
    PROTECT = "protect"
    """They say that they work here: a way in confidence; nobody asks who they are."""
    PUBLIC = "public"
    """A person has judged that this voice is not there to be answered: the facts once, for those who read along, with
    no word to the voice or about it. Never advised, always chosen."""
    WATCH = "watch"
    """A troll, one of many who act together: no answer; answer the public once, and watch."""


class Reason(StrEnum):
    """Why this stance."""

    VOICE = "voice"
    FALSE = "false"
    RAGE = "rage"
    """Nothing but anger: there is nothing to put right."""
    COMPLAINT = "complaint"
    PRIVATE = "private"
    """It came by the private form: it is answered there."""


class Advice(NamedTuple):
    """``voice``: whom it was judged by, None where nobody is known."""

    stance: Stance
    reason: Reason
    voice: Voice | None = None

    @property
    def answers(self) -> bool:
        return self.stance is not Stance.WATCH and self.reason is not Reason.PRIVATE


class ReplyFacts(Frozen):
    """What a person has filled in. ``contact``: a mail address, a link or a number of the client's own channel for it;
    ``action``: what has been done; ``right`` and ``proof``: how it really is, and where that can be seen."""

    contact: Clause | None = None
    action: Clause | None = None
    right: Clause | None = None
    proof: Clause | None = None


class ReplyError(StepError):
    """No reply can be drafted; the message says why."""


_BY_VOICE = {
    Voice.TROLL: Stance.WATCH,
    Voice.COORDINATED: Stance.WATCH,
    Voice.COMPETITOR: Stance.WATCH,
    Voice.EMPLOYEE: Stance.PROTECT,
    Voice.FORMER_EMPLOYEE: Stance.PROTECT,
    Voice.JOURNALIST: Stance.CONTACT,
    Voice.OUTLET: Stance.CONTACT,
    Voice.REGULATOR: Stance.CONTACT,
    Voice.ACTIVIST: Stance.HEAR,
    Voice.INFLUENCER: Stance.HEAR,
}
_FIRST = (Stance.PROTECT, Stance.CONTACT, Stance.WATCH, Stance.HEAR)
"""Where somebody may be several: protecting comes before all, and nobody is left unanswered who may be the press."""


def advise(scored: ScoredMention, voices: Iterable[Hypothesis], truth: Truth) -> Advice:
    """By the gravest of the probable voices; customers and those of whom nothing is known by what they say. What a
    person has yet to judge leaves nobody unanswered; who says that they work here is protected even so."""
    if scored.mention.medium is Medium.PRIVATE:
        return Advice(Stance.RESTORE, Reason.PRIVATE)
    probable = [one.voice for one in voices if one.confidence >= PROBABLY and one.voice in _BY_VOICE and _decides(one)]
    named = sorted(probable, key=lambda voice: _FIRST.index(_BY_VOICE[voice]))
    complains = scored.mention.rating is not None or scored.reading.grave or scored.reading.complaint >= PROBABLY
    if named and not (_BY_VOICE[named[0]] is Stance.HEAR and (truth is Truth.FALSE or complains)):
        return Advice(_BY_VOICE[named[0]], Reason.VOICE, named[0])
    voice = named[0] if named else None
    if truth is Truth.FALSE:
        return Advice(Stance.CORRECT, Reason.FALSE, voice)
    if complains:
        return Advice(Stance.RESTORE, Reason.COMPLAINT, voice)
    if scored.reading.negative and not scored.reading.topics and scored.reading.scenario is None:
        return Advice(Stance.WATCH, Reason.RAGE, voice)
    return Advice(Stance.HEAR, Reason.COMPLAINT, voice)


def _decides(one: Hypothesis) -> bool:
    return not one.needs_human or _BY_VOICE[one.voice] is Stance.PROTECT


def strategies_of(
    stance: Stance, settled: Iterable[Strategy] = (), truth: Truth = Truth.UNKNOWN
) -> tuple[Strategy, ...]:
    """What a reply of this stance does, in the posture engine's words; a correction as the plan has settled it."""
    if stance is Stance.CORRECT or (stance is Stance.PUBLIC and truth is Truth.FALSE):
        denies = Strategy.REFUTE if Strategy.REFUTE in settled else Strategy.DENIAL
        return (Strategy.INSTRUCT, Strategy.ADJUST, denies)
    if stance is Stance.HEAR:
        return (Strategy.ADJUST, Strategy.RECOGNISE)
    return (Strategy.INSTRUCT, Strategy.ADJUST)


def reply_language(client: Client, author: str) -> Language:
    """By the client's policy: the author's language only where it is listed, else the first; without a policy
    Ukrainian in Ukraine, else the client's own. ``author``: a tag as the reader has it, 'und' when unsure."""
    policy = client.reply_languages
    if not policy:
        return "uk" if client.timezone in IN_UKRAINE or client.language == "uk" else client.language
    spoken = author.partition("-")[0]
    return next((one for one in policy if one == spoken), policy[0])


def reply(
    stance: Stance,
    truth: Truth,
    facts: ReplyFacts,
    language: Language,
    *,
    author: Author | None = None,
    address: Address = "formal",
) -> str:
    """Raise ReplyError where nobody should be answered, and where a correction lacks what is right and where to see."""
    if stance is Stance.WATCH:
        raise ReplyError("no answer is advised here: watch it, and answer the public once", Refused.NO_ANSWER)
    denies = stance is Stance.CORRECT or (stance is Stance.PUBLIC and truth is Truth.FALSE)
    if denies and (truth is not Truth.FALSE or facts.right is None or facts.proof is None):
        raise ReplyError(
            "a correction needs a claim found to be false, what is right (right) and its proof (proof)",
            Refused.CORRECTION,
        )
    words = _words(language)
    said = words[address if address in words else "formal"]
    sentences = [*_sentences(said, stance, truth)]
    name = called(author, language)
    values = {
        "name": name,
        "way": _way(said, facts.contact),
        "done": said["done" if facts.action else "not_done"],
        "action": _bare(facts.action),
        "right": _bare(facts.right),
        "proof": _bare(facts.proof),
        "contact": facts.contact,
    }
    greeting = said["greet" if name else "greet_nobody"]
    return _filled(" ".join((greeting, *sentences)), values)


def called(author: Author | None, language: Language) -> str | None:
    """How a person is addressed: the first name where there is one, in Ukrainian in its vocative; None where the name
    is no name. It comes from outside: letters alone, and few."""
    if author is None or not author.name:
        return None
    parts = author.name.strip().split()
    if not 1 <= len(parts) <= 3 or len(author.name) > NAME:
        return None
    if not all(_WORD.fullmatch(part) and part[0].isupper() and not part.isupper() for part in parts):
        return None
    known = _names()
    if language == "uk" and (first := next((part for part in parts if part in known), None)):
        return known[first]
    foreign = _CYRILLIC.search(author.name) if language != "uk" else _LATIN.search(author.name)
    return None if foreign else parts[0]


def _sentences(said: dict[str, Any], stance: Stance, truth: Truth) -> list[str]:
    found = said.get(f"{stance.value}_{truth.value}") or said.get(stance.value) or said[f"{stance.value}_unknown"]
    return list(found)


def _way(said: dict[str, Any], contact: str | None) -> str:
    if contact is None:
        return str(said["way_none"])
    forms = (("way_mail", _MAIL), ("way_phone", _PHONE), ("way_link", _LINK))
    form = next((name for name, pattern in forms if pattern.fullmatch(contact)), "way_words")
    return str(said[form])


def _bare(clause: str | None) -> str | None:
    return clause.rstrip(" .!?…") if clause is not None else None


def _filled(text: str, values: dict[str, Any]) -> str:
    """Our own slots are filled first, so that a slot's name in somebody's words stays words."""
    ours = _SLOT.sub(lambda match: str(values[match[1]]) if match[1] in {"way", "done"} else match[0], text)
    return _SLOT.sub(lambda match: str(values[match[1]]), ours)


@cache
def _words(language: Language) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((WORDS / f"{language}.json").read_text(encoding="utf-8"))
    return found


@cache
def _names() -> dict[str, str]:
    found: dict[str, str] = json.loads((WORDS / "names_uk.json").read_text(encoding="utf-8"))
    return found
