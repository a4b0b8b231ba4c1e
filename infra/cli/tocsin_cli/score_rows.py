"""A row of `tocsin score` as a mention: a plain text, or a whole mention as `tocsin parse` prints it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import ValidationError

from tocsin.domain.mention import MAX_TEXT, Mention
from tocsin_cli.errors import BadInputError
from tocsin_cli.files import first_problem

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_WHOLE = frozenset({"id", "source", "published_at"})
_ALSO = {"author": dict, "engagement": dict, "url": str}
"""What a plain row may tell besides; of another kind it is somebody else's column."""


def mention_of(row: Any, place: str, number: int = 0) -> Mention:
    """``number``: the row's, so that plain rows are told apart and follow one another. Raise BadInputError."""
    if not isinstance(row, dict):
        raise BadInputError(f'{place}: must be an object like {{"text": "..."}}')
    text, language = row.get("text"), row.get("lang")
    if not isinstance(text, str):
        raise BadInputError(f"{place}: text is required and must be a string")
    if language is not None and (not isinstance(language, str) or len(language) > 35):
        raise BadInputError(f"{place}: lang must be a language tag like uk, or left out")
    try:
        return Mention.model_validate(_fields(row, number) | {"text": text[:MAX_TEXT]}, extra="ignore")
    except ValidationError as error:
        raise BadInputError(f"{place}: {first_problem(error)}") from None


def _fields(row: dict[str, Any], number: int) -> dict[str, Any]:
    if row.keys() >= _WHOLE:
        heard = row.get("fetched_at") or row["published_at"]
        return {"language": row.get("lang"), "brand": "score", **row, "fetched_at": heard}
    # A moment apart: the book of stories forgets the oldest first.
    at = NEVER + timedelta(milliseconds=number)
    also = {name: row[name] for name, kind in _ALSO.items() if isinstance(row.get(name), kind)}
    plain = {"id": f"score:{number}", "source": "score", "brand": "score", "published_at": at, "fetched_at": at}
    return {**plain, **also, "language": row.get("lang")}
