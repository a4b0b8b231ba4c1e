"""`tocsin`: the commands, each in a module of its own."""

from typing import Annotated

import typer

from tocsin import __version__
from tocsin_cli import (
    alert_test,
    arm,
    bench,
    cause,
    client,
    cost,
    declare,
    demo,
    detect,
    drill,
    explain,
    import_,
    incident,
    links,
    mark,
    mention,
    parse,
    pause,
    plan,
    promise,
    raid,
    ready,
    reparse,
    replay,
    review,
    run,
    score,
    sources,
    streams,
    terms,
    try_,
    tune,
    who,
    words,
)
from tocsin_cli.errors import ExitCode
from tocsin_cli.group import TocsinGroup

app = typer.Typer(
    name="tocsin",
    cls=TocsinGroup,
    help="Crisis alarm for PR agencies: hears what is said of a client and wakes who must answer.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"tocsin {__version__}")
        raise typer.Exit


@app.callback()
def tocsin(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Crisis alarm for PR agencies."""


app.command("demo")(demo.demo)
app.command("run")(run.run)
app.command("replay")(replay.replay)
app.command("detect")(detect.detect)
app.command("score")(score.score)
app.command("parse")(parse.parse)
app.command("sources")(sources.sources)
app.command("cost")(cost.cost)
app.command("reparse")(reparse.reparse)
app.command("terms")(terms.terms)
app.command("import")(import_.import_)
app.command("try")(try_.try_)
app.command("explain")(explain.explain)
app.command("tune")(tune.tune)
app.command("arm")(arm.arm)
app.command("pause")(pause.pause)
app.command("mark")(mark.mark)
app.command("links")(links.links)
app.command("who")(who.who)
app.command("raid")(raid.raid)
app.command("declare")(declare.declare)
app.command("test-alert")(alert_test.alert_test)
app.command("drill")(drill.drill)
app.command("ready")(ready.ready)
app.command("bench")(bench.bench)
app.add_typer(client.app, name="client")
app.add_typer(mention.app, name="mention")
app.add_typer(incident.app, name="incident")
app.add_typer(cause.app, name="cause")
app.add_typer(plan.app, name="plan")
app.add_typer(words.app, name="words")
app.add_typer(promise.app, name="promise")
app.add_typer(review.app, name="review")


def main() -> None:
    """The entry point of the `tocsin` program."""
    if not streams.prepare():
        typer.echo("the output cannot be written: stdout is closed", err=True)
        raise SystemExit(ExitCode.FOUND_WANTING)
    app()
