"""The whole product on the local AWS: slow to start, so each stack serves several tests."""

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from tocsin_cli.main import app
from tocsin_local.platforms.server import Platforms
from tocsin_local.platforms.story import Story, load_story, moved_to


@pytest.fixture
def tocsin() -> Callable[..., Any]:
    def run(*arguments: str | Path, stdin: str | None = None) -> Any:
        result = CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture(scope="session")
def now_story() -> Story:
    """The demo's story, its crisis twenty minutes old by the real clock."""
    _, story = load_story()
    return story.model_copy(update={"crisis_at": datetime.now(UTC) - timedelta(minutes=20)})


@pytest.fixture(scope="session")
def platforms(now_story: Story) -> Iterator[Platforms]:
    with Platforms(now_story, lambda: datetime.now(UTC)) as running:
        yield running


@pytest.fixture
def client_file(platforms: Platforms, tmp_path: Path) -> Path:
    """Its sources are the platforms, and one at an address that nobody allowed; the name is its own, since the files
    of a run are kept under it."""
    client, _ = load_story()
    data = moved_to(client, platforms.base).model_dump(mode="json")
    data["client"] = f"svitanna-{uuid.uuid4().hex[:8]}"
    data["sources"].append({"kind": "rss", "urls": ["http://127.0.0.1:9/feed.xml"]})
    path = tmp_path / "client.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return path
