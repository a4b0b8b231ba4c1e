"""Reviews as the Python package google-play-scraper prints them: a literal of Python, not JSON.

Read token by token into JSON, never evaluated: only brackets, texts, numbers, True, False, None and
``datetime.datetime(...)`` are known; anything else ends it.
"""

from __future__ import annotations

import ast
import io
import json
import tokenize
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tocsin.adapters.sources.answers import json_of

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_LITERAL = 500_000
_NAMES = {"True": "true", "False": "false", "None": "null"}
_BRACKETS = {"(": "[", ")": "]"} | {char: char for char in "[]{}:,-"}
_SILENT = {tokenize.NL, tokenize.NEWLINE, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING}
_MOMENT = ["datetime", ".", "datetime", "("]


def literal_of(body: bytes) -> Any:
    """The value that the literal writes, times as ISO 8601. Raise ParseError or ValueError when it is none."""
    if len(body) > MAX_LITERAL:
        raise ValueError(f"over {MAX_LITERAL:,} bytes")
    source = body.decode("utf-8-sig")
    try:
        tokens = [
            token for token in tokenize.generate_tokens(io.StringIO(source).readline) if token.type not in _SILENT
        ]
    except (tokenize.TokenError, SyntaxError) as error:
        raise ValueError("its brackets or quotes do not close") from error
    pieces: list[str] = []
    for piece in _json(tokens):
        if piece in {"]", "}"} and pieces and pieces[-1] == ",":
            pieces.pop()
        if pieces and pieces[-1] == "-":
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return json_of(" ".join(pieces).encode("utf-8", "surrogatepass"))


def _json(tokens: list[tokenize.TokenInfo]) -> Iterator[str]:
    position = 0
    while position < len(tokens):
        token = tokens[position]
        if [each.string for each in tokens[position : position + 4]] == _MOMENT:
            close = next(
                (at for at in range(position + 4, position + 24) if at < len(tokens) and tokens[at].string == ")"), 0
            )
            numbers = [int(each.string) for each in tokens[position + 4 : close] if each.string != ","]
            yield json.dumps(datetime(*numbers).isoformat())  # type: ignore[arg-type]  # noqa: DTZ001 it says no zone
            position = close
        elif token.type == tokenize.STRING:
            said = ast.literal_eval(token.string)
            if not isinstance(said, str):
                raise ValueError("a text of bytes")
            yield json.dumps(said)
        elif token.type == tokenize.NUMBER:
            if len(token.string) > 18:
                raise ValueError("a number that is too long")
            yield json.dumps(float(token.string) if "." in token.string else int(token.string))
        elif token.type == tokenize.NAME and token.string in _NAMES:
            yield _NAMES[token.string]
        elif token.type == tokenize.OP and token.string in _BRACKETS:
            yield _BRACKETS[token.string]
        elif token.type != tokenize.ENDMARKER:
            raise ValueError(f"«{token.string[:30]}» is no value")
        position += 1
