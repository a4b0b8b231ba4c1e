"""How a command ends when it cannot do as asked: a message on stderr and an exit code, never a traceback."""

from enum import IntEnum


class ExitCode(IntEnum):
    DONE = 0
    FOUND_WANTING = 1
    WRONG_USE = 2
    INTERRUPTED = 130


class BadInputError(Exception):
    """What we were given is wrong. The message names the file or field, and the way out."""


class FoundWantingError(Exception):
    """We did as asked, and something is not as it should be."""
