"""Protects what the linters can't know: that data expires or stays, that a failure is heard, that roles stay small."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.template.transform import ROOT, TEMPLATE, Template

FUNCTIONS = ["FetchMentions", "Notify", "ScoreMentions", "Watch"]
ADR = ROOT / "docs" / "adr" / "0003-lint-suppressions.md"


def of_type(template: Template, kind: str) -> dict[str, Any]:
    return {name: made["Properties"] for name, made in template["Resources"].items() if made["Type"] == kind}


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def statements(template: Template) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, role in of_type(template, "AWS::IAM::Role").items():
        for policy in role["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                yield name, statement


# -- data


def test_mentions_expire(transformed: Template) -> None:
    """Privacy: DynamoDB must really delete what we mark, by the attribute that the code writes."""
    # GIVEN the table of mentions
    table = of_type(transformed, "AWS::DynamoDB::Table")["MentionsTable"]
    # WHEN its time to live is read
    ttl = table["TimeToLiveSpecification"]
    # THEN it is on, by expires_at
    assert ttl == {"AttributeName": "expires_at", "Enabled": True}


def test_cases_survive(transformed: Template) -> None:
    """Evidence: neither a mistake, nor a removed or replaced stack, may lose an incident."""
    # GIVEN the table of cases
    cases = transformed["Resources"]["CasesTable"]
    # THEN each way to lose it is closed
    assert cases["DeletionPolicy"] == cases["UpdateReplacePolicy"] == "Retain"
    assert cases["Properties"]["DeletionProtectionEnabled"] is True
    assert cases["Properties"]["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    # AND its stream carries the alert itself
    assert cases["Properties"]["StreamSpecification"] == {"StreamViewType": "NEW_IMAGE"}


def test_tables_cost_nothing_when_idle(transformed: Template) -> None:
    """Costs: one provisioned table or index would cost more than a quiet client's whole month."""
    for name, table in of_type(transformed, "AWS::DynamoDB::Table").items():
        assert table["BillingMode"] == "PAY_PER_REQUEST", name
        assert "ProvisionedThroughput" not in json.dumps(table), name


def test_no_resource_is_lost(transformed: Template) -> None:
    """A renamed or deleted logical id deletes data in production: the count of each kind changes on purpose only."""
    # WHEN the stack's resources are counted
    counted = Counter(made["Type"] for made in transformed["Resources"].values())
    # THEN each kind is there as often as it was designed
    assert counted == {
        "AWS::CloudWatch::Alarm": 5,
        "AWS::DynamoDB::Table": 2,
        "AWS::IAM::Role": 5,
        "AWS::Lambda::EventInvokeConfig": 2,
        "AWS::Lambda::EventSourceMapping": 2,
        "AWS::Lambda::Function": 4,
        "AWS::Lambda::LayerVersion": 1,
        "AWS::Logs::LogGroup": 4,
        "AWS::S3::Bucket": 1,
        "AWS::S3::BucketPolicy": 1,
        "AWS::SNS::Subscription": 1,
        "AWS::SNS::Topic": 2,
        "AWS::SQS::Queue": 2,
        "AWS::Scheduler::Schedule": 2,
    }


# -- functions


def test_every_function_is_known(transformed: Template) -> None:
    """The tests below run over this list: a new function must not slip past them."""
    assert sorted(of_type(transformed, "AWS::Lambda::Function")) == FUNCTIONS


@pytest.mark.parametrize("name", FUNCTIONS)
def test_function_states_its_limits_and_its_role(template: Template, name: str) -> None:
    """SAM's defaults (3 s, 128 MB, a role of its own making) fail in production only."""
    # GIVEN a function as written, without Globals
    properties = template["Resources"][name]["Properties"]
    # THEN it names its limits and a role that belongs to it alone
    assert properties["Timeout"] <= 60
    assert 512 <= properties["MemorySize"] <= 1024
    assert properties["Role"] == {"Fn::GetAtt": [f"{name}Role", "Arn"]}
    assert "Policies" not in properties


