"""Dates and numbers as people's spreadsheets write them. A whole column says whether 3/4 is in March or April."""

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Literal

from tocsin_cli.errors import BadInputError
from tocsin_cli.import_readers import Cell

Order = Literal["dmy", "mdy", "ymd"]

_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_1970 = datetime(1970, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=1)
_SERIALS = range(20_000, 80_000)
"""Excel's day numbers from 1954 to 2119; other numbers of that size are no dates."""

_THREE = re.compile(r"(?P<a>\d{1,4})(?P<sep>[./\-])(?P<b>\d{1,2})(?P=sep)(?P<c>\d{2,4})(?!\d)\.?,?\s*(?P<rest>.*)")
_NAMED = (
    re.compile(r"(?:\w+\.?,?\s+)?(?P<d>\d{1,2})(?:st|nd|rd|th|\.|-го|º)?[\s\-/]+(?:de\s+)?(?P<m>[^\W\d_]{3,})\.?,?"
               r"[\s\-/]+(?:de\s+|del\s+)?(?P<y>\d{4})(?:\s*(?:р|г)\.?,?|\s*(?:року|года),?)?,?\s*(?P<rest>.*)"),
    re.compile(r"(?:\w+\.?,?\s+)?(?P<m>[^\W\d_]{3,})\.?\s+(?P<d>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<y>\d{4}),?\s*(?P<rest>.*)"),
)  # fmt: skip
_CLOCK = re.compile(
    r"(?:at |um |о |об |в |a las |T)?\s*(?P<h>\d{1,2})[:.](?P<m>\d{2})(?:[:.](?P<s>\d{2})(?:[.,]\d{1,9})?)?"
    r"(?:\s*(?:Uhr|h|год\.?))?\s*(?P<half>[ap]\.?\s?m\.?)?\s*(?P<zone>Z|(?:UTC|GMT)?\s*[+-]\d{1,2}:?\d{0,2}|UTC|GMT)?\s*",
    re.IGNORECASE,
)
_MONTHS = {
    stem: number
    for number, stems in enumerate(
        (
            "jan січ янв ene jän", "feb лют фев", "mar бер мар mär mrz", "apr кві апр abr", "may тра май мая mai",
            "jun чер июн", "jul лип июл", "aug сер авг ago", "sep вер сен set", "oct жов окт okt",
            "nov лис ноя", "dec гру дек dic dez",
        ),
        start=1,
    )
    for stem in stems.split()
}  # fmt: skip


