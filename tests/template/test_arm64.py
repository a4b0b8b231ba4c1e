"""Protects the artefact that is deployed: a wheel for the wrong processor is found by Lambda at run time only.

Reads what `make build` left; continuous integration builds before it tests.
"""

import re
from email.parser import Parser
from pathlib import Path

import pytest

from tests.template.transform import ROOT

BUILD = ROOT / ".aws-sam" / "build"
LAYER = BUILD / "CoreLayer" / "python"
AARCH64 = 0xB7  # e_machine in the ELF header

pytestmark = pytest.mark.skipif(not LAYER.is_dir(), reason="no artefact in .aws-sam/build: run `make build` first")


def locked() -> dict[str, str]:
    lines = (ROOT / "layers" / "core" / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return dict(found.groups() for line in lines if (found := re.match(r"([\w.-]+)==([\w.]+)(?: \\)?$", line)))  # type: ignore[misc]


def installed() -> dict[str, str]:
    metadata = [
        Parser().parsestr(path.read_text(encoding="utf-8"), headersonly=True)
        for path in LAYER.glob("*.dist-info/METADATA")
    ]
    return {re.sub(r"[-_.]+", "-", found["Name"]).lower(): found["Version"] for found in metadata}


def test_the_layer_holds_the_locked_versions() -> None:
    # GIVEN the lock and the layer
    # WHEN their versions are compared
    # THEN they are the same: nothing is missing, nothing came along, and the artefact isn't stale
    assert installed() == locked(), "run `make build` again"


def test_native_libraries_are_for_arm64() -> None:
    # GIVEN every native library of the layer
    libraries = list(LAYER.rglob("*.so"))
    # WHEN the processor in its header is read
    wrong = []
    for library in libraries:
        header = library.read_bytes()[:20]
        if header[:4] != b"\x7fELF" or int.from_bytes(header[18:20], "little") != AARCH64:
            wrong.append(str(library.relative_to(LAYER)))
    # THEN it is Lambda's, for all of them
    assert libraries
    assert wrong == []


def test_no_native_library_is_missing() -> None:
    # GIVEN the wheels that bring compiled code
    compiled = [
        path.parent for path in LAYER.glob("*.dist-info/WHEEL") if "Root-Is-Purelib: false" in path.read_text("utf-8")
    ]
    assert "pydantic_core" in {path.name.split("-")[0] for path in compiled}
    # WHEN the files they say they brought are looked for
    brought = [line.split(",")[0] for path in compiled for line in (path / "RECORD").read_text("utf-8").splitlines()]
    lost = [name for name in brought if name.endswith(".so") and not (LAYER / name).is_file()]
    # THEN all are there
    assert lost == []


def test_the_layer_is_small() -> None:
    # GIVEN the layer, of which every megabyte is read at each cold start
    size = sum(path.stat().st_size for path in BUILD.joinpath("CoreLayer").rglob("*") if path.is_file())
    # THEN it stays under 30 MB unzipped
    assert size < 30 * 1024 * 1024


def test_the_layer_has_what_the_runtime_lacks_and_no_more() -> None:
    # GIVEN the layer's top level
    top = {path.name for path in LAYER.iterdir()}
    # THEN our package is there
    assert "tocsin" in top
    # AND neither the SDK, which the runtime has, nor what is too heavy, nor what is for tests
    assert not top & {"boto3", "botocore", "numpy", "pandas", "aws_xray_sdk", "pytest", "tests"}
    assert [str(path) for path in LAYER.rglob("__pycache__")] == []


def test_functions_are_entry_points_only() -> None:
    # GIVEN the built functions
    built = [path for path in BUILD.iterdir() if path.is_dir() and path.name != "CoreLayer"]
    assert built
    # THEN each is a few small files: code and dependencies live in the layer
    for function in built:
        assert sum(path.stat().st_size for path in Path(function).rglob("*") if path.is_file()) < 32 * 1024, (
            function.name
        )
