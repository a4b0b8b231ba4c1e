"""The command group that turns every expected error into a message and an exit code."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import typer
from botocore.exceptions import BotoCoreError, ClientError
from typer.core import TyperGroup

from tocsin.domain.errors import ClientFileError, TocsinError
from tocsin_cli.errors import BadInputError, ExitCode, FoundWantingError
from tocsin_cli.streams import UNWRITABLE, silence
from tocsin_local.errors import LocalError


class TocsinGroup(TyperGroup):
    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        with _endings():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: Any) -> Any:
        with _endings():
            return super().invoke(ctx)


@contextmanager
def _endings() -> Iterator[None]:
    try:
        yield
    except (BadInputError, ClientFileError) as error:
        raise _ended(str(error), ExitCode.WRONG_USE) from None
    except (FoundWantingError, LocalError, TocsinError) as error:
        raise _ended(str(error), ExitCode.FOUND_WANTING) from None
    except (BotoCoreError, ClientError) as error:
        raise _ended(f"AWS: {error}", ExitCode.FOUND_WANTING) from None
    except KeyboardInterrupt:
        raise _ended("stopped", ExitCode.INTERRUPTED) from None
    except BrokenPipeError:
        silence()  # the reader of our pipe has enough, like `| head`
        raise typer.Exit(ExitCode.DONE) from None
    except OSError as error:
        if error.filename is None and error.errno not in UNWRITABLE:
            raise
        silence()
        place = error.filename or "the output cannot be written"
        raise _ended(f"{place}: {error.strerror}", ExitCode.FOUND_WANTING) from None


def _ended(message: str, code: ExitCode) -> typer.Exit:
    with suppress(OSError):
        typer.echo(message, err=True)
    return typer.Exit(code)
