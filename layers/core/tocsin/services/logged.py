"""What the log may say of an error where people's words are at hand: never its message, which may quote them."""

from pathlib import PurePath
from traceback import walk_tb

from tocsin.domain.errors import SecretError, TocsinError

FRAMES = 12


class LeftUndoneError(TocsinError):
    """Something failed and was logged; it is raised so that whoever called tries again. It quotes nobody."""


def logged(error: Exception) -> dict[str, str]:
    """For ``extra``: the error's kind, and the way to it as file:line, the last ``FRAMES`` of a traceback.

    A SecretError's message stands there too, since it names what is missing, and never a value."""
    frames = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
    way = [f"{'/'.join(PurePath(file).parts[-2:])}:{line}" for file, line in frames[-FRAMES:]]
    said = {"kind": type(error).__name__, "at": " > ".join(way)}
    return said | {"reason": str(error)} if isinstance(error, SecretError) else said
