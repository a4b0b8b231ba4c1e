"""Values to items and back. A value is one JSON document; beside it stand only the attributes that a key, a condition,
a filter or TTL needs."""

import zlib
from typing import Any, TypeVar

from pydantic import BaseModel

from tocsin.adapters.dynamodb.keys import Key

Model = TypeVar("Model", bound=BaseModel)


def key_of(key: Key) -> dict[str, Any]:
    return {"pk": {"S": key.pk}, "sk": {"S": key.sk}}


def document(value: BaseModel) -> dict[str, Any]:
    """Readable JSON, for small items that people look at."""
    return {"doc": {"S": value.model_dump_json()}}


def packed(value: BaseModel) -> dict[str, Any]:
    """Compressed JSON: half the write units of a long text."""
    return {"doc": {"B": zlib.compress(value.model_dump_json().encode(), 6)}}


def read(model: type[Model], item: dict[str, Any]) -> Model:
    """A field that this version does not know is passed over: a newer one may have written it, before a roll-back."""
    doc = item["doc"]
    text = doc["S"] if "S" in doc else zlib.decompress(doc["B"])
    return model.model_validate_json(text, extra="ignore")


def version_condition(version: int) -> dict[str, Any]:
    """The item is written only over the version before it; version 1 only where there is none."""
    if version == 1:
        return {"ConditionExpression": "attribute_not_exists(pk)"}
    return {
        "ConditionExpression": "#version = :expected",
        "ExpressionAttributeNames": {"#version": "version"},
        "ExpressionAttributeValues": {":expected": {"N": str(version - 1)}},
    }
