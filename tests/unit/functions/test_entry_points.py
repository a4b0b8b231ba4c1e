"""Protects: entry points stay thin, and read exactly the variables that the template gives them."""

import ast
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from tests.support.functions import ROOT
from tests.template.transform import load
from tocsin.entry import settings

FUNCTIONS = sorted(path.parent.name for path in (ROOT / "functions").glob("*/app.py"))
CLASSES = {
    "fetch_mentions": settings.FetchSettings,
    "score_mentions": settings.ScoreSettings,
    "notify": settings.NotifySettings,
    "watch": settings.WatchSettings,
    "answer_alert": settings.AnswerSettings,
    "intake": settings.IntakeSettings,
    "send_report": settings.ReportSettings,
    "record_receipts": settings.ReceiptSettings,
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_entry_point_is_short_and_has_no_logic(name: str) -> None:
    source = (ROOT / "functions" / name / "app.py").read_text()
    assert len(source.splitlines()) <= 60
    imported = {
        alias
        for node in ast.walk(ast.parse(source))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names])
    }
    below = {module for module in imported if module.startswith("tocsin") and not module.startswith("tocsin.entry")}
    assert not below, "functions -> entry -> services -> domain"
    assert {module.split(".")[0] for module in imported} <= {"aws_lambda_powertools", "tocsin", "typing"}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_template_gives_a_function_exactly_what_its_settings_read(name: str) -> None:
    template = load()
    common = template["Globals"]["Function"]["Environment"]["Variables"]
    resource = next(
        r["Properties"]
        for r in template["Resources"].values()
        if r["Type"] == "AWS::Serverless::Function" and r["Properties"].get("CodeUri", "").rstrip("/").endswith(name)
    )
    given = set(common) | set(resource["Environment"]["Variables"])
    wanted = {field.name.upper() for field in fields(CLASSES[name])}
    assert {variable for variable in given if not variable.startswith("POWERTOOLS_")} == wanted


@pytest.mark.parametrize("cls", CLASSES.values())
def test_a_missing_variable_is_named(cls: type[settings.Settings]) -> None:
    with pytest.raises(settings.SettingsError, match="lacks CLIENT, MENTIONS_TABLE, CASES_TABLE"):
        cls.from_env({})


def test_only_entry_reads_the_environment() -> None:
    """The law of the house; import-linter cannot see it."""
    package = ROOT / "layers/core/tocsin"
    guilty = [
        str(path.relative_to(package))
        for path in package.rglob("*.py")
        if path.relative_to(package).parts[0] != "entry" and re.search(r"os\.environ|getenv", path.read_text())
    ]
    assert guilty == []


@pytest.mark.parametrize("folder", ["domain", "services"])
def test_time_comes_from_a_clock(folder: str) -> None:
    guilty = [
        path.name
        for path in Path(ROOT / "layers/core/tocsin" / folder).rglob("*.py")
        if any(word in path.read_text() for word in ("datetime.now(", "utcnow(", "time.time(", ".today("))
    ]
    assert guilty == []


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_cold_start_loads_nothing_heavy(name: str) -> None:
    """Imports are billed time: what a function does not need it must not load."""
    code = (
        "import sys, importlib.util as u;"
        f"s=u.spec_from_file_location('app','functions/{name}/app.py');m=u.module_from_spec(s);s.loader.exec_module(m);"
        "print(' '.join(sorted({n.split('.')[0] for n in sys.modules})))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    loaded = set(done.stdout.split())
    assert not loaded & {
        "numpy",
        "pandas",
        "aws_xray_sdk",
        "moto",
        "yaml",
        "typer",
        "rich",
        "vaderSentiment",
        "feedparser",
    }
