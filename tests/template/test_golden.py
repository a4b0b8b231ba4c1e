"""Protects against what a change of the template, or of SAM, brings along unseen: above all, permissions."""

import difflib
import json
from typing import Any

from tests.template.transform import GOLDEN, Template, text

PERMISSIONS = (
    "AWS::IAM::",
    "AWS::Lambda::Permission",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::QueuePolicy",
)


def difference(before: Any, after: Any) -> str:
    return "\n".join(
        difflib.unified_diff(text(before).splitlines(), text(after).splitlines(), "golden", "now", lineterm="")
    )


def permissions(template: Template) -> Template:
    return {name: made for name, made in template["Resources"].items() if made["Type"].startswith(PERMISSIONS)}


def test_no_permission_changes_unread(transformed: Template) -> None:
    # GIVEN the permissions that a person has read before
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))

    # WHEN they are compared with the template's
    changed = difference(permissions(golden), permissions(transformed))

    # THEN nothing differs
    assert not changed, f"IAM has changed: a PERSON MUST READ each line below, then run `make golden`.\n{changed}"


def test_nothing_else_changes_unseen(transformed: Template) -> None:
    # GIVEN the whole transformed template as it was
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))

    # WHEN it is compared with what the template gives now
    changed = difference(golden, transformed)

    # THEN nothing differs
    assert not changed, f"The stack has changed: when it is meant, run `make golden`.\n{changed}"


def test_the_golden_file_is_written_by_make_golden() -> None:
    # GIVEN the golden file
    golden = GOLDEN.read_text(encoding="utf-8")

    # WHEN it is written again
    again = text(json.loads(golden))

    # THEN not a byte moves, so that a diff shows changes of the stack only
    assert golden == again
