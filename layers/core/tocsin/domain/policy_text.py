"""Does a page say what a reader needs of a policy?"""

import re
from enum import StrEnum

from tocsin.domain.policies import PolicyKind


class Lack(StrEnum):
    """What a page of this kind does not say."""

    EMPTY = "empty"
    """It is hardly a text: perhaps a page that only a browser with scripts can show."""
    WHERE = "where"
    """Where to turn."""
    WHEN = "when"
    """When an answer comes."""
    WHAT = "what"
    """What is removed."""
    STAYS = "stays"
    """That criticism is not."""


LEAST = 300
"""Characters: a policy of less says nothing."""
# No repetition here is without an end: the page is a stranger's, and a million digits would take an hour.
_WHERE = re.compile(r"@[\w-]{1,63}\.\w|\+\d[\d ()-]{7}|\bchat\b|чат|форм[аиуі]|formulario|\bform\b|/c\b", re.IGNORECASE)
_WHEN = re.compile(
    r"\d{1,4}\s?(?:minute|hour|working|business|day|хв|год|дн|день|доб|робоч|minuto|hora|día|dia)"
    r"|\b(?:one|two|three|an|a|next) (?:working |business )?(?:hour|day)"
    r"|(?:протягом|упродовж|за) (?:одн\w{1,4} |двох |трьох )?(?:робоч\w{1,4} )?(?:годин|дня|днів|доби)|однієї години"
    r"|\b(?:una|dos|tres) horas?\b|\b(?:un|dos|tres) días?\b",
    re.IGNORECASE,
)
_REASONS = (
    re.compile(r"threat|violen|погроз|насильств|amenaza", re.IGNORECASE),
    re.compile(r"spam|спам|реклам|advertis|publicidad", re.IGNORECASE),
    re.compile(r"personal data|private data|персональн\w{1,4} дан|datos personales", re.IGNORECASE),
    re.compile(r"illegal|unlawful|against the law|незаконн|протиправн|ilegal|ilícit", re.IGNORECASE),
)
_STAYS = re.compile(r"criti|критик|crític", re.IGNORECASE)
TWO = 2


def lacks(kind: PolicyKind, text: str) -> tuple[Lack, ...]:
    """What a reader would miss in it, in English, Ukrainian or Spanish. A word is looked for, not its meaning: a lawyer
    reads the rest."""
    plain = " ".join(text.split())
    if len(plain) < LEAST:
        return (Lack.EMPTY,)
    if kind is PolicyKind.COMMUNICATION:
        said = {Lack.WHERE: _WHERE.search(plain) is not None, Lack.WHEN: _WHEN.search(plain) is not None}
    else:
        reasons = sum(reason.search(plain) is not None for reason in _REASONS)
        said = {Lack.WHAT: reasons >= TWO, Lack.STAYS: _STAYS.search(plain) is not None}
    return tuple(lack for lack, found in said.items() if not found)
