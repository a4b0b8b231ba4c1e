"""`tocsin score`: what is read in texts and mentions, how far they are heard, who speaks and which tell one story."""

from typing import Annotated, Any

import typer
from pydantic import ValidationError

from tocsin.adapters.analyzers.explained import explain_sentiment
from tocsin.adapters.analyzers.reader import Reader
from tocsin.domain.brand import Brand
from tocsin.domain.mention import Mention
from tocsin.domain.reading import Reading, ScoredMention
from tocsin.domain.severity import explain as explain_severity
from tocsin_cli.errors import BadInputError
from tocsin_cli.files import STDIN, first_problem, json_lines, named
from tocsin_cli.output import Screen
from tocsin_cli.score_around import Around
from tocsin_cli.score_rows import mention_of


def score(
    file: Annotated[
        str, typer.Argument(help='JSON Lines of {"text", "lang"?} or of mentions; - is stdin.', metavar="FILE")
    ] = STDIN,
    brand: Annotated[
        str | None, typer.Option("--brand", help="The name at which severity and tone are aimed.", metavar="NAME")
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Add the words that moved each figure.")] = False,
) -> None:
    """Read texts with our own model; one JSON line out for each one in. Rows of one `story` tell the same."""
    analyzer, aimed_at = Reader(), _brand(brand)
    around = Around(aimed_at)
    for number, row in json_lines(file):
        mention = mention_of(row, f"{named(file)}, line {number}", number)
        reading = analyzer.read(mention, aimed_at)
        scored = ScoredMention(mention=mention, reading=reading)
        figures, moved = around.of(scored, authored="author" in row, explain=explain)
        why = {"explain": {**explained(analyzer, mention, reading, aimed_at), **moved}} if explain else {}
        Screen.data({**row, **as_data(reading), **figures, **why})


def explained(reader: Reader, mention: Mention, reading: Reading, brand: Brand | None) -> dict[str, Any]:
    """The words that moved each figure; of the tone each with its push, below zero towards negative."""
    moved = explain_severity(mention.words, reading.language, brand, tone=reading.score)
    return {
        "sentiment": [[word, round(push, 3)] for word, push in explain_sentiment(reader, mention, brand)],
        **{figure: list(words) for figure, words in moved.items()},
    }


def _brand(name: str | None) -> Brand | None:
    if name is None:
        return None
    try:
        return Brand(name=name, terms=(name,))
    except ValidationError as error:
        raise BadInputError(f"--brand: {first_problem(error)}") from None


def as_data(reading: Reading) -> dict[str, Any]:
    return {
        "language": reading.language,
        "sentiment": {
            "label": reading.sentiment.value,
            "score": reading.score,
            "confidence": reading.confidence,
        },
        "said_by": reading.said_by,
        "topics": list(reading.topics),
        "severity": reading.severity,
        "scenario": reading.scenario,
        "aim": reading.aim.value,
        "claim": reading.claim.value,
        "complaint": reading.complaint,
        "evidence": reading.evidence,
    }
