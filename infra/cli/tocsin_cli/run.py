"""`tocsin run`: the real thing for one client, on the embedded AWS."""

import re
import time
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from tocsin.domain.client import Client
from tocsin.domain.levels import Level
from tocsin.web.i18n import Reader
from tocsin_cli.errors import BadInputError, FoundWantingError
from tocsin_cli.files import load_client, secrets_in
from tocsin_cli.letters import Letters
from tocsin_cli.output import COLOURS, Screen, short
from tocsin_cli.playbooks import library_of
from tocsin_cli.tell import tell
from tocsin_local.observe import Observer
from tocsin_local.paths import shown
from tocsin_local.processes import end_if_told
from tocsin_local.stack import LocalStack
from tocsin_local.summary import Summary, one_pass

POLL_SECONDS = 5.0
HOST_PORT = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+):(?P<port>\d{1,5})")


def run(
    client_file: Annotated[str, typer.Argument(metavar="CLIENT.yaml", help="The client's file; - is stdin.")],
    once: Annotated[bool, typer.Option("--once", help="One pass over all sources, then a summary.")] = False,
    json: Annotated[bool, typer.Option("--json", help="JSON Lines on stdout.")] = False,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(metavar="HOST:PORT", help="Let the fetch guard pass this host of the own machine or network."),
    ] = None,
    secrets: Annotated[
        str | None, typer.Option(metavar="FILE", help="JSON of the client's secrets: fields by kind; - is stdin.")
    ] = None,
) -> None:
    """Listen to a client's sources for as long as it runs. Mail and SMS are shown here and reach nobody."""
    client = load_client(client_file)
    if not client.sources:
        raise BadInputError(f"{client_file}: sources: there is nothing to listen to")
    hosts = [_host(value) for value in allow_host or ()]
    keys = secrets_in(secrets) if secrets else {}
    screen = Screen(json_lines=json)
    if client.shadow is not False:
        screen.say("in shadow: levels are shown, and nobody is told but of what always alerts", "yellow")
    library = library_of(client.client).here(client.countries, client.timezone)
    with LocalStack(
        client, allow_hosts=hosts, secrets=keys, library=library, schedules=not once, say=screen.step
    ) as stack:
        summary = one_pass(stack)
        letters = Letters(f"run-{client.client}")
        letters.save(stack.mini)
        if once:
            _report(screen, letters, stack, summary)
            if summary.deaf:
                raise FoundWantingError("not one source could be read")
            return
        _sources(screen, summary)
        _listen(screen, client, letters, stack)


def _listen(screen: Screen, client: Client, letters: Letters, stack: LocalStack) -> None:
    """The stack runs by its own schedules; here it is only watched."""
    reader = Reader(client.language, client.timezone)
    observer = Observer(stack)
    screen.say("listening; Ctrl-C ends it", "dim")
    while True:
        end_if_told()
        news = observer.news()
        tell(screen, reader.local(datetime.now(UTC)), news)
        if news.sent:
            letters.save(stack.mini)
            for alert in news.sent:
                screen.quote(letters.text_of(alert.provider_id))
        if screen.json_lines:
            for scored in news.heard:
                screen.data({"heard": scored.model_dump(mode="json")})
            for change in news.levels:
                screen.data({"brand": change.brand, "level": change.after.value, "index": change.index})
            for alert in (*news.sent, *news.failed):
                screen.data({"alert": alert.model_dump(mode="json")})
        time.sleep(POLL_SECONDS)


def _report(screen: Screen, letters: Letters, stack: LocalStack, summary: Summary) -> None:
    data = summary.as_data()
    data["alerts"] = [
        {**line, "text": shown(path) if (path := letters.path_of(alert.provider_id)) else None}
        for line, alert in zip(summary.alerts, stack.tables.alerts(), strict=True)
    ]
    if screen.json_lines:
        screen.data(data)
        return
    _sources(screen, summary)
    for brand, state in summary.levels.items():
        screen.say(f"{short(brand)}: {state['level']} (index {state['index']:g})", COLOURS[Level(state["level"])])
    _alerts(screen, data["alerts"])
    if summary.dead_letters:
        screen.say(f"{summary.dead_letters} mentions could not be scored: they wait in the dead letters", "red")


def _sources(screen: Screen, summary: Summary) -> None:
    rows = [
        [short(s.url, 80), s.state, _count(s.items), str(s.mentions), short(s.reason or "", 200)]
        for s in summary.sources
    ]
    screen.table(["source", "state", "items", "mentions", "reason"], rows)
    for source in summary.sources:
        for warning in source.warnings:
            screen.say(f"{short(source.url, 80)}: skipped: {short(warning, 200)}", "yellow")


def _count(number: int | None) -> str:
    """A source that another function reads tells its mentions alone."""
    return "–" if number is None else str(number)


def _alerts(screen: Screen, alerts: list[dict[str, Any]]) -> None:
    for alert in alerts:
        kept = f": {alert['text']}" if alert["text"] else ""
        screen.say(f"{alert['channel']} to {short(alert['recipient'])}: {alert['level']}, {alert['status']}{kept}")


def _host(value: str) -> str:
    match = HOST_PORT.fullmatch(value)
    if match is None or not 0 < int(match["port"]) < 65_536:
        raise BadInputError(f"--allow-host {value!r}: write it as HOST:PORT, like 127.0.0.1:8123")
    return value