@dataclass(frozen=True)
class Dates:
    """How a column's dates are read. ``zone``: of those that name none. ``pattern``: strptime's, when it was said."""

    order: Order
    zone: tzinfo
    now: datetime
    from_1904: bool = False
    pattern: str | None = None

    def moment(self, cell: Cell, clock: Cell = None) -> datetime:
        """UTC. ``clock``: the time of day where it has a column of its own. Raise ValueError with the reason."""
        found = self._local(cell)
        if clock not in {None, ""} and found.timetz().replace(tzinfo=None) == time():
            found = datetime.combine(found.date(), _time_of(clock), tzinfo=found.tzinfo)
        try:
            found = (found if found.tzinfo else found.replace(tzinfo=self.zone)).astimezone(UTC)
        except (OverflowError, ValueError):
            raise ValueError("the date is out of range") from None
        if not _EARLIEST <= found <= self.now + _AHEAD:
            said = found.astimezone(self.zone).date().isoformat()
            raise ValueError(f"the date {said} is {'in the future' if found > self.now else 'before 1990'}")
        return found

    def _local(self, cell: Cell) -> datetime:
        if isinstance(cell, datetime):
            return cell
        if isinstance(cell, date):
            return datetime.combine(cell, time())
        if cell is None or isinstance(cell, bool | time) or (isinstance(cell, str) and not cell.strip()):
            raise ValueError("the date is missing")
        if isinstance(cell, str):
            number = _number(cell)
            if number is None or self.pattern:
                return self._written(" ".join(cell.split())[:100])
            return self._serial(number)
        return self._serial(float(cell))

    def _serial(self, number: float) -> datetime:
        """Days as Excel counts them, or seconds, milliseconds, microseconds since 1970."""
        if math.isfinite(number) and int(number) in _SERIALS:
            start = datetime(1904, 1, 1) if self.from_1904 else datetime(1899, 12, 30)  # noqa: DTZ001 a local date
            return start + timedelta(seconds=round(number * 86_400))
        for unit in (1, 1_000, 1_000_000):
            if 600_000_000 <= number / unit < 4_200_000_000:
                return datetime.fromtimestamp(number / unit, UTC)
        raise ValueError("the date is a number that is none")

    def _written(self, said: str) -> datetime:
        if self.pattern:
            try:
                return datetime.strptime(said, self.pattern)  # noqa: DTZ007 the column's zone is set by the caller
            except ValueError:
                raise ValueError(f"the date does not fit --date-format {self.pattern}") from None
        for form in _NAMED:
            if (match := form.fullmatch(said)) and (month := _month(match["m"])):
                return _at(int(match["y"]), month, int(match["d"]), match["rest"])
        if match := _THREE.fullmatch(said):
            year, month, day = self._ordered(match["a"], match["b"], match["c"])
            return _at(year, month, day, match["rest"])
        try:
            return datetime.fromisoformat(said.replace(" UTC", "Z").replace(" GMT", "Z"))
        except ValueError:
            raise ValueError("the date cannot be read") from None

    def _ordered(self, a: str, b: str, c: str) -> tuple[int, int, int]:
        if len(a) == 4:
            return int(a), int(b), int(c)
        if self.order == "ymd":
            return _year(a), int(b), int(c)
        day, month = (a, b) if self.order == "dmy" else (b, a)
        return _year(c), int(month), int(day)


def order_of(cells: Sequence[Cell], said: str | None, now: datetime, column: str) -> Order:
    """Day or month first, from all dates of the column that tell. Raise BadInputError that asks when none does."""
    if said in {"dmy", "mdy", "ymd"}:
        return said  # type: ignore[return-value] # one of Order by the line above
    if said is not None and "%" not in said:
        raise BadInputError(f"--date-format {said}: write dmy, mdy, ymd or a pattern like %d.%m.%Y")
    pairs = [
        (match["sep"], int(match["a"]), int(match["b"]), match["c"])
        for cell in cells
        if isinstance(cell, str) and (match := _THREE.fullmatch(" ".join(cell.split()))) and len(match["a"]) < 3
    ]
    day_first = any(a > 12 for _, a, _, _ in pairs)
    month_first = any(b > 12 for _, _, b, _ in pairs)
    hint = f"say --date-format dmy or --date-format mdy (column {column!r})"
    if day_first and month_first:
        raise BadInputError(f"some dates have the day first and some the month: {hint}")
    if day_first or month_first:
        return "dmy" if day_first else "mdy"
    open_ones = [(sep, a, b, c) for sep, a, b, c in pairs if a != b]
    if not open_ones or all(sep == "." for sep, *_ in open_ones):
        return "dmy"  # nobody writes the month first with full stops
    possible = [order for order in ("dmy", "mdy") if all(_past(a, b, c, order, now) for _, a, b, c in open_ones)]
    if len(possible) == 1:
        return "dmy" if possible == ["dmy"] else "mdy"
    _, a, b, c = open_ones[0]
    raise BadInputError(f"whether {a}/{b}/{c} has the day or the month first, no date of the column tells: {hint}")


def _past(a: int, b: int, year: str, order: str, now: datetime) -> bool:
    """Mentions are never of the future: that tells where nothing else does."""
    day, month = (a, b) if order == "dmy" else (b, a)
    try:
        return datetime(_year(year), month, day, tzinfo=UTC) <= now + _AHEAD
    except ValueError:
        return False


def _year(digits: str) -> int:
    return int(digits) + 2_000 if len(digits) == 2 else int(digits)


def _month(name: str) -> int | None:
    return _MONTHS.get(name.casefold()[:3])


