"""`tocsin score`: what is read in texts and mentions, how far they are heard, who speaks and which tell one story."""

from typing import Annotated, Any

import typer
from pydantic import ValidationError

from tocsin.adapters.analyzers.explained import explain as words_behind
from tocsin.adapters.analyzers.reader import Reader
from tocsin.domain.brand import Brand
from tocsin.domain.reading import Reading, ScoredMention
from tocsin_cli.errors import BadInputError
from tocsin_cli.files import STDIN, first_problem, json_lines, load_client, named
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
    client: Annotated[
        str | None,
        typer.Option(
            "--client",
            help="A client's file: its brand with rivals, own matters and everyday topics.",
            metavar="CLIENT.yaml",
        ),
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Add the words that moved each figure.")] = False,
) -> None:
    """Read texts with our own model; one JSON line out for each one in. Rows of one `story` tell the same."""
    analyzer, aimed_at = Reader(), _brand(brand) if client is None else _brand_of(client, brand)
    around = Around(aimed_at)
    for number, row in json_lines(file):
        mention = mention_of(row, f"{named(file)}, line {number}", number)
        reading = analyzer.read(mention, aimed_at)
        scored = ScoredMention(mention=mention, reading=reading)
        figures, moved = around.of(scored, authored="author" in row, explain=explain)
        why = {"explain": {**words_behind(analyzer, mention, reading, aimed_at), **moved}} if explain else {}
        Screen.data({**row, **as_data(reading), **figures, **why})


def _brand(name: str | None) -> Brand | None:
    if name is None:
        return None
    try:
        return Brand(name=name, terms=(name,))
    except ValidationError as error:
        raise BadInputError(f"--brand: {first_problem(error)}") from None


def _brand_of(path: str, name: str | None) -> Brand:
    """As the client's file has it; the only one where none is named."""
    brands = load_client(path).brands
    names = [brand.name for brand in brands]
    if name is None and len(brands) > 1:
        raise BadInputError(f"{named(path)} has several brands: say --brand, one of {', '.join(names)}")
    if name is not None and name not in names:
        raise BadInputError(f"--brand: {named(path)} has none of this name; there is: {', '.join(names)}")
    return brands[0] if name is None else brands[names.index(name)]


def as_data(reading: Reading) -> dict[str, Any]:
    return {
        "language": reading.language,
        "language_confidence": reading.language_confidence,
        "mixed": reading.mixed,
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
