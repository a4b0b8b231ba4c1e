"""All that one look at a brand is judged by, so that it can be judged again, and as if one setting were not there."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from tocsin.domain.brand_baseline import BaselineState
from tocsin.domain.client import Client, Thresholds
from tocsin.domain.detector import Detector
from tocsin.domain.gaps import Gap
from tocsin.domain.judgement import Judgement, Shift, Why
from tocsin.domain.levels import Level
from tocsin.domain.model import Frozen
from tocsin.domain.recent import Recent
from tocsin.domain.signal import Signal
from tocsin.domain.windows import Windows


class Without(Frozen):
    """The level that would be asked for, were this as the file of everybody has it."""

    why: Why
    level: Level


class Inputs(NamedTuple):
    client: Client
    baseline: BaselineState
    windows: Windows
    signals: Recent | Sequence[Signal]
    at: datetime
    shift: Shift | None = None
    gaps: Sequence[Gap] = ()

    def judged(self, detector: Detector) -> Judgement:
        return detector.judge(
            self.client, self.baseline, self.windows, self.signals, self.at, shift=self.shift, gaps=self.gaps
        )

    def decisive(self, detector: Detector, judgement: Judgement) -> Iterator[Without]:
        """Of each setting that the judgement names: which level it would be without. Not of what the client always
        wants to hear of, which is read as grave from the start."""
        for why in dict.fromkeys(decided.why for decided in judgement.decided):
            if why is not Why.ALWAYS:
                yield Without(why=why, level=self._without(why).judged(detector).level)

    def _without(self, why: Why) -> "Inputs":
        if why is Why.SHIFT:
            return self._replace(shift=None)
        usual: dict[Why, dict[str, object]] = {
            Why.SENSITIVITY: {"sensitivity": "normal"},
            Why.THRESHOLDS: {"thresholds": Thresholds()},
            Why.EVENT: {"events": ()},
        }
        return self._replace(client=self.client.model_copy(update=usual[why]))
