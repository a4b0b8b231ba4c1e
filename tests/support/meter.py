"""What a run asks of AWS: its calls, and DynamoDB's request units by the rules of its price page."""

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

READ_KB, WRITE_KB = 4, 1


class Metered(NamedTuple):
    calls: int
    reads: float
    writes: float

    def __sub__(self, other: "Metered") -> "Metered":
        return Metered(self.calls - other.calls, self.reads - other.reads, self.writes - other.writes)


class Meter:
    """Listens to one client of DynamoDB. An index costs a write more for each item that stands in it."""

    def __init__(self, dynamodb: Any) -> None:
        self._calls, self._reads, self._writes = 0, 0.0, 0.0
        self._params: dict[str, Any] = {}
        dynamodb.meta.events.register("before-parameter-build.dynamodb", self._before)
        dynamodb.meta.events.register("after-call.dynamodb", self._after)

    def of(self, run: Callable[[], object]) -> Metered:
        self._calls, self._reads, self._writes = 0, 0.0, 0.0
        run()
        return Metered(self._calls, self._reads, self._writes)

    def _before(self, params: Mapping[str, Any], **_: Any) -> None:
        self._params = dict(params)

    def _after(self, model: Any, parsed: Mapping[str, Any], **_: Any) -> None:
        self._calls += 1
        share = 1 if self._params.get("ConsistentRead") else 0.5
        match model.name:
            case "GetItem":
                self._reads += share * _units(_size(parsed.get("Item", {})), READ_KB)
            case "Query":
                self._reads += share * _units(sum(map(_size, parsed.get("Items", []))), READ_KB)
            case "BatchGetItem":
                found = [item for items in parsed.get("Responses", {}).values() for item in items]
                self._reads += 0.5 * sum(_units(_size(item), READ_KB) for item in found)
            case "PutItem":
                self._writes += self._put(self._params["Item"])
            case "UpdateItem":
                self._writes += 1
            case "TransactWriteItems":
                for action in self._params["TransactItems"]:
                    [what] = action.values()
                    self._writes += 2 * (_units(_size(what["Item"]), WRITE_KB) if "Item" in what else 1)
                    self._writes += "hour_pk" in what.get("Item", {})

    def _put(self, item: Mapping[str, Any]) -> float:
        return _units(_size(item), WRITE_KB) + ("hour_pk" in item)


def _size(item: Mapping[str, Any]) -> int:
    """By DynamoDB's rules for the sizes of items."""
    return sum(len(name.encode()) + _value(value) for name, value in item.items())


def _value(typed: Mapping[str, Any]) -> int:
    [(kind, value)] = typed.items()
    match kind:
        case "S":
            return len(value.encode())
        case "N":
            return len(value.strip("-").replace(".", "")) // 2 + 2
        case "B":
            return len(value)
        case "M":
            return 3 + len(value) + _size(value)
        case "L":
            return 3 + sum(1 + _value(one) for one in value)
        case "SS" | "NS" | "BS":
            return 3 + sum(_value({kind[0]: one}) for one in value)
    return 1  # BOOL, NULL


def _units(size: int, kb: int) -> int:
    return max(1, math.ceil(size / 1024 / kb))
