"""The client's file, as deployed beside its stack: a change of the file needs no change of the functions.

What people have accepted in reviews since stands beside it in the same item, so that nobody reads twice; a deploy drops
of it what the file says by now.
"""

from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from tocsin.adapters.dynamodb import keys
from tocsin.adapters.dynamodb.errors import translated
from tocsin.adapters.dynamodb.items import key_of, packed, read
from tocsin.domain.client import Client
from tocsin.domain.errors import ClientFileError, ConflictError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

    from tocsin.domain.case.review import PlanChange

CHANGES = "changes"
RACES = 5


class DynamoClientStore:
    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def load(self) -> Client | None:
        item = self._item()
        file = _file(item)
        if file is None or item is None or CHANGES not in item:
            return file
        from tocsin.domain.case.changes import over_client  # most clients have none

        return over_client(file, _changes(item))

    def deployed(self) -> Client | None:
        return _file(self._item())

    def changes(self) -> "tuple[PlanChange, ...]":
        return _changes(self._item())

    def save(self, client: Client) -> None:
        from tocsin.domain.case.changes import left_over

        for _ in range(RACES):
            item = self._item(consistent=True)
            try:
                self._write(item, left_over(client, _changes(item)), client)
            except ConflictError:
                continue
            return
        raise ConflictError("somebody else writes the client's file all the time: try again")

    def accept(self, change: "PlanChange") -> None:
        from tocsin.domain.case.changes import with_change

        for _ in range(RACES):
            item = self._item(consistent=True)
            file, known = _file(item), _changes(item)
            if file is None:
                raise ClientFileError("no client is deployed here")
            grown = with_change(file, known, change)
            if grown == known:
                return
            try:
                self._write(item, grown)
            except ConflictError:
                continue
            return
        raise ConflictError("somebody else writes the client's file all the time: try again")

    def _item(self, *, consistent: bool = False) -> dict[str, Any] | None:
        with translated():
            answer = self._client.get_item(TableName=self._table, Key=key_of(keys.CLIENT), ConsistentRead=consistent)
        return dict(answer["Item"]) if "Item" in answer else None

    def _write(
        self, before: dict[str, Any] | None, changes: "tuple[PlanChange, ...]", client: Client | None = None
    ) -> None:
        """On the changes that were read. Raise ConflictError."""
        sets, names = ["#kind = :kind"], {"#kind": "kind", "#changes": CHANGES}
        values: dict[str, Any] = {":kind": {"S": "client"}}
        if client is not None:
            sets.append("#doc = :doc")
            names["#doc"] = "doc"
            values[":doc"] = packed(client)["doc"]
        if changes:
            sets.append("#changes = :changes")
            values[":changes"] = {"S": _form().dump_json(list(changes)).decode()}
        known = before is not None and CHANGES in before
        if known and before is not None:
            values[":known"] = before[CHANGES]
        with translated():
            self._client.update_item(
                TableName=self._table,
                Key=key_of(keys.CLIENT),
                UpdateExpression=f"SET {', '.join(sets)}{'' if changes else ' REMOVE #changes'}",
                ConditionExpression="#changes = :known" if known else "attribute_not_exists(#changes)",
                ExpressionAttributeNames=names,
                ExpressionAttributeValues=values,
            )


def _file(item: dict[str, Any] | None) -> Client | None:
    if item is None:
        return None
    try:
        return read(Client, item)
    except ValidationError as error:
        raise ClientFileError("the stored client file does not fit this version; deploy the client again") from error


def _changes(item: dict[str, Any] | None) -> "tuple[PlanChange, ...]":
    if item is None or CHANGES not in item:
        return ()
    return tuple(_form().validate_json(item[CHANGES]["S"]))


def _form() -> "TypeAdapter[list[PlanChange]]":
    from tocsin.domain.case.review import PlanChange

    return TypeAdapter(list[PlanChange])
