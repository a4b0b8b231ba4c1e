"""The price table and the table of work under infra/prices: dated data, checked as they are read."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import Field, ValidationError

from tocsin.domain.levels import Level
from tocsin.domain.model import Frozen
from tocsin_cli.errors import BadInputError
from tocsin_cli.files import first_problem, load_yaml
from tocsin_local.paths import ROOT

FOLDER = ROOT / "infra" / "prices"
Positive = Annotated[Decimal, Field(gt=0)]
Table = TypeVar("Table", bound=Frozen)
Amount = Annotated[float, Field(ge=0)]


class Price(Frozen):
    """USD for one ``unit``. ``seen``: where the figure was read, when not at its source."""

    usd: Positive
    unit: str
    source: str
    verified: bool
    seen: str = ""


class Prices(Frozen):
    of: date
    region: str
    prices: dict[str, Price]


class Run(Frozen):
    calls: Amount
    reads: Amount
    writes: Amount
    ms: Amount = 0
    how: str


class Writes(Frozen):
    alone: Amount
    in_a_storm: Amount
    how: str


class Bytes(Frozen):
    mention: Amount
    mention_days: Amount
    answer: Amount
    answer_days: Amount
    case: Amount
    log_line: Amount
    message: Amount


class Queue(Frozen):
    pollers: Amount
    poll_seconds: Annotated[float, Field(gt=0)]


class Month(Frozen):
    days: Annotated[float, Field(gt=0)]
    mentions_a_day: Amount
    batches_that_matter: Annotated[float, Field(ge=0, le=1)]
    alarms_while_calm: Amount
    intake_visits: Amount
    answer_visits: Amount


class CrisisWork(Frozen):
    hours: Amount
    least_mentions: Amount
    times_a_day: Amount
    raised: tuple[Level, ...]
    segments: Amount
    calls: Amount


class ReaderWork(Frozen):
    characters: Annotated[int, Field(ge=1)]
    tokens: Amount
    answer_tokens: Amount
    texts_a_call: Annotated[float, Field(ge=1)]


class Work(Frozen):
    of: date
    call_ms: Amount
    run_ms: Amount
    cold_ms: Amount
    cold_after_minutes: Annotated[float, Field(gt=0)]
    runs: dict[str, Run]
    writes_a_mention: Writes
    bytes: Bytes
    queue: Queue
    month: Month
    crisis: CrisisWork
    reader: ReaderWork


def load_prices(folder: Path = FOLDER) -> Prices:
    """The newest table. Raise BadInputError."""
    tables = sorted(folder.glob("2*.yaml"))
    if not tables:
        raise BadInputError(f"{folder.name}: no price table there: run Tocsin from a clone of its repository")
    return _read(tables[-1], Prices)


def load_work(folder: Path = FOLDER) -> Work:
    return _read(folder / "work.yaml", Work)


def _read(path: Path, model: type[Table]) -> Table:
    try:
        return model.model_validate(load_yaml(str(path)))
    except ValidationError as error:
        raise BadInputError(f"infra/prices/{path.name}: {first_problem(error)}") from None
