"""SAM CLI as a quiet program: no telemetry, no look for a newer version, its output shown only when it fails."""

import json
import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tocsin_local.errors import LocalError
from tocsin_local.paths import ROOT, tool
from tocsin_local.processes import end_on_signals


def sam(
    arguments: Sequence[str | Path], *, env: Mapping[str, str], state: Path, cwd: Path = ROOT, timeout: float = 600
) -> str:
    """Run it and return what it printed. ``state`` holds its own settings. Raise LocalError with its last words."""
    program = tool("sam", "sam")
    end_on_signals()
    try:
        # sam leaves empty temporary directories behind; in one of their own they go with it.
        with TemporaryDirectory(prefix="tocsin-sam-") as scratch:
            done = subprocess.run(
                [str(program), *(str(argument) for argument in arguments)],
                env={**_environment(program, state), "TMPDIR": scratch, **env},
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=timeout,
                check=False,
            )
    except subprocess.TimeoutExpired:
        raise LocalError(f"sam {arguments[0]} was not done after {timeout:.0f} s") from None
    if done.returncode:
        raise LocalError(f"sam {arguments[0]} failed:\n{done.stdout.strip()[-4000:]}")
    return done.stdout


def _environment(program: Path, state: Path) -> dict[str, str]:
    return {
        **os.environ,
        # sam looks for the runtime's Python by name: its own environment has the version that MiniStack runs.
        "PATH": f"{program.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "SAM_CLI_TELEMETRY": "0",
        "SAM_CLI_POLL_DELAY": "0.2",
        "__SAM_CLI_APP_DIR": str(_app_dir(state)),
    }


def _app_dir(state: Path) -> Path:
    """sam asks PyPI for a newer version once a week unless it believes that it just did."""
    directory = state / "sam"
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "metadata.json").write_text(json.dumps({"lastVersionCheck": time.time()}), encoding="utf-8")
    return directory
