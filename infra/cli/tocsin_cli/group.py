"""The command group that turns every expected error into a message and an exit code."""

import os
import sys
from typing import Any

import typer
from botocore.exceptions import BotoCoreError, ClientError
from typer.core import TyperGroup

from tocsin.domain.errors import ClientFileError, TocsinError
from tocsin_cli.errors import BadInputError, ExitCode, FoundWantingError
from tocsin_local.errors import LocalError


class TocsinGroup(TyperGroup):
    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except (BadInputError, ClientFileError) as error:
            raise _ended(str(error), ExitCode.WRONG_USE) from None
        except (FoundWantingError, LocalError, TocsinError) as error:
            raise _ended(str(error), ExitCode.FOUND_WANTING) from None
        except (BotoCoreError, ClientError) as error:
            raise _ended(f"AWS: {error}", ExitCode.FOUND_WANTING) from None
        except KeyboardInterrupt:
            raise _ended("stopped", ExitCode.INTERRUPTED) from None
        except BrokenPipeError:
            # The reader of our pipe has enough (`| head`); Python would complain again when it flushes at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(ExitCode.DONE) from None


def _ended(message: str, code: ExitCode) -> typer.Exit:
    typer.echo(message, err=True)
    return typer.Exit(code)
