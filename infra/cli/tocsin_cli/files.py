"""Reading what we are given: a path, or `-` for stdin. Every error names the file, and the line where there is one."""

import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import yaml
from pydantic import ValidationError

from tocsin.domain.client import Client
from tocsin.domain.client_file import parse_client, reason_in_words
from tocsin_cli.errors import BadInputError

STDIN = "-"
LARGEST = 512 * 1024 * 1024
PIECE = 1024 * 1024


def read_bytes(path: str) -> bytes:
    """Raise BadInputError when it can't be read."""
    if path == STDIN:
        return _bounded(sys.stdin.buffer, path)
    try:
        with Path(path).open("rb") as file:
            return _bounded(file, path)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise BadInputError(f"{path}: {getattr(error, 'strerror', None) or error}") from None


def _bounded(file: IO[bytes], path: str) -> bytes:
    """Piece by piece, since a device or a pipe has no size and may have no end."""
    read = io.BytesIO()
    while piece := file.read(min(PIECE, LARGEST + 1 - read.tell())):
        read.write(piece)
        if read.tell() > LARGEST:
            raise BadInputError(f"{named(path)}: over {LARGEST // 1024 // 1024} MB")
    return read.getvalue()


def read_text(path: str) -> str:
    try:
        return read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInputError(f"{named(path)}: not UTF-8 (byte {error.start + 1})") from None


def load_client(path: str) -> Client:
    """Raise BadInputError on what is no YAML, ClientFileError on what is no client's file."""
    return parse_client(load_yaml(path), origin=named(path))


def load_yaml(path: str) -> Any:
    text = read_text(path)
    try:
        return yaml.load(text, _Loader)  # noqa: S506 - it is the safe loader, and refuses keys that stand there twice
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise BadInputError(f"{named(path)}{place}: {error.problem or 'not YAML'}") from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise BadInputError(f"{named(path)}: not YAML: {error}") from None


def json_lines(path: str) -> Iterator[tuple[int, Any]]:
    """Each line's number and value; empty lines are passed over."""
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if line.strip():
            try:
                yield number, json.loads(line, parse_constant=no_constant)
            except (ValueError, RecursionError) as error:
                raise BadInputError(f"{named(path)}, line {number}: not JSON: {error}") from None


def secrets_in(path: str) -> dict[str, dict[str, str]]:
    """Fields of secrets by kind. No error quotes what stood there."""
    try:
        given = json.loads(read_text(path))
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict) or not all(
        isinstance(fields, dict) and all(isinstance(value, str) for value in fields.values())
        for fields in given.values()
    ):
        raise BadInputError(f'{named(path)}: must be JSON like {{"newsapi": {{"api_key": "..."}}}}')
    return given


def first_problem(error: ValidationError) -> str:
    """The first wrong field and why, without quoting what stood there."""
    problem = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in problem["loc"])
    return f"{place}: {reason_in_words(problem)}"


class _Loader(yaml.SafeLoader):
    """A key that stands there twice would silently replace the first one."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        known: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.tag == "tag:yaml.org,2002:merge":
                continue
            if key.value in known:
                raise yaml.constructor.ConstructorError(
                    problem=f"{key.value} stands there twice: keep one", problem_mark=key.start_mark
                )
            known.add(key.value)
        return super().construct_mapping(node, deep)


def no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON value")


def named(path: str) -> str:
    return "stdin" if path == STDIN else path
