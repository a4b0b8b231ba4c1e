"""What a person sees: colour on a terminal, plain lines in a pipe, JSON Lines where asked.

Text from outside is cleaned before it is shown: a terminal obeys control characters.
"""

import json
import sys
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tocsin.domain.levels import Level
from tocsin.web.clean import one_line

COLOURS = {
    Level.CALM: "green",
    Level.WATCH: "yellow",
    Level.ISSUE: "dark_orange",
    Level.CRISIS: "red",
    Level.SEVERE: "bold red",
}


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Rich would end the program here with an exit code of its own."""
        raise BrokenPipeError


class Screen:
    """``json_lines``: data alone goes to stdout, and every word for a person to stderr."""

    def __init__(self, *, json_lines: bool = False) -> None:
        self.json_lines = json_lines
        stream = sys.stderr if json_lines else sys.stdout
        # A pipe gets whole lines: nobody wants a mail folded at 80 columns in a log.
        width = None if stream.isatty() else 10_000
        self._console = _Console(file=stream, width=width, highlight=False, soft_wrap=True)

    def say(self, line: str = "", style: str = "") -> None:
        """One line of our own words; markup in it stays text."""
        self._console.print(Text(line, style=style))

    def step(self, line: str) -> None:
        """Progress of something long."""
        self.say(f"· {line}", "dim")

    def quote(self, text: str, indent: str = "  ") -> None:
        """Several lines as they were sent, without their control characters."""
        for line in text.splitlines():
            self.say(indent + one_line(line, 2_000))

    def table(self, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        if not self._console.is_terminal:
            for row in (headings, *rows):
                self.say("\t".join(row))
            return
        table = Table(*headings, box=None, pad_edge=False)
        for row in rows:
            table.add_row(*(Text(cell) for cell in row))
        self._console.print(table)

    @staticmethod
    def data(value: Any) -> None:
        """One JSON line on stdout; where a stream cannot show every character, JSON's own escapes stand for them."""
        readable = (sys.stdout.encoding or "").lower().startswith("utf")
        print(json.dumps(value, ensure_ascii=not readable, default=str), flush=True)


def short(text: str, limit: int = 100) -> str:
    """Somebody else's words in one harmless line."""
    return one_line(text, limit)
