"""`tocsin cost`: the month's bill of a client, line by line, calm and with one crisis."""

import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any

import typer

from tocsin.domain.reader_prices import PRICES_OF
from tocsin.domain.sms_prices import OF as SMS_PRICES_OF
from tocsin_cli.cost_bill import Bill, Line, Month
from tocsin_cli.cost_prices import Prices, Work, load_prices, load_work
from tocsin_cli.cost_template import inventory
from tocsin_cli.errors import BadInputError
from tocsin_cli.files import load_client
from tocsin_cli.output import Screen
from tocsin_local.parameters import client_parameters
from tocsin_local.paths import template

CENTS = Decimal("0.01")
FINE = Decimal("0.0001")


def cost(
    client_file: Annotated[str, typer.Argument(metavar="CLIENT.yaml", help="The client's file.")],
    mentions_per_day: Annotated[
        float | None, typer.Option(min=0, max=10_000_000, help="Mentions of an ordinary day; 200 without.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON line a line of the bill, then the totals.")] = False,
) -> None:
    """Show what a client's stack costs a month in USD: calm, and with one crisis of three days.

    Counted from template.yaml, the client's file, measured work and the dated price table under infra/prices, before
    tax and without free tiers.
    """
    if mentions_per_day is not None and not math.isfinite(mentions_per_day):
        raise BadInputError("--mentions-per-day: must be a number")
    screen = Screen(json_lines=json)
    client = load_client(client_file)
    prices, work = load_prices(), load_work()
    stack = inventory(template(), client_parameters(client))
    daily = work.month.mentions_a_day if mentions_per_day is None else mentions_per_day
    storm = max(work.crisis.least_mentions, work.crisis.times_a_day * daily)
    calm = list(Bill(client, stack, prices, work, Month(daily)).lines())
    burning = list(Bill(client, stack, prices, work, Month(daily, storm)).lines())
    if json:
        _as_json(screen, calm, burning, prices, daily, storm)
    else:
        _as_table(screen, calm, burning, prices, work, daily, storm)


def _as_json(
    screen: Screen, calm: Sequence[Line], burning: Sequence[Line], prices: Prices, daily: float, storm: float
) -> None:
    for line, worse in zip(calm, burning, strict=True):
        row: dict[str, Any] = {
            "line": line.key,
            "what": worse.what,
            "unit": line.unit,
            "calm": {"quantity": round(line.quantity, 6), "usd": float(line.usd.quantize(FINE))},
            "crisis": {"quantity": round(worse.quantity, 6), "usd": float(worse.usd.quantize(FINE))},
            "source": line.source,
            "verified": line.verified,
        }
        screen.data(row)
    screen.data(
        {
            "line": "total",
            "calm_usd": float(_total(calm)),
            "crisis_usd": float(_total(burning)),
            "mentions_per_day": daily,
            "crisis_mentions": storm,
            "region": prices.region,
            "prices_of": prices.of.isoformat(),
            "reader_prices_of": PRICES_OF.isoformat(),
            "sms_prices_of": SMS_PRICES_OF.isoformat(),
            "unverified": [line.key for line in calm if not line.verified],
        }
    )


def _as_table(
    screen: Screen,
    calm: Sequence[Line],
    burning: Sequence[Line],
    prices: Prices,
    work: Work,
    daily: float,
    storm: float,
) -> None:
    rows = [
        [worse.what + ("" if line.verified else " *"), _usd(line.usd), _usd(worse.usd)]
        for line, worse in zip(calm, burning, strict=True)
    ]
    rows.append(["total", f"{_total(calm)}", f"{_total(burning)}"])
    screen.table(["USD a month", "calm", "with a crisis"], rows)
    screen.say(
        f"{daily:,.0f} mentions a day; the crisis: {storm:,.0f} more within {work.crisis.hours:g} hours, up to severe;"
        f" prices of {prices.of}, {prices.region}, before tax and without free tiers",
        "dim",
    )
    if any(not line.verified for line in calm):
        screen.say("* the price was not seen at AWS itself: look it up at its source (--json names it)", "yellow")


def _usd(usd: Decimal) -> str:
    return f"{usd.quantize(CENTS)}" if usd >= CENTS or not usd else "<0.01"


def _total(lines: Sequence[Line]) -> Decimal:
    return sum((line.usd for line in lines), Decimal(0)).quantize(CENTS)
