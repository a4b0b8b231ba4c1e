"""The client's deployed stack, as the desk's commands reach it, and who is at the desk."""

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from tocsin.adapters.dynamodb.cases import DynamoCaseStore
from tocsin.adapters.dynamodb.clients import DynamoClientStore
from tocsin.adapters.dynamodb.controls import DynamoControlStore
from tocsin.adapters.dynamodb.health import DynamoHealthStore
from tocsin.adapters.dynamodb.marks import DynamoMarkStore
from tocsin.adapters.dynamodb.mentions import DynamoMentionStore
from tocsin.domain.client import Client
from tocsin_cli.agency import load_agency
from tocsin_cli.aws import aws_client, find_stack, region_of, require_account
from tocsin_cli.errors import BadInputError, FoundWantingError

LENGTH = re.compile(r"(\d{1,4})\s*(m|min|h|d)")
UNITS = {"m": "minutes", "min": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True)
class Desk:
    dynamodb: Any
    mentions_table: str
    cases_table: str

    @cached_property
    def cases(self) -> DynamoCaseStore:
        return DynamoCaseStore(self.dynamodb, self.cases_table)

    @cached_property
    def mentions(self) -> DynamoMentionStore:
        return DynamoMentionStore(self.dynamodb, self.mentions_table)

    @cached_property
    def marks(self) -> DynamoMarkStore:
        return DynamoMarkStore(self.dynamodb, self.mentions_table)

    @cached_property
    def health(self) -> DynamoHealthStore:
        return DynamoHealthStore(self.dynamodb, self.cases_table)

    @cached_property
    def controls(self) -> DynamoControlStore:
        return DynamoControlStore(self.dynamodb, self.cases_table)

    def client(self, given: Client) -> Client:
        """As it is deployed, which is what counts there."""
        return DynamoClientStore(self.dynamodb, self.cases_table).load() or given


def desk_of(client: Client, region: str | None) -> Desk:
    """Raise FoundWantingError when the client is not deployed."""
    where = region_of(load_agency(region=region).region)
    require_account(where)
    stack = find_stack(client.client, where)
    if stack is None or "CasesTableName" not in stack.outputs:
        raise FoundWantingError(f"{client.client} is not deployed: tocsin client deploy comes first")
    return Desk(aws_client("dynamodb", where), stack.outputs["MentionsTableName"], stack.outputs["CasesTableName"])


def who(said: str | None, region: str | None) -> str:
    """As said, or as whom AWS knows the caller."""
    if said is not None:
        if not said.strip() or len(said) > 200 or not said.isprintable():
            raise BadInputError("--by: say a name, of at most 200 characters")
        return said.strip()
    try:
        arn = str(aws_client("sts", region_of(load_agency(region=region).region)).get_caller_identity()["Arn"])
    except Exception:  # noqa: BLE001 - whatever hides the name, the act itself has its own errors
        return os.environ.get("USER", "somebody")
    return arn.partition(":")[2].rpartition("/")[2] or arn


def moment_of(said: str, client: Client, now: datetime, option: str, *, ahead: bool = False) -> datetime:
    """A time like 2026-03-02T18:00 (the client's clock without a zone), 18:00 or, ``ahead``, a length like 2h or 3d.

    ``ahead``: 18:00 is the next one, else the last one. Raise BadInputError that names the option."""
    zone = ZoneInfo(client.timezone)
    length = LENGTH.fullmatch(said.strip())
    if length is not None and ahead:
        return now + timedelta(**{UNITS[length[2]]: int(length[1])})
    try:
        clock = time.fromisoformat(said.strip()) if re.fullmatch(r"\d{2}:\d{2}", said.strip()) else None
        found = datetime.fromisoformat(said.strip()) if clock is None else None
    except ValueError:
        form = "2026-03-02T18:00, 18:00 or 2h" if ahead else "2026-03-02T18:00 or 18:00"
        raise BadInputError(f"{option} {said!r}: write it like {form}") from None
    try:
        if clock is not None:
            return _next(clock, now, zone, 1 if ahead else -1)
        assert found is not None  # noqa: S101 - one of the two was read
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError:
        raise BadInputError(f"{option} {said!r}: no calendar of ours reaches there") from None


def _next(clock: time, now: datetime, zone: ZoneInfo, step: int) -> datetime:
    day = now.astimezone(zone).date()
    at = datetime.combine(day, clock, zone).astimezone(UTC)
    beyond = at <= now if step > 0 else at > now
    return datetime.combine(day + timedelta(days=step), clock, zone).astimezone(UTC) if beyond else at