def _at(year: int, month: int, day: int, rest: str) -> datetime:
    clock, zone = time(), None
    if rest.strip():
        match = _CLOCK.fullmatch(rest)
        if match is None:
            raise ValueError("the time of day cannot be read")
        clock, zone = _clock(match), _zone(match["zone"])
    try:
        return datetime.combine(date(year, month, day), clock, tzinfo=zone)
    except ValueError:
        raise ValueError("there is no such date") from None


def _clock(match: re.Match[str]) -> time:
    hour = int(match["h"])
    if match["half"]:
        if not 1 <= hour <= 12:
            raise ValueError("there is no such time of day")
        hour = hour % 12 + (12 if match["half"].lower().startswith("p") else 0)
    try:
        return time(hour, int(match["m"]), int(match["s"] or 0))
    except ValueError:
        raise ValueError("there is no such time of day") from None


def _zone(said: str | None) -> tzinfo | None:
    if not said:
        return None
    digits = re.sub(r"\D", "", said)
    if not digits:
        return UTC
    hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)
    length = timedelta(hours=hours, minutes=minutes)
    if length >= timedelta(hours=24):
        raise ValueError("the zone cannot be read")
    return timezone(-length if "-" in said else length)


def _time_of(cell: Cell) -> time:
    if isinstance(cell, datetime):
        return cell.time()
    if isinstance(cell, time):
        return cell
    if isinstance(cell, float) and 0 <= cell < 1:
        return (_1970 + timedelta(seconds=min(round(cell * 86_400), 86_399))).time()
    if isinstance(cell, str) and (match := _CLOCK.fullmatch(cell.strip()[:40])):
        return _clock(match)
    raise ValueError("the time of day cannot be read")


def _number(said: str) -> float | None:
    bare = said.strip()
    return float(bare.replace(",", ".")) if re.fullmatch(r"\d{1,17}(?:[.,]\d{1,12})?", bare) else None


_GROUPED = re.compile(r"\d{1,3}(?:([.,\s'])\d{3})(?:\1\d{3})*")
_SHORTENED = re.compile(
    r"(\d{1,9}(?:[.,]\d{1,3})?)\s*(k|тис\.?|тыс\.?|mil|tsd\.?|m|mln\.?|млн\.?|mill\.?)?", re.IGNORECASE
)
_THOUSANDS = ("k", "т", "mil", "tsd")


def count_of(cell: Cell) -> int | None:
    """A number of people or clicks: 1234, 1 234, 1.234, 1,234, 1,2K, 3 тис. None when it says none."""
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        return int(cell) if math.isfinite(cell) and 0 <= cell < 10**15 else None
    if not isinstance(cell, str) or len(cell) > 40:
        return None
    said = " ".join(cell.split())
    if _GROUPED.fullmatch(said):
        return int(re.sub(r"\D", "", said))
    match = _SHORTENED.fullmatch(said)
    if match is None:
        return None
    unit = (match[2] or "").casefold()
    if unit in {"mill", "mill."}:
        unit = "m"
    factor = 1 if not unit else 1_000 if unit.startswith(_THOUSANDS) else 1_000_000
    return round(float(match[1].replace(",", ".")) * factor)


def stars_of(cell: Cell) -> int | None:
    """1 to 5 whole stars: 4, "4,0", "4/5", "★★★★". Halves are nobody's rating of one review: None."""
    if isinstance(cell, str):
        said = cell.strip()
        if said and set(said) <= {"★", "⭐", "☆", "\ufe0f"}:
            cell = said.count("★") + said.count("⭐")
        else:
            match = re.fullmatch(r"(\d)(?:[.,](\d{1,3}))?(?:\s*(?:/|of|з|из|de|von)\s*5)?", said)
            cell = float(f"{match[1]}.{match[2] or 0}") if match else None
    if isinstance(cell, int | float) and not isinstance(cell, bool) and cell in {1, 2, 3, 4, 5}:
        return int(cell)
    return None


def like_a_formula(cell: str) -> bool:
    """Whether a spreadsheet may obey it: also in full width, and behind what no eye sees."""
    first = next((char for char in cell if unicodedata.category(char)[0] not in "CZ"), "")
    return unicodedata.normalize("NFKC", first) in {"=", "+", "-", "@"}
