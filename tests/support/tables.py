"""The two tables as template.yaml has them, made on any engine."""

from typing import Any

from tests.template.transform import load

CREATE = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")


def create_tables(dynamodb: Any, suffix: str = "") -> tuple[str, str]:
    """Create both and return their names (mentions, cases)."""
    names = []
    for logical in ("MentionsTable", "CasesTable"):
        properties = load()["Resources"][logical]["Properties"]
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
