"""Units and looks for the tests of the social connectors."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.web import ScriptedWeb
from tocsin.adapters.memory import MemorySecrets
from tocsin.adapters.sources.registry import Connectors
from tocsin.domain.source_state import Pull, SourceState
from tocsin.domain.sources import SourceUnit

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
BUDGET = timedelta(seconds=20)


def unit(kind: str, mode: str, **more: Any) -> SourceUnit:
    facts = {"id": f"{kind}-1", "url": f"https://{kind}.example", "every": timedelta(minutes=5), "medium": "social"}
    return SourceUnit(**facts | {"kind": kind, "mode": mode} | more)


class Story:
    """The same unit looked at again and again, as the fetch use-case does: the cursor goes round."""

    def __init__(self, web: ScriptedWeb, asked: SourceUnit, secrets: MemorySecrets | None = None) -> None:
        self.web, self.unit = web, asked
        self.secrets = secrets or MemorySecrets()
        self.connector = Connectors(web, self.secrets)[asked.kind]  # type: ignore[arg-type]
        self.state = SourceState(source_id=asked.id)
        self.now = NOW

    def look(self, **later: float) -> Pull:
        self.now += timedelta(**later)
        pull = self.connector.pull(self.unit, self.state, self.now, BUDGET)
        assert pull.cursor is None or len(pull.cursor) <= 4_000
        assert pull.calls == 0 or pull.evidence or pull.calls
        self.state = self.state.model_copy(update={"cursor": pull.cursor})
        return pull


def ids(pull: Pull) -> list[str]:
    return [post.id for post in pull.posts]


def iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
