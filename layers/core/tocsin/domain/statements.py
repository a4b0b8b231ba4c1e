"""First words for a case, from what a person has confirmed: a template, no guess. Somebody reads it before it goes.

Nothing here claims a cause, a guilt or a number of its own: all that is particular comes from ``Facts``.
"""

import json
import re
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import StringConstraints

from tocsin.domain.errors import StepError
from tocsin.domain.fields import Language
from tocsin.domain.linter import Kind
from tocsin.domain.model import Frozen, UtcDatetime
from tocsin.domain.refusals import Refused

WORDS = Path(__file__).parent / "statement_words"
KINDS = (Kind.HOLDING, Kind.NOTICE, Kind.STAFF, Kind.CLIENT, Kind.CORRECTION)
_SLOT = re.compile(r"\{([a-z_]+)\}")

Clause = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=400)]
"""A part of a sentence, without a full stop at its end."""


class FactsMissingError(StepError):
    """What nobody has filled in yet cannot be said; the message names it."""


class Facts(Frozen):
    """``what``: what is known, as confirmed. ``whom``: who is worried by it. ``hurt``: people were."""

    known_at: UtcDatetime
    what: Clause
    whom: Clause | None = None
    action: Clause | None = None
    advice: Clause | None = None
    unknown: Clause | None = None
    contact: Clause | None = None
    spread: Clause | None = None
    decision: Clause | None = None
    right: Clause | None = None
    next_at: UtcDatetime | None = None
    hurt: bool = False


def statement(kind: Kind, facts: Facts, language: Language, zone: ZoneInfo) -> str:
    """One paragraph, with days and clock times of ``zone``. Raise FactsMissingError."""
    sentences = list(_words(language)[kind.value])
    if kind is Kind.HOLDING and facts.hurt:
        sentences.insert(1, _words(language)["holding_hurt"])
    values = _values(facts, zone)
    wanted = {slot for sentence in sentences for slot in _SLOT.findall(sentence)}
    lacking = sorted(slot for slot in wanted if values.get(slot) is None)
    if lacking:
        raise FactsMissingError(f"a {kind.value} text needs {', '.join(lacking)}: fill them in first", Refused.FACTS)
    return " ".join(_SLOT.sub(lambda match: str(values[match[1]]), sentence) for sentence in sentences)


def _values(facts: Facts, zone: ZoneInfo) -> dict[str, Any]:
    clauses = {name: value.rstrip(" .!?…") for name, value in facts if isinstance(value, str)}
    day, time = _moment(facts.known_at, zone)
    later = _moment(facts.next_at, zone) if facts.next_at is not None else (None, None)
    return {**clauses, "day": day, "time": time, "next_day": later[0], "next_time": later[1]}


def _moment(at: datetime, zone: ZoneInfo) -> tuple[str, str]:
    local = at.astimezone(zone)
    return f"{local:%d.%m.%Y}", f"{local:%H:%M}"


@cache
def _words(language: Language) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((WORDS / f"{language}.json").read_text(encoding="utf-8"))
    return found