@pytest.mark.parametrize("name", FUNCTIONS)
def test_function_logs_as_json_into_a_group_that_forgets(transformed: Template, name: str) -> None:
    """Costs and privacy: a group that Lambda makes by itself keeps everything for ever."""
    # GIVEN a function and where it logs
    logging = of_type(transformed, "AWS::Lambda::Function")[name]["LoggingConfig"]
    # THEN that is its own group, as JSON, without the platform's chatter
    assert logging == {
        "ApplicationLogLevel": "INFO",
        "LogFormat": "JSON",
        "LogGroup": {"Ref": f"{name}LogGroup"},
        "SystemLogLevel": "WARN",
    }
    # AND the group has a retention and stands right behind its function
    assert of_type(transformed, "AWS::Logs::LogGroup")[f"{name}LogGroup"]["RetentionInDays"] == {
        "Ref": "LogRetentionDays"
    }
    order = list(transformed["Resources"])
    written = re.findall(r"^  (\w+):$", TEMPLATE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert set(order) >= {name}
    assert written[written.index(name) + 1] == f"{name}LogGroup"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_function_is_told_nothing_local(transformed: Template, name: str) -> None:
    """Security: what opens private addresses for the local run can't be set by a deployed stack."""
    variables = of_type(transformed, "AWS::Lambda::Function")[name]["Environment"]["Variables"]
    assert not [key for key in variables if "LOCAL" in key or "ENDPOINT" in key]
    assert {"CLIENT", "POWERTOOLS_SERVICE_NAME"} <= set(variables)


def test_no_endpoint_is_named(transformed: Template) -> None:
    """The same template goes to AWS and to the local AWS: it must not know where either is."""
    written = TEMPLATE.read_text(encoding="utf-8") + json.dumps(transformed)
    assert not re.findall(
        r"TOCSIN_LOCAL|AWS_ENDPOINT\w*|https?://[^\s\"]*|localhost|127\.0\.0\.1|amazonaws\.com/\S*", written
    )


# -- permissions


def test_no_managed_policy(transformed: Template) -> None:
    """Least privilege: AWS changes its managed policies, and SAM adds some by itself."""
    roles = of_type(transformed, "AWS::IAM::Role")
    assert [name for name, role in roles.items() if role.get("ManagedPolicyArns")] == []
    assert not of_type(transformed, "AWS::IAM::ManagedPolicy")
    assert not of_type(transformed, "AWS::IAM::Policy")


def test_every_role_can_be_bounded(transformed: Template) -> None:
    """An agency's own rule for roles, when it has one, must bind all of them."""
    for name, role in of_type(transformed, "AWS::IAM::Role").items():
        assert role["PermissionsBoundary"]["Fn::If"][:2] == [
            "UsePermissionsBoundary",
            {"Ref": "PermissionsBoundary"},
        ], name


def test_no_wildcard_action(transformed: Template) -> None:
    """Least privilege: a wildcard grants what AWS invents tomorrow."""
    for name, statement in statements(transformed):
        assert statement["Effect"] == "Allow", (name, statement)
        assert "NotAction" not in statement, (name, statement)
        for action in as_list(statement["Action"]):
            assert re.fullmatch(r"[a-z0-9-]+:[A-Za-z]+", action), (name, action)


def test_resources_are_exact(transformed: Template) -> None:
    """Least privilege: the two that can't be exact are known by name, and nothing joins them unread."""
    for name, statement in statements(transformed):
        open_ended = [entry for entry in as_list(statement.get("Resource", [])) if "*" in json.dumps(entry)]
        if statement["Sid"] == "SendMail":  # an identity is the address or its domain; the condition names the sender
            assert statement["Condition"] == {"StringEquals": {"ses:FromAddress": {"Ref": "SenderEmail"}}}
        elif statement["Sid"] == "SendSms":  # a phone number has no ARN: all but topics
            assert statement["Action"] == "sns:Publish"
            assert statement["NotResource"] == {"Fn::Sub": "arn:${AWS::Partition}:sns:*:*:*"}
        elif statement["Sid"] == "KeepFailures":  # objects of one bucket
            assert open_ended == [{"Fn::Sub": "${FailuresBucket.Arn}/*"}]
        else:
            assert open_ended == [], (name, statement)
            assert "NotResource" not in statement, (name, statement)


def test_only_those_who_alert_can_send(transformed: Template) -> None:
    """A stolen fetcher, which reads hostile text, must not be able to mail anybody."""
    senders = {
        name
        for name, statement in statements(transformed)
        for a in as_list(statement["Action"])
        if a.startswith(("ses:", "sns:"))
    }
    assert senders == {"NotifyRole", "WatchRole"}


# -- events


def test_schedules_neither_pile_up_nor_collide(transformed: Template) -> None:
    """A run that is late is worth nothing, and SAM's own name for a schedule is the same in each stack."""
    # GIVEN the schedules
    schedules = of_type(transformed, "AWS::Scheduler::Schedule")
    # THEN each runs on the minute, isn't repeated, and carries the stack's name
    for name, schedule in schedules.items():
        assert schedule["ScheduleExpression"] == "rate(1 minute)", name
        assert schedule["FlexibleTimeWindow"] == {"Mode": "OFF"}, name
        assert schedule["Target"]["RetryPolicy"] == {"MaximumEventAgeInSeconds": 60, "MaximumRetryAttempts": 0}, name
        assert schedule["Name"]["Fn::Sub"].startswith("${AWS::StackName}-"), name
    # AND Lambda doesn't repeat it either
    invoked = of_type(transformed, "AWS::Lambda::EventInvokeConfig").values()
    assert {config["FunctionName"]["Ref"] for config in invoked} == {"FetchMentions", "Watch"}
    assert all(config["MaximumRetryAttempts"] == 0 and config["MaximumEventAgeInSeconds"] == 60 for config in invoked)


def test_a_mention_that_fails_is_kept(transformed: Template) -> None:
    """Nothing is lost: a message is given back alone, hidden while worked on, and ends among the dead letters."""
    # GIVEN the queue, its dead letters and who reads it
    queues = of_type(transformed, "AWS::SQS::Queue")
    queue, dead = queues["MentionsQueue"], queues["MentionsDeadLetters"]
    reader = of_type(transformed, "AWS::Lambda::EventSourceMapping")["ScoreMentionsMentions"]
    timeout = of_type(transformed, "AWS::Lambda::Function")["ScoreMentions"]["Timeout"]
    # THEN the numbers fit each other
    assert queue["VisibilityTimeout"] >= 6 * timeout
    assert queue["RedrivePolicy"]["deadLetterTargetArn"] == {"Fn::GetAtt": ["MentionsDeadLetters", "Arn"]}
    assert queue["RedrivePolicy"]["maxReceiveCount"] == 20
    assert dead["MessageRetentionPeriod"] > queue["MessageRetentionPeriod"]
    assert reader["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    # AND both are encrypted, though checkov's check for it is off
    assert all(made["SqsManagedSseEnabled"] is True for made in queues.values())


def test_an_alert_that_fails_is_kept(transformed: Template) -> None:
    """Nothing is lost: one bad alert doesn't hold the others, and ends in the bucket as a whole."""
    # GIVEN the mapping from the cases' stream to Notify
    mapping = of_type(transformed, "AWS::Lambda::EventSourceMapping")["NotifyOutbox"]
    # THEN only new outbox items start it
    (one,) = mapping["FilterCriteria"]["Filters"]
    assert json.loads(one["Pattern"]) == {
        "eventName": ["INSERT"],
        "dynamodb": {"NewImage": {"kind": {"S": ["outbox"]}}},
    }
    # AND failures are bounded, narrowed down and kept
    assert mapping["BisectBatchOnFunctionError"] is True
    assert 0 < mapping["MaximumRetryAttempts"] <= 3
    assert 0 < mapping["MaximumRecordAgeInSeconds"] <= 3600
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["DestinationConfig"] == {"OnFailure": {"Destination": {"Fn::GetAtt": ["FailuresBucket", "Arn"]}}}


# -- alarms


def test_five_alarms_reach_the_operator(transformed: Template) -> None:
    """An alarm bell that fails silently is worse than none."""
    # GIVEN the alarms
    alarms = of_type(transformed, "AWS::CloudWatch::Alarm")
    # THEN there are these five, no more, since each costs money
    assert set(alarms) == {
        "AlertsAgeAlarm",
        "DeadLettersAlarm",
        "FetchAbsentAlarm",
        "MentionsAgeAlarm",
        "WatchAbsentAlarm",
    }
    # AND each tells the operator when it starts and when it ends, and says what to do
    for name, alarm in alarms.items():
        assert alarm["AlarmActions"] == alarm["OKActions"] == [{"Ref": "OperatorTopic"}], name
        assert len(alarm["AlarmDescription"]) > 40, name
    # AND a schedule that is silent, or whose every run fails, is an alarm (Invocations counts failed runs too)
    silent = {name: alarm for name, alarm in alarms.items() if alarm["TreatMissingData"] == "breaching"}
    assert set(silent) == {"FetchAbsentAlarm", "WatchAbsentAlarm"}
    for name, alarm in silent.items():
        read = {key: alarm[key] for key in ("MetricName", "Statistic", "Threshold", "Period", "ComparisonOperator")}
        assert read == {
            "MetricName": "Errors",
            "Statistic": "Minimum",
            "Threshold": 1,
            "Period": 300,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        }, name


def test_the_operator_is_subscribed_when_named(transformed: Template) -> None:
    """An alarm whose topic nobody hears is no alarm."""
    subscription = transformed["Resources"]["OperatorSubscription"]
    assert subscription["Condition"] == "UseOperatorEmail"
    assert subscription["Properties"] == {
        "Endpoint": {"Ref": "OperatorEmail"},
        "Protocol": "email",
        "TopicArn": {"Ref": "OperatorTopic"},
    }


# -- the template as a text for people


def test_parameters_explain_themselves(template: Template) -> None:
    """An operator reads a refused parameter's message, not our code."""
    for name, parameter in template["Parameters"].items():
        assert {"Description", "Type", "ConstraintDescription"} <= set(parameter), name
        assert {"AllowedPattern", "AllowedValues"} & set(parameter), name


@pytest.mark.parametrize(
    ("parameter", "good", "bad"),
    [
        ("ClientSlug", ["a", "acme", "acme-2", "a" * 40], ["", "-acme", "acme-", "Acme", "acme_2", "a" * 41, "a b"]),
        ("SenderEmail", ["alerts@agency.example"], ["", "alerts", "alerts@agency", "a b@agency.example"]),
        (
            "SmsSenderId",
            ["", "Tocsin", "A1", "12345678901"[:10] + "A"],
            ["123", "Tocsin Alert", "TwelveLetter", "Тривога"],
        ),
        ("OperatorEmail", ["", "desk@agency.example"], ["desk", "desk@"]),
        ("PermissionsBoundary", ["", "arn:aws:iam::123456789012:policy/edge"], ["edge", "arn:aws:iam::1:policy/edge"]),
    ],
)
def test_patterns_take_the_good_and_refuse_the_bad(
    template: Template, parameter: str, good: list[str], bad: list[str]
) -> None:
    """CloudFormation would say so only in the middle of a deployment."""
    pattern = re.compile(template["Parameters"][parameter]["AllowedPattern"])
    assert [value for value in good if not pattern.fullmatch(value)] == []
    assert [value for value in bad if pattern.fullmatch(value)] == []


def test_banners_follow_the_data() -> None:
    """A reader finds a resource by the order in which data flows."""
    banners = re.findall(r"^  # -{20,} ([A-Z]+)$", TEMPLATE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert banners == ["DATA", "QUEUES", "LAYER", "FUNCTIONS", "ALARMS"]


def test_outputs_name_what_the_command_needs(template: Template) -> None:
    """Tests and the `tocsin` command find a stack's parts by its outputs alone."""
    assert set(template["Outputs"]) == {
        "AlertTopicArn", "CasesTableName", "FailuresBucketName", "FetchMentionsName", "MentionsDeadLettersUrl",
        "MentionsQueueUrl", "MentionsTableName", "NotifyName", "OperatorTopicArn", "ScoreMentionsName", "WatchName",
    }  # fmt: skip


def suppressions(template: Template) -> dict[str, str]:
    """Each rule that is off, with the reason written beside it."""
    found: dict[str, str] = {}
    for path in (TEMPLATE, ROOT / ".checkov.yaml"):
        lines = re.findall(
            r"^\s+- ((?:[EWI]S?\d{4}|[EWI]\d{4}|CKV2?_\w+))[ \t]*(?:#[ \t]*(.*))?$",
            Path(path).read_text("utf-8"),
            re.MULTILINE,
        )
        found |= {rule: reason.strip() for rule, reason in lines}
    for resource in template["Resources"].values():
        for skip in resource.get("Metadata", {}).get("checkov", {}).get("skip", []):
            found[skip["id"]] = skip.get("comment", "")
    return found


def test_every_suppression_has_a_reason(template: Template) -> None:
    """A rule that is off for no reason is off for ever."""
    # GIVEN what the tools are really told to ignore
    ignored = set(template["Metadata"]["cfn-lint"]["config"]["ignore_checks"])
    ignored |= set(yaml.safe_load((ROOT / ".checkov.yaml").read_text(encoding="utf-8"))["skip-check"])
    for resource in template["Resources"].values():
        metadata = resource.get("Metadata", {})
        ignored |= set(metadata.get("cfn-lint", {}).get("config", {}).get("ignore_checks", []))
        ignored |= {skip["id"] for skip in metadata.get("checkov", {}).get("skip", [])}
    # WHEN the reasons are read
    reasons = suppressions(template)
    # THEN each rule has one that says something
    assert set(reasons) == ignored
    assert [rule for rule, reason in reasons.items() if len(reason) < 30] == []


def test_the_decision_record_lists_every_suppression(template: Template) -> None:
    """The record is what a reviewer reads: it must neither lack a rule nor keep one that is back on."""
    rows = re.findall(r"^\| (\w+) \| ([^|]+) \| ([^|]+) \|$", ADR.read_text(encoding="utf-8"), flags=re.MULTILINE)
    recorded = {rule: why for rule, _, why in rows if re.search(r"\d", rule)}
    assert set(recorded) == set(suppressions(template))
    assert [rule for rule, why in recorded.items() if len(why.strip()) < 30] == []
