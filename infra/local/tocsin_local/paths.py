"""Where the project and its tools are."""

import os
from pathlib import Path

from tocsin_local.errors import LocalError

ROOT = Path(__file__).resolve().parents[3]


def tool(name: str, program: str) -> Path:
    """A program of one of the tool environments. Raise LocalError when `make` has not made it yet."""
    path = ROOT / ".tools" / name / "bin" / program
    if not os.access(path, os.X_OK):
        raise LocalError(f"{path.relative_to(ROOT)} is missing: run `make demo` once, which sets it up")
    return path


def packages(name: str) -> Path:
    """Where a tool environment keeps its packages."""
    found = sorted((ROOT / ".tools" / name / "lib").glob("python3*/site-packages"))
    if not found:
        raise LocalError(f".tools/{name} is missing: run `make demo` once, which sets it up")
    return found[0]


def template() -> Path:
    path = ROOT / "template.yaml"
    if not path.is_file():
        raise LocalError(f"{path.name} is not in {ROOT}: run Tocsin from a clone of its repository")
    return path


def shown(path: Path) -> str:
    """As short as it can be said from where we stand."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
