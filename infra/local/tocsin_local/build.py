"""Builds the real template for this machine, once for each content of the sources."""

import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tocsin_local.errors import LocalError
from tocsin_local.paths import ROOT, template, tool
from tocsin_local.sam import sam

BUILDS = ROOT / ".aws-sam" / "local"
"""Apart from .aws-sam/build, which is the artefact for AWS."""
KEPT = 3
SOURCES = ("template.yaml", "functions", "layers/core")
ARCHITECTURES = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}


def build(say: Callable[[str], None] = lambda _: None) -> Path:
    """Return the built template; build first when the sources changed. Raise LocalError with sam's words."""
    template()
    parameters = host_parameters()
    target = BUILDS / _fingerprint(parameters)
    BUILDS.mkdir(parents=True, exist_ok=True)
    with _one_at_a_time(BUILDS / "lock"):
        if not (target / "template.yaml").is_file():
            say("building the functions (a first build takes about 20 s)")
            _build_into(target, parameters)
            _forget_old()
        os.utime(target)
    return target / "template.yaml"


def host_parameters() -> dict[str, str]:
    """Template parameters for what runs here: the functions run in MiniStack's own interpreter."""
    machine = platform.machine().lower()
    if machine not in ARCHITECTURES:
        raise LocalError(f"this machine is a {machine}; Lambda knows x86_64 and arm64 only")
    return {"PythonRuntime": runtime_of("ministack"), "Architecture": ARCHITECTURES[machine]}


def runtime_of(environment: str) -> str:
    """The Lambda runtime that a tool's environment has the interpreter for, like python3.13."""
    shown = subprocess.run(
        [tool(environment, "python"), "-c", "import sys; print('python%d.%d' % sys.version_info[:2])"],
        capture_output=True,
        text=True,
        check=True,
    )
    return shown.stdout.strip()


def overrides(parameters: dict[str, str]) -> list[str]:
    """As `sam --parameter-overrides` wants them. Without quotes it misreads an empty value and keeps the former one."""
    return [f'ParameterKey={key},ParameterValue="{value}"' for key, value in parameters.items()]


def _build_into(target: Path, parameters: dict[str, str]) -> None:
    scratch = BUILDS / "scratch"
    shutil.rmtree(scratch, ignore_errors=True)
    arguments: list[str | Path] = ["build", "--template-file", template(), "--build-dir", scratch]
    arguments += ["--cached", "--cache-dir", BUILDS / "cache", "--parallel"]
    # sam asks for a region before it reads the template, though a build speaks to nobody.
    env = {"AWS_DEFAULT_REGION": "eu-central-1", "AWS_EC2_METADATA_DISABLED": "true"}
    sam([*arguments, "--parameter-overrides", *overrides(parameters)], env=env, state=BUILDS, cwd=ROOT)
    _precompile(scratch)
    shutil.rmtree(target, ignore_errors=True)
    scratch.rename(target)


def _precompile(folder: Path) -> None:
    """MiniStack unpacks the layer anew for each worker: without bytecode in it, each would compile everything again."""
    compiler = ["-m", "compileall", "-q", "-j", "0", "--invalidation-mode", "unchecked-hash", str(folder)]
    subprocess.run([tool("ministack", "python"), *compiler], check=True, capture_output=True)


def _fingerprint(parameters: dict[str, str]) -> str:
    digest = hashlib.sha256(repr(sorted(parameters.items())).encode())
    for path in _sources():
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _sources() -> Iterator[Path]:
    for name in SOURCES:
        top = ROOT / name
        found = [top] if top.is_file() else sorted(top.rglob("*"))
        yield from (path for path in found if path.is_file() and "__pycache__" not in path.parts)


def _forget_old() -> None:
    builds = sorted(BUILDS.glob("*/template.yaml"), key=lambda path: path.parent.stat().st_mtime, reverse=True)
    for path in builds[KEPT:]:
        shutil.rmtree(path.parent, ignore_errors=True)


@contextmanager
def _one_at_a_time(path: Path) -> Iterator[None]:
    with path.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
