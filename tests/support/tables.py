"""The two tables as template.yaml has them, made on any engine."""

from functools import cache
from typing import Any

from tests.template.transform import load

CREATE = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")


@cache
def _properties(logical: str) -> dict[str, Any]:
    return load()["Resources"][logical]["Properties"]


def create_tables(dynamodb: Any, suffix: str = "") -> tuple[str, str]:
    """Create both and return their names (mentions, cases)."""
    names = []
    for logical in ("MentionsTable", "CasesTable"):
        properties = _properties(logical)
        name = f"{logical}{suffix}"
        stream = properties.get("StreamSpecification")
        dynamodb.create_table(
            TableName=name,
            **{key: properties[key] for key in CREATE if key in properties},
            **({"StreamSpecification": {"StreamEnabled": True, **stream}} if stream else {}),
        )
        dynamodb.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1})
        names.append(name)
    return names[0], names[1]
