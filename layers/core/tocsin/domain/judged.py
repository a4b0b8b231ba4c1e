"""A judgement as it was made, with its inputs: who doubts it later gets the same level from the same inputs."""

from base64 import b64decode, b64encode
from collections.abc import Iterable
from typing import Literal

from tocsin.domain.brand_baseline import BaselineState
from tocsin.domain.client import CalendarEvent, Client, Thresholds, TimeZone
from tocsin.domain.controls import Mute
from tocsin.domain.gaps import Gap
from tocsin.domain.judgement import Judgement, Shift
from tocsin.domain.levels import Level
from tocsin.domain.model import Frozen, UtcDatetime
from tocsin.domain.signal import Signal, packed, unpacked
from tocsin.domain.windows import Windows

Sensitivity = Literal["calm", "normal", "nervous"]


class Settings(Frozen):
    """What of the client's file a judgement depends on."""

    timezone: TimeZone
    sensitivity: Sensitivity
    thresholds: Thresholds
    events: tuple[CalendarEvent, ...]

    @classmethod
    def of(cls, client: Client) -> "Settings":
        return cls(**{name: getattr(client, name) for name in cls.model_fields})

    def over(self, client: Client) -> Client:
        """The client as its file then was, as far as it matters here."""
        return client.model_copy(update={name: getattr(self, name) for name in type(self).model_fields})


class Judged(Frozen):
    """One change of level, from ``before`` to ``level``, with all that the detector was given. ``signals``: packed (see
    signal.py), as Base64. ``judgement`` names the version of the rule."""

    brand: str
    at: UtcDatetime
    before: Level
    level: Level
    incident_id: str | None
    mute: Mute | None
    judgement: Judgement
    settings: Settings
    baseline: BaselineState
    windows: Windows
    signals: str
    shift: Shift | None = None
    gaps: tuple[Gap, ...] = ()
    rises: int | None = None
    """With ``below_since``, as in the brand's state: what the level that stood then hung on beside the judgement; None
    in what was kept before these were."""
    below_since: UtcDatetime | None = None

    def heard(self) -> tuple[Signal, ...]:
        return unpacked(b64decode(self.signals))


def kept(signals: Iterable[Signal]) -> str:
    return b64encode(packed(tuple(signals))).decode()
