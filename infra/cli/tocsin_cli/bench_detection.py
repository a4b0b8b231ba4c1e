"""`tocsin bench detection`: the shipped detector on labelled series, scored by their own scorer (NAB standard profile).

The series and the scorer lie beside the project, not in it; where they are absent the benchmark says so.
"""

import json
import runpy
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from tocsin.domain.surge import RARE_DAYS, WARM_UP, SurgeState, news_days, step
from tocsin_cli.series import Row, rows

VOLUME = Path(__file__).resolve().parents[3].parent / "shared" / "bench" / "volume"
CANDIDATES = (7.0, 10.0, 14.0, RARE_DAYS, 28.0, 40.0)
"""Thresholds, in days, to choose from on all series but one."""


class Judged(NamedTuple):
    """``days``: how rare each row was, and the hours ``watched`` by then; ``alarms`` at the shipped threshold."""

    rows: list[Row]
    days: list[float]
    watched: list[float]
    alarms: list[bool]


class Points(NamedTuple):
    """``raw``: NAB's sum, from minus to plus ``windows``."""

    raw: float
    windows: int
    caught: int
    false_alarms: int

    @property
    def score(self) -> float:
        return 100 * (self.raw + self.windows) / (2 * self.windows)


def measure() -> tuple[list[list[str]], dict[str, Any]]:
    """Rows of the table, and the same as data; without the series a single row that says so."""
    if not (VOLUME / "nab_score.py").is_file():
        reason = "the labelled series are not here (../shared/bench/volume)"
        return [[reason, "", "", "", ""]], {"skipped": reason}
    names: dict[str, list[list[str]]] = json.loads((VOLUME / "windows.json").read_text(encoding="utf-8"))
    read = {name: list(rows(str(VOLUME / "series" / f"{name}.csv"))) for name in names}
    start = time.process_time()
    judged = {name: _judged(series) for name, series in read.items()}
    spent = time.process_time() - start
    scorer = runpy.run_path(str(VOLUME / "nab_score.py"))
    shipped = {name: _points(scorer, name, names[name], judged[name].rows, judged[name].alarms) for name in names}
    tried = {
        days: {
            name: _points(scorer, name, names[name], judged[name].rows, _alarms(judged[name], days)) for name in names
        }
        for days in CANDIDATES
    }
    chosen = {name: _best(tried, set(names) - {name}) for name in names}
    left_out = {name: tried[chosen[name]][name] for name in names}
    size = sum(map(len, read.values()))
    parsing = _seconds(lambda: [list(rows(str(VOLUME / "series" / f"{name}.csv"))) for name in names])
    whole, unseen = _sum(shipped), _sum(left_out)
    table = [
        [name, _figure(points), str(points.false_alarms), f"{chosen[name]:g}", _figure(left_out[name])]
        for name, points in shipped.items()
    ]
    table.append(["all", _figure(whole), str(whole.false_alarms), "", _figure(unseen)])
    table.append(["microseconds a row", f"{spent / size * 1e6:.1f}", "", "", ""])
    table.append(["yardstick: reading the row from CSV", f"{parsing / size * 1e6:.1f}", "", "", ""])
    return table, {
        "score": round(whole.score, 1),
        "windows": whole.windows,
        "caught": whole.caught,
        "false_alarms": whole.false_alarms,
        "series": {name: round(points.score, 1) for name, points in shipped.items()},
        "left_out": round(unseen.score, 1),
        "thresholds": {f"{days:g}": round(_sum(points).score, 1) for days, points in tried.items()},
        "microseconds_a_row": round(spent / size * 1e6, 1),
        "ratio_to_reading": round(spent / parsing, 2),
    }


HEADINGS = ("detection", "NAB score, windows caught", "false alarms", "days chosen on the others", "score left out")


def _judged(series: list[Row]) -> Judged:
    state = SurgeState()
    found = Judged(series, [], [], [])
    for row in series:
        state, surprise = step(state, row.at, row.mentions or 0.0)
        found.days.append(surprise.days)
        found.watched.append(state.watched)
        found.alarms.append(surprise.alarm)
    return found


def _alarms(judged: Judged, rare_days: float) -> list[bool]:
    """As `step` would alarm at another threshold: what has been alarmed does not change what is rare."""
    alarm_at, alarm_days, alarms = None, 0.0, []
    for row, days, watched in zip(judged.rows, judged.days, judged.watched, strict=True):
        now = row.at.timestamp()
        alarm = watched >= WARM_UP and news_days(days, now, alarm_at, alarm_days, rare_days) >= rare_days
        if alarm:
            alarm_at, alarm_days = now, days
        alarms.append(alarm)
    return alarms


def _points(
    scorer: dict[str, Any], name: str, windows: list[list[str]], series: list[Row], alarms: list[bool]
) -> Points:
    with tempfile.TemporaryDirectory() as folder:
        lines = [f"{row.timestamp},{row.value},{int(alarm)}\n" for row, alarm in zip(series, alarms, strict=True)]
        text = "timestamp,value,alarm\n" + "".join(lines)
        Path(folder, f"{name}.csv").write_text(text, encoding="utf-8")
        scored = scorer["read"](VOLUME / "series", Path(folder), {name: windows}, "alarm")
    found = scorer["evaluate"](scored, len(windows), 1.0)
    raw = found["score"] * 2 * len(windows) / 100 - len(windows)
    return Points(raw, len(windows), found["windows_caught"], found["false_alarms"])


def _best(tried: dict[float, dict[str, Points]], names: set[str]) -> float:
    return max(tried, key=lambda days: _sum({name: tried[days][name] for name in names}).raw)


def _sum(points: dict[str, Points]) -> Points:
    return Points(*(sum(values) for values in zip(*points.values(), strict=True)))


def _figure(points: Points) -> str:
    return f"{points.score:.1f}, {points.caught} of {points.windows}"


def _seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start
