"""`tocsin score`: language, sentiment, topics and severity of texts."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from tocsin.adapters.analyzers.interim import InterimAnalyzer
from tocsin.adapters.analyzers.reader import Reader
from tocsin.domain.mention import MAX_TEXT, Mention
from tocsin.domain.reading import Reading
from tocsin.ports import Analyzer
from tocsin_cli.errors import BadInputError
from tocsin_cli.files import STDIN, first_problem, json_lines, named
from tocsin_cli.output import Screen

NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def score(
    file: Annotated[str, typer.Argument(help='JSON Lines of {"text", "lang"?}; - is stdin.', metavar="FILE")] = STDIN,
    interim: Annotated[
        bool, typer.Option("--interim", help="By the interim reader, which the alarm still uses (docs/benchmarks.md).")
    ] = False,
) -> None:
    """Read texts with our own model; one JSON line out for each one in."""
    analyzer: Analyzer = InterimAnalyzer() if interim else Reader()
    for number, row in json_lines(file):
        mention = _mention(row, f"{named(file)}, line {number}")
        Screen.data({**row, **as_data(analyzer.read(mention))})


def as_data(reading: Reading) -> dict[str, Any]:
    return {
        "language": reading.language,
        "sentiment": {
            "label": reading.sentiment.value,
            "score": reading.score,
            "confidence": reading.confidence,
        },
        "topics": list(reading.topics),
        "severity": reading.severity,
        "scenario": reading.scenario,
    }


def _mention(row: Any, place: str) -> Mention:
    if not isinstance(row, dict):
        raise BadInputError(f'{place}: must be an object like {{"text": "..."}}')
    text, language = row.get("text"), row.get("lang")
    if not isinstance(text, str):
        raise BadInputError(f"{place}: text is required and must be a string")
    if language is not None and (not isinstance(language, str) or len(language) > 35):
        raise BadInputError(f"{place}: lang must be a language tag like uk, or left out")
    try:
        return Mention(
            id="score",
            source="score",
            brand="score",
            text=text[:MAX_TEXT],
            language=language,
            published_at=NEVER,
            fetched_at=NEVER,
        )
    except ValidationError as error:
        raise BadInputError(f"{place}: {first_problem(error)}") from None
