"""Protects: the story's clock and the loopback allow-list exist only where the local launcher put them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from tocsin.adapters.clock import SystemClock
from tocsin.entry import local_mode


def test_in_the_cloud_time_is_real_and_no_host_is_exempt() -> None:
    assert isinstance(local_mode.clock({}), SystemClock)
    assert local_mode.allow_hosts({}) == frozenset()
    assert datetime.now(UTC) - local_mode.clock({}).now() < timedelta(minutes=1)


def test_a_story_moves_the_clock_of_a_warm_function(tmp_path: Path) -> None:
    path = tmp_path / "local.json"
    environ = {local_mode.VARIABLE: str(path)}
    path.write_text('{"allow_hosts": ["127.0.0.1:8123"], "now": "2026-03-01T07:00:00Z"}')
    clock = local_mode.clock(environ)

    assert clock.now() == datetime(2026, 3, 1, 7, tzinfo=UTC)
    assert local_mode.allow_hosts(environ) == {"127.0.0.1:8123"}

    path.write_text('{"allow_hosts": [], "now": "2026-03-01T07:05:00Z"}')
    assert clock.now() == datetime(2026, 3, 1, 7, 5, tzinfo=UTC)
    path.write_text("{}")
    assert datetime.now(UTC) - clock.now() < timedelta(minutes=1)


@pytest.mark.parametrize("content", ['{"now": "2026-03-01T07:00:00"}', '{"allow_everything": true}', "not json"])
def test_a_broken_switch_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "local.json"
    path.write_text(content)
    with pytest.raises(ValidationError):
        local_mode.clock({local_mode.VARIABLE: str(path)}).now()
