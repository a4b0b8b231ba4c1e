"""Count the public holidays of countries whose own law nobody of ours has read, for the coming years.

    make holidays

Writes infra/legal/holidays/calendars.yaml. A country with a law of its own in infra/legal keeps the days that were
read there; days off of regions and towns are counted nowhere. Once a year, and before the last year that is written.
"""

import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime
from importlib.metadata import version
from importlib.resources import files
from itertools import groupby
from pathlib import Path

import holidays

OUT = Path(__file__).resolve().parents[1] / "legal" / "holidays" / "calendars.yaml"
UNION = "at be bg hr cy cz dk ee fi fr de gr hu ie it lv lt lu mt nl pl pt ro sk si se"
BESIDE = "gb us ch no is li md ar cl co mx pe"
YEARS = 5
HEAD = """\
# Counted by infra/tools/public_holidays.py, not read in any law: `make holidays` writes it anew. Public holidays of
# the whole country, month and day by year; those of regions and towns are not here. `zones`: of clients who do not say
# where they are. What a law of infra/legal says of its country goes before this.
"""


def main() -> None:
    first = datetime.now(UTC).year
    last = first + YEARS - 1
    zones = _zones()
    lines = [
        f"source: https://pypi.org/project/holidays/{version('holidays')}/",
        f'cited: "holidays {version("holidays")} for Python"',
        f"as_of: {datetime.now(UTC).date()}",
        f"through: {last}-12-31",
        "countries:",
    ]
    for country in sorted(f"{UNION} {BESIDE}".split()):
        lines.append(f'  - country: "{country}"')
        lines.append(f"    zones: [{', '.join(zones[country])}]")
        lines.append("    days:")
        for year, days in groupby(_days(country, first, last), key=lambda day: day.year):
            lines.append(f"      - {year} {' '.join(f'{day:%m-%d}' for day in days)}")
    OUT.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    print(f"{OUT}: {first} to {last}", file=sys.stderr)


def _days(country: str, first: int, last: int) -> Iterator[date]:
    known = holidays.country_holidays(country.upper(), years=range(first, last + 1))
    yield from sorted(day for day in known if first <= day.year <= last)


def _zones() -> dict[str, list[str]]:
    """Time zones by country, as the time zone database has them."""
    found: dict[str, list[str]] = defaultdict(list)
    for line in files("tzdata.zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            country, _, zone, *_ = line.split("\t")
            found[country.lower()].append(zone)
    return found


main()
