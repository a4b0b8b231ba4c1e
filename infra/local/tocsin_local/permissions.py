"""Mends the places where MiniStack 1.5.33 asks for more than AWS does.

The template stays as AWS wants it; only the running roles get what MiniStack wants besides, and the running buckets
lose the rule that MiniStack, which speaks plain HTTP on the loopback, could never keep. All else that a role lacks
here, it lacks on AWS.
"""

import json
from collections.abc import Iterable
from typing import Any

from tocsin_local.ministack import MiniStack

BATCHES = {
    f"sqs:{action}": f"sqs:{action}Batch" for action in ("SendMessage", "DeleteMessage", "ChangeMessageVisibility")
}
"""AWS has no such actions: a batch needs the single action (Service Authorization Reference, Amazon SQS)."""
UNKNOWN_KEY = "ses:FromAddress"
"""AWS fills this key for SendEmail, on the sender's identity (same reference, Amazon SES v2); MiniStack neither."""


def mend_permissions(mini: MiniStack, stack: str) -> None:
    """Give each role of this stack what AWS would not ask for."""
    iam = mini.client("iam")
    for role in iam.list_roles()["Roles"]:
        name = role["RoleName"]
        if not name.startswith(f"{stack}-"):
            continue
        extra = [twin for policy in _policies(iam, name) for twin in _extra(policy)]
        if extra:
            document = json.dumps({"Version": "2012-10-17", "Statement": extra})
            iam.put_role_policy(RoleName=name, PolicyName="local", PolicyDocument=document)


def let_plain_http_pass(mini: MiniStack, buckets: Iterable[str]) -> None:
    """Take the policies of these buckets away: each has one rule, that all but TLS is refused."""
    s3 = mini.client("s3")
    for bucket in buckets:
        s3.delete_bucket_policy(Bucket=bucket)


def _policies(iam: Any, role: str) -> list[dict[str, Any]]:
    names = iam.list_role_policies(RoleName=role)["PolicyNames"]
    return [iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"] for name in names]


def _extra(policy: dict[str, Any]) -> list[dict[str, Any]]:
    found = []
    for statement in policy["Statement"]:
        named = [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
        if statement["Effect"] != "Allow":
            continue
        if batches := [BATCHES[action] for action in named if action in BATCHES]:
            found.append({"Effect": "Allow", "Action": batches, "Resource": statement["Resource"]})
        if UNKNOWN_KEY in json.dumps(statement.get("Condition", {})):
            found.append({"Effect": "Allow", "Action": named, "Resource": "*"})
    return found
