"""Protects: a recording is explained at the moment that was asked for, in words and as data."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

Tocsin = Callable[..., Any]
ClientFile = Callable[..., Path]
START = datetime(2026, 3, 2, tzinfo=UTC)
STORM = START + timedelta(days=5)


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    calm = [(timedelta(hours=hour), "Acme opened a shop") for hour in range(24 * 6)]
    loud = [(timedelta(days=5, minutes=n), f"Acme is awful, a fraud, I hate it, {n * 7919}") for n in range(40)]
    lines = []
    for number, (since, text) in enumerate(sorted(calm + loud)):
        at = (START + since).isoformat()
        author = {"id": f"author-{number}", "followers": 100}
        row = {"id": f"rss:{number}", "source": "rss", "brand": "Acme", "text": text, "author": author}
        lines.append(json.dumps({**row, "published_at": at, "fetched_at": at}))
    path = tmp_path / "mentions.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_moment_of_a_recording(tocsin: Tocsin, client_file: ClientFile, recording: Path) -> None:
    def said(at: datetime) -> tuple[dict[str, Any], str]:
        done = tocsin("explain", client_file(), at.isoformat(), "--mentions", recording, "--json")
        assert done.exit_code == 0, done.stderr
        return json.loads(done.stdout), done.stderr

    # GIVEN a moment at which nobody spoke for 23 minutes WHEN it is asked why not THEN that moment is answered for
    quiet, _ = said(STORM - timedelta(minutes=37))
    assert (quiet["at"], quiet["level"], quiet["index"]) == ("2026-03-06T23:23:00Z", "calm", 0)
    assert quiet["incident_id"] is None
    assert {held["want"] for held in quiet["held"]} >= {"index", "voices"}
    # AND in the storm why
    loud, _ = said(STORM + timedelta(minutes=41))
    assert loud["level"] != "calm"
    assert loud["incident_id"]
    assert loud["parts"][0]["points"] > 20
    # AND beyond its end that it ends
    _, stderr = said(STORM + timedelta(days=9))
    assert "the recording ends before it" in stderr


def test_an_incident_of_a_recording(tocsin: Tocsin, client_file: ClientFile, recording: Path) -> None:
    done = tocsin("explain", client_file(), "acme-acme-1", "--mentions", recording)
    assert done.exit_code == 0, done.stderr
    assert "judged from the recording; incident acme-acme-1" in done.stdout
    unknown = tocsin("explain", client_file(), "acme-acme-9", "--mentions", recording)
    assert (unknown.exit_code, "has none of this name" in unknown.stderr) == (2, True)
