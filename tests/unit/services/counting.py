"""A rule that a test of what follows an alarm can count on, however the shipped one is tuned."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tocsin.domain.brand_baseline import BaselineState
from tocsin.domain.client import Client
from tocsin.domain.detector import Detector
from tocsin.domain.judgement import Judgement
from tocsin.domain.levels import Level
from tocsin.domain.reasons import Reason, ReasonName
from tocsin.domain.recent import Recent
from tocsin.domain.signal import Signal
from tocsin.domain.windows import Windows

FEWEST = {Level.WATCH: 3, Level.ISSUE: 5, Level.CRISIS: 8, Level.SEVERE: 15}
INDEX = {Level.CALM: 5.0, Level.WATCH: 30.0, Level.ISSUE: 50.0, Level.CRISIS: 75.0, Level.SEVERE: 90.0}


class CountingDetector(Detector):
    """The level by the number of negative mentions of the last hour; baseline and signals as they are."""

    rule_version = "counting"

    def judge(
        self,
        client: Client,
        baseline: BaselineState,
        windows: Windows,
        signals: Recent | Sequence[Signal],
        now: datetime,
        **_: Any,
    ) -> Judgement:
        [hour] = [span for span in windows if span.minutes == 60]
        level = max((level for level, fewest in FEWEST.items() if hour.negative >= fewest), default=Level.CALM)
        reason = Reason(name=ReasonName.SURGE, points=INDEX[level], count=hour.negative, minutes=60)
        return Judgement(
            index=INDEX[level],
            level=level,
            reasons=(reason,) if level > Level.CALM else (),
            negative=hour.negative,
            total=hour.mentions,
            rule_version=self.rule_version,
        )
