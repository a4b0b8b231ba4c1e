"""The constructions by language that `linter`, `admissions` and `lint_head` read: `lint_words`."""

import json
import re
from functools import cache
from pathlib import Path
from typing import get_args

from tocsin.domain.fields import Language

WORDS = Path(__file__).parent / "lint_words"
LANGUAGES: tuple[Language, ...] = get_args(Language)


@cache
def pattern(language: Language, name: str) -> "re.Pattern[str]":
    """Whole words; in Ukrainian the stem is enough, since it inflects."""
    parts = _words(language)[name]
    end = "" if language == "uk" or name.startswith("has_") else r"(?!\w)"
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)}){end}", re.IGNORECASE)


@cache
def _words(language: Language) -> dict[str, list[str]]:
    found: dict[str, list[str]] = json.loads((WORDS / f"{language}.json").read_text(encoding="utf-8"))
    return found
