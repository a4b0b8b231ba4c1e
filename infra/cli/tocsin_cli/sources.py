"""`tocsin sources`: what can be listened to, what it asks and costs, and how a client's sources are doing."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from tocsin.adapters.dynamodb.sources import DynamoSourceStore
from tocsin.domain.client import Client
from tocsin.domain.recheck import rechecks_of
from tocsin.domain.source_facts import FACTS, SourceFacts
from tocsin.domain.source_health import Coverage, ailing, coverage
from tocsin.domain.source_kinds import KINDS
from tocsin.domain.source_state import SourceState
from tocsin.domain.sources import SourceUnit, units_of
from tocsin_cli.agency import load_agency
from tocsin_cli.aws import Stack, aws_client, find_stack, require_account
from tocsin_cli.errors import BadInputError, FoundWantingError
from tocsin_cli.files import load_client
from tocsin_cli.output import Screen, short

NOT_HEARD = {
    "closed_groups": "closed groups and private chats",
    "tiktok": "TikTok",
    "viber": "Viber",
    "facebook_strangers": "strangers' posts on Facebook",
    "instagram_strangers": "strangers' posts on Instagram",
}


def sources(
    client_file: Annotated[
        str | None, typer.Argument(metavar="[CLIENT.yaml]", help="Show which of them this client's file switches on.")
    ] = None,
    deployed: Annotated[
        bool, typer.Option("--deployed", help="Show how each source of the client's stack is doing.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON line a kind, or a source with --deployed.")] = False,
    region: Annotated[str | None, typer.Option(help="AWS region of the stack.")] = None,
) -> None:
    """List the kinds of sources with their key, cost, limits and cadence; with --deployed each source's state."""
    screen = Screen(json_lines=json)
    client = load_client(client_file) if client_file else None
    if deployed:
        if client is None:
            raise BadInputError("--deployed: name the client's file as well")
        _show_states(screen, client, deployed_stack(client, region), region)
        return
    rows = [_kind(facts, client) for facts in FACTS.values()]
    if json:
        for row in rows:
            screen.data(row)
        return
    headings = ["kind", "key", "cost", "limits", "minutes", "on"]
    screen.table(
        headings, [[_cell(row[name]) for name in ("kind", "auth", "cost", "limits", "every", "on")] for row in rows]
    )
    screen.say("terms of each, and the fields of each secret: tocsin sources --json, or docs/sources.md", "dim")


def deployed_stack(client: Client, region: str | None) -> Stack:
    """Raise FoundWantingError when there is none."""
    where = load_agency(region=region).region
    require_account(where)
    stack = find_stack(client.client, where)
    if stack is None:
        raise FoundWantingError(f"{client.client} is not deployed: tocsin client deploy does it")
    return stack


def _kind(facts: SourceFacts, client: Client | None) -> dict[str, Any]:
    entry = KINDS[facts.kind].model_fields
    row: dict[str, Any] = {
        "kind": facts.kind,
        "name": facts.name,
        "auth": facts.auth,
        "secret": list(facts.secret),
        "cost": facts.cost,
        "usd_per_post": float(facts.usd_per_post) if facts.usd_per_post is not None else None,
        "limits": facts.limits_said,
        "budgets": [
            {"mode": mode or None, "with_key": keyed, "calls": limits.calls, "a": limits.span.value}
            for mode, keyed, limits in facts.limits
            if limits.calls is not None
        ],
        "every": entry["every"].default,
        "least_every": facts.least_every,
        "default_on": facts.default_on,
        "preset": facts.preset,
        "retention_days": facts.retention_days,
        "deletions": facts.deletions,
        "terms": facts.terms,
        "on": None,
    }
    if client is not None:
        row["on"] = any(source.kind == facts.kind for source in client.sources)
        units = [unit for source in client.sources if source.kind == facts.kind for unit in source.units(client.brands)]
        row["sources"] = len(units)
        if units:
            row["every"] = min(int(unit.every.total_seconds() // 60) for unit in units)
    return row


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _show_states(screen: Screen, client: Client, stack: Stack, region: str | None) -> None:
    where = load_agency(region=region).region
    store = DynamoSourceStore(aws_client("dynamodb", where), stack.outputs["MentionsTableName"])
    states, now = store.states(), datetime.now(UTC)
    rows = list(_states(units_of(client), states, now))
    if screen.json_lines:
        for row in rows:
            screen.data(row)
    else:
        names = ("source", "kind", "state", "last_success_at", "every", "reason")
        screen.table(list(names), [[short(_cell(row[name]), 120) for name in names] for row in rows])
    for unit in rechecks_of(client):
        if (known := states.get(unit.id)) is not None and known.reason is not None:
            screen.say(f"{unit.shown}: {known.failures} failures, {short(known.reason, 200)}", "yellow")
    _say_coverage(screen, coverage(client, states, now))


def _states(units: Iterable[SourceUnit], states: dict[str, SourceState], now: datetime) -> Iterable[dict[str, Any]]:
    for unit in units:
        state = states.get(unit.id)
        ill = ailing(unit, state, now)
        waiting = state is None or state.first_success_at is None
        every = (state.every if state else None) or unit.every
        yield {
            "id": unit.id,
            "source": unit.shown,
            "kind": unit.kind,
            "state": ill.ailment.value if ill else "waiting" if waiting else "healthy",
            "reason": ill.reason if ill else state.reason or state.sampling if state else None,
            "failures": state.failures if state else 0,
            "last_success_at": f"{state.last_success_at:%Y-%m-%d %H:%M}Z" if state and state.last_success_at else None,
            "last_new_at": f"{state.last_new_at:%Y-%m-%d %H:%M}Z" if state and state.last_new_at else None,
            "every": int(every.total_seconds() // 60),
            "with_key": unit.keyed,
        }


def _say_coverage(screen: Screen, found: Coverage) -> None:
    style = "green" if found.healthy == found.total else "yellow"
    waiting = f", {found.waiting} not looked at yet" if found.waiting else ""
    screen.say(f"{found.healthy} of {found.total} sources healthy{waiting}", style)
    named = [NOT_HEARD[key] for key in found.not_heard if key in NOT_HEARD]
    off = [key.removeprefix("off:") for key in found.not_heard if key.startswith("off:")]
    screen.say(f"not heard at all: {', '.join(named)}")
    if off:
        screen.say(f"not switched on: {', '.join(off)}")
