"""What has changed in a stack since we last looked."""

from dataclasses import dataclass

from tocsin.domain.levels import Level
from tocsin.domain.outbox import DeliveryStatus, OutboxItem
from tocsin.domain.reading import ScoredMention
from tocsin_local.stack import LocalStack


@dataclass(frozen=True)
class LevelChange:
    brand: str
    before: Level
    after: Level
    index: float


@dataclass(frozen=True)
class News:
    """``sent`` and ``failed``: alerts that left, and alerts that nobody will get."""

    heard: tuple[ScoredMention, ...]
    levels: tuple[LevelChange, ...]
    sent: tuple[OutboxItem, ...]
    failed: tuple[OutboxItem, ...]


class Observer:
    def __init__(self, stack: LocalStack) -> None:
        self._stack = stack
        self._heard: set[tuple[str, str]] = set()
        self._levels = {brand.name: Level.CALM for brand in stack.client.brands}
        self._told: set[str] = set()

    @property
    def mentions(self) -> int:
        """Heard so far."""
        return len(self._heard)

    @property
    def worst(self) -> Level:
        return max(self._levels.values())

    def news(self) -> News:
        tables = self._stack.tables
        heard = [m for m in tables.mentions() if (m.mention.brand, m.mention.id) not in self._heard]
        self._heard |= {(scored.mention.brand, scored.mention.id) for scored in heard}
        settled = (DeliveryStatus.SENT, DeliveryStatus.FAILED)
        alerts = [item for item in tables.alerts() if item.status in settled and item.id not in self._told]
        self._told |= {item.id for item in alerts}
        return News(
            heard=tuple(heard),
            levels=tuple(self._changes()),
            sent=tuple(item for item in alerts if item.status is DeliveryStatus.SENT),
            failed=tuple(item for item in alerts if item.status is DeliveryStatus.FAILED),
        )

    def _changes(self) -> list[LevelChange]:
        changes = []
        for brand, before in self._levels.items():
            state = self._stack.tables.brand(brand)
            if state.level is not before:
                changes.append(LevelChange(brand=brand, before=before, after=state.level, index=state.index))
                self._levels[brand] = state.level
        return changes
