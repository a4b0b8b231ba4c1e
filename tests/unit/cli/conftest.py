"""The command, called as a program is: arguments in, exit code and two streams out."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from tocsin_cli.main import app

CLIENT: dict[str, Any] = {
    "client": "acme",
    "name": "Acme GmbH",
    "timezone": "Europe/Kyiv",
    "language": "uk",
    "brands": [{"name": "Acme", "terms": ["acme"]}],
    "sources": [{"kind": "rss", "urls": ["https://news.example/feed.xml"]}],
    "responders": [{"name": "Duty desk", "email": "duty@agency.example", "phone": "+380441234567"}],
}


@pytest.fixture
def tocsin() -> Callable[..., Any]:
    """Run it. Whatever it is given, it never ends with an exception of its own."""

    def run(*arguments: str | Path, stdin: str | bytes | None = None) -> Any:
        result = CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert "Traceback" not in result.output
        return result

    return run


@pytest.fixture
def client_file(tmp_path: Path) -> Callable[..., Path]:
    def write(**changes: Any) -> Path:
        path = tmp_path / "acme.yaml"
        path.write_text(yaml.safe_dump(CLIENT | changes, allow_unicode=True), encoding="utf-8")
        return path

    return write
