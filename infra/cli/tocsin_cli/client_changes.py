"""`tocsin client changes`: what reviews have changed since the last deploy, to be written into the client's files."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from tocsin.adapters.clock import SystemClock
from tocsin.adapters.dynamodb.clients import DynamoClientStore
from tocsin.adapters.dynamodb.plans import DynamoPlanStore
from tocsin.domain.case.changes import left_over, over_client
from tocsin.domain.case.file import CaseFile
from tocsin.domain.case.review import PlanChange
from tocsin.domain.client import Client
from tocsin.domain.client_file import parse_client
from tocsin.domain.errors import TransitionError
from tocsin.services.reviews import Reviews
from tocsin.web.change_words import change_words
from tocsin.web.i18n import Reader
from tocsin_cli import playbooks
from tocsin_cli.client_written import written
from tocsin_cli.desk import Desk, desk_of
from tocsin_cli.errors import BadInputError
from tocsin_cli.files import STDIN, load_client
from tocsin_cli.output import Screen, short
from tocsin_local.paths import shown

REACHED = ("phone", "second_phone", "quiet_hours")


def changes(
    file: Annotated[str, typer.Argument(help="The client's file.")],
    write: Annotated[
        bool, typer.Option("--write", help="Write them into the file (comments stay) and the playbooks.")
    ] = False,
    take_back: Annotated[
        str | None, typer.Option(metavar="PLACE", help="Let the latest change at this place, as --json names it, go.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON line a change.")] = False,
    region: Annotated[str | None, typer.Option(help="AWS region of the stack.")] = None,
) -> None:
    """Show what people have accepted in reviews and the file does not say yet, as sentences and as YAML.

    It is in force already, and goes on so over every deploy until the file says the same.
    """
    client = load_client(file)
    screen = Screen(json_lines=json)
    desk = desk_of(client, region)
    if take_back is not None:
        _take_back(screen, desk, take_back)
        return
    kept = left_over(client, DynamoClientStore(desk.dynamodb, desk.cases_table).changes())
    store = DynamoPlanStore(desk.dynamodb, desk.cases_table)
    plans = store.changes().changes
    if json:
        for one in (*kept, *plans):
            screen.data(one.model_dump(mode="json"))
    if not kept and not plans:
        screen.say("the file and the playbooks say everything that reviews have changed", "green")
        return
    say_changes(screen, client, (*kept, *plans))
    if plans and write:
        for path in _write_playbooks(client.client, store):
            screen.say(f"{shown(path)} says what is in force: read it, then tocsin client deploy", "green")
    elif plans:
        screen.say(f"{len(plans)} changes of playbooks: --write makes the client's own YAML of them", "yellow")
    if not kept:
        return
    if write:
        _write(file, kept)
        screen.say(f"{len(kept)} changes are written into {file}: read it, then tocsin client deploy", "green")
        return
    text = yaml.safe_dump(_yaml(client, kept), allow_unicode=True, sort_keys=False, width=1_000)
    screen.quote(text, "")


def _take_back(screen: Screen, desk: Desk, place: str) -> None:
    clients = DynamoClientStore(desk.dynamodb, desk.cases_table)
    plans = DynamoPlanStore(desk.dynamodb, desk.cases_table)
    try:
        gone = Reviews(clients=clients, cases=desk.cases, clock=SystemClock(), plans=plans).take_back(place)
    except TransitionError as error:
        raise BadInputError(f"--take-back {error}") from None
    if gone is None:
        raise BadInputError(f"--take-back {short(place)!r}: no review has changed anything there since the last deploy")
    screen.say(
        f"{gone.place}: {short(gone.before or 'nothing')} again, no more {short(gone.after or 'nothing')}", "green"
    )


def say_changes(screen: Screen, client: Client, kept: Sequence[PlanChange]) -> None:
    reader = Reader("en", client.timezone)
    nothing = _no_case(client)
    for one in kept:
        what, before, after = change_words(reader, client, nothing, one)
        screen.say(f"{short(what, 400)} ({one.decided_by}, {one.decided_at:%Y-%m-%d})" if one.decided_at else what)
        screen.say(f"  before: {short(before, 400)}")
        screen.say(f"  now:    {short(after, 400)}")


def say_kept(screen: Screen, kept: Sequence[PlanChange]) -> None:
    """After a deploy: what goes on beside the file."""
    for one in kept:
        screen.say(f"in force by a review, and not in the file yet: {one.place}; tocsin client changes", "yellow")


def _no_case(client: Client) -> CaseFile:
    return CaseFile(incident_id="", client=client.client, brand="", opened_at=datetime.now(UTC))


def _yaml(client: Client, kept: Sequence[PlanChange]) -> dict[str, Any]:
    """The keys that change, as the file would say them."""
    changed = over_client(client, kept).model_dump(mode="json", by_alias=True)
    told: dict[str, Any] = {}
    for one in kept:
        key = one.place.partition(".")[0].partition("[")[0]
        if key == "brands":
            names = {each.place.partition("[")[2].partition("]")[0] for each in kept if each.place.startswith("brands")}
            brands = [brand for brand in changed["brands"] if brand["name"] in names]
            told[key] = [
                {k: v for k, v in brand.items() if k in {"name", "terms", "exclude", "require_near"} and v}
                for brand in brands
            ]
        elif key == "responders":
            meant = {each.place.partition("[")[2].partition("]")[0] for each in kept}
            told[key] = [
                {k: each[k] for k in ("name", "email", "role", *(REACHED if each["email"] in meant else ()))}
                for each in changed[key]
            ]
        else:
            told[key] = changed[key]
    return told


def _write_playbooks(slug: str, store: DynamoPlanStore) -> list[Path]:
    """The whole playbook as it is in force goes into the client's own folder, over the agency's. Raise BadInputError
    where that would not say the same."""
    now, overlay = store.library(), store.changes()
    scenarios = sorted({one.place.split(".")[1] for one in overlay.changes})
    books = [book for name in scenarios if now is not None and (book := now.of(name)) is not None]
    folder, made = playbooks.CLIENTS / slug / "playbooks", []
    folder.mkdir(parents=True, exist_ok=True)
    for book in books:
        path = folder / f"{book.scenario}.yaml"
        before = path.read_text(encoding="utf-8") if path.is_file() else None
        told = book.model_dump(mode="json", exclude_defaults=True) | {"version": book.version}
        path.write_text(yaml.safe_dump(told, allow_unicode=True, sort_keys=False, width=118), encoding="utf-8")
        if playbooks.library_of(slug).of(book.scenario) != book:
            path.unlink() if before is None else path.write_text(before, encoding="utf-8")
            raise BadInputError(f"{shown(path)}: could not be written so by itself; write it by hand (see above)")
        made.append(path)
    return made


def _write(path: str, kept: Sequence[PlanChange]) -> None:
    if path == STDIN:
        raise BadInputError("--write: stdin cannot be written to; name the file")
    place = Path(path)
    text = written(place.read_text(encoding="utf-8"), kept)
    if left_over(parse_client(yaml.safe_load(text), origin=path), kept):
        raise BadInputError(f"{path}: a change could not be written there by itself; write it by hand (see above)")
    place.write_text(text, encoding="utf-8")
