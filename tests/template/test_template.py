"""Protects what the linters can't know: that data expires or stays, that a failure is heard, that roles stay small."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.template.transform import KEYED, ROOT, TEMPLATE, Template, load, transform
from tocsin.adapters.mails_s3 import PREFIX
from tocsin.domain.drills import MARK
from tocsin.domain.recheck import RULES
from tocsin.domain.source_facts import FACTS

FUNCTIONS = [
    "AnswerAlert", "FetchMentions", "Fetchbluesky", "Fetchx", "Intake", "Notify", "RecordReceipts", "ScoreMentions",
    "SendReport", "Watch",
]  # fmt: skip
KINDS = sorted(kind for kind, facts in FACTS.items() if facts.secret)
PARAMETER = "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter"
ADR = ROOT / "docs" / "adr" / "0003-lint-suppressions.md"


def of_type(template: Template, kind: str) -> dict[str, Any]:
    return {name: made["Properties"] for name, made in template["Resources"].items() if made["Type"] == kind}


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def statements(template: Template) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, role in of_type(template, "AWS::IAM::Role").items():
        for policy in role["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                yield name, statement["Fn::If"][1] if "Fn::If" in statement else statement
    for policy in of_type(template, "AWS::IAM::Policy").values():
        for role in policy["Roles"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                yield role["Ref"], statement


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


def test_complaints_expire(transformed: Template) -> None:
    """Privacy: what a person wrote to us in private is deleted; an incident carries no such attribute."""
    cases = of_type(transformed, "AWS::DynamoDB::Table")["CasesTable"]
    assert cases["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}


def test_evidence_is_private_and_forgets(transformed: Template) -> None:
    """Privacy: raw answers hold people's words and names; they are for mending a parser, for a week."""
    # GIVEN the buckets
    buckets = of_type(transformed, "AWS::S3::Bucket")
    # THEN all that is written to evidence is deleted: answers and mail after a week, screenshots with their mention
    rules = buckets["EvidenceBucket"]["LifecycleConfiguration"]["Rules"]
    assert {rule["Status"] for rule in rules} == {"Enabled"}
    days = {rule["Prefix"]: rule["ExpirationInDays"] for rule in rules if "ExpirationInDays" in rule}
    assert days == {"sources/": 7, "mail/": 7, "byhand/": 90}
    assert [rule["AbortIncompleteMultipartUpload"] for rule in rules if "Prefix" not in rule] == [
        {"DaysAfterInitiation": 1}
    ]
    # AND no bucket is ever public, plain or somebody else's
    for name, bucket in buckets.items():
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}, name
        assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"], name
        policy = of_type(transformed, "AWS::S3::BucketPolicy")[f"{name}Policy"]
        only, *more = policy["PolicyDocument"]["Statement"]
        assert policy["Bucket"] == {"Ref": name}
        assert (only["Effect"], only["Action"], only["Principal"]) == ("Deny", "s3:*", "*")
        assert only["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        # AND the one who may write to it from outside the stack is SES, by this stack's own rule, where mail is taken
        assert [choice["Fn::If"][0] for choice in more] == (["UseInboundMail"] if name == "EvidenceBucket" else [])
        for choice in more:
            mail = choice["Fn::If"][1]
            assert (mail["Action"], mail["Principal"]) == ("s3:PutObject", {"Service": "ses.amazonaws.com"})
            assert mail["Resource"] == {"Fn::Sub": "${EvidenceBucket.Arn}/mail/*"}
            assert set(mail["Condition"]["StringEquals"]) == {"aws:SourceAccount", "aws:SourceArn"}


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
        "AWS::ApiGatewayV2::Api": 1,
        "AWS::ApiGatewayV2::Integration": 2,
        "AWS::ApiGatewayV2::Route": 8,
        "AWS::ApiGatewayV2::Stage": 1,
        "AWS::CloudWatch::Alarm": 6,
        "AWS::DynamoDB::Table": 2,
        "AWS::IAM::Policy": len(KEYED),
        "AWS::IAM::Role": 9 + len(KEYED),
        "AWS::Lambda::EventInvokeConfig": 3 + len(KEYED),
        "AWS::Lambda::EventSourceMapping": 2,
        "AWS::Lambda::Function": 8 + len(KEYED),
        "AWS::Lambda::LayerVersion": 1,
        "AWS::Lambda::Permission": 5,
        "AWS::Logs::LogGroup": 9 + len(KEYED),
        "AWS::SES::ConfigurationSet": 1,
        "AWS::SES::ConfigurationSetEventDestination": 1,
        "AWS::SES::ReceiptRule": 1,
        "AWS::S3::Bucket": 2,
        "AWS::S3::BucketPolicy": 2,
        "AWS::SMSVOICE::ConfigurationSet": 1,
        "AWS::SNS::Subscription": 3,
        "AWS::SNS::Topic": 3,
        "AWS::SNS::TopicPolicy": 1,
        "AWS::SQS::Queue": 2,
        "AWS::Scheduler::Schedule": 3,
    }


def test_what_a_client_does_not_use_is_not_there() -> None:
    """Costs and safety: without secrets and an intake there is no function, role or address for them."""
    # GIVEN a client of open sources only, as the default says
    template = load(("none",))
    assert template["Parameters"]["KeyedSources"]["Default"] == "none"
    assert template["Parameters"]["UseIntake"]["Default"] == "false"
    # WHEN the parts that belong to a condition are listed
    made = {name: resource.get("Condition") for name, resource in transform(template)["Resources"].items()}
    # THEN each part of them has its condition, and nothing else
    assert {name for name, condition in made.items() if condition == "UseKeyedSources"} == {
        "Fetchnone", "FetchnoneEventInvokeConfig", "FetchnoneLogGroup", "FetchnoneRole", "Startnone",
    }  # fmt: skip
    answers = {"IntakeApi", "IntakeApiLogGroup", "IntakeStage"}  # where everybody's people answer
    assert {name for name in made if re.match("Intake", name)} - answers == {
        name for name, condition in made.items() if condition == "UseIntake"
    }
    assert {"Intake", "IntakeIntegration", "IntakeRole"} <= {name for name, on in made.items() if on == "UseIntake"}
    assert {made[name] for name in (*answers, "AnswerAlert", "AnswerAlertRole", "AnswerAlertRoute")} == {None}


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
    logging = dict(of_type(transformed, "AWS::Lambda::Function")[name]["LoggingConfig"])
    group = of_type(transformed, "AWS::Logs::LogGroup")[f"{name}LogGroup"]
    # THEN that is its own group, as JSON, without the platform's chatter
    assert logging.pop("LogGroup") in ({"Ref": f"{name}LogGroup"}, group["LogGroupName"])
    assert logging == {"ApplicationLogLevel": "INFO", "LogFormat": "JSON", "SystemLogLevel": "WARN"}
    # AND the group has a retention and stands right behind its function
    assert group["RetentionInDays"] == {"Ref": "LogRetentionDays"}
    written = re.findall(r"^ +((?:\w|\$\{Kind\})+):$", TEMPLATE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    as_written = "Fetch${Kind}" if name.removeprefix("Fetch") in KEYED else name
    behind = written[written.index(as_written) :]
    assert next(part for part in behind if part.endswith("LogGroup")) == f"{as_written}LogGroup"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_function_is_told_nothing_local(transformed: Template, name: str) -> None:
    """Security: what opens private addresses for the local run can't be set by a deployed stack."""
    variables = of_type(transformed, "AWS::Lambda::Function")[name]["Environment"]["Variables"]
    assert not [key for key in variables if "LOCAL" in key or "ENDPOINT" in key]
    assert {"CLIENT", "POWERTOOLS_SERVICE_NAME"} <= set(variables)


def test_no_endpoint_is_named(transformed: Template) -> None:
    """The same template goes to AWS and to the local AWS: it must not know where either is."""
    written = TEMPLATE.read_text(encoding="utf-8") + json.dumps(transformed)
    # The one beginning of an address is in the pattern of an agency's own, which names no host.
    assert not re.findall(
        r"TOCSIN_LOCAL|AWS_ENDPOINT\w*|https?://(?!\(\?=)[^\s\"]*|localhost|127\.0\.0\.1|amazonaws\.com/\S*", written
    )


# -- permissions


def test_no_managed_policy(transformed: Template) -> None:
    """Least privilege: AWS changes its managed policies, and SAM adds some by itself."""
    roles = of_type(transformed, "AWS::IAM::Role")
    assert [name for name, role in roles.items() if role.get("ManagedPolicyArns")] == []
    assert not of_type(transformed, "AWS::IAM::ManagedPolicy")
    # AND the only policies beside a role's own are the rights to start the functions of keyed kinds
    assert set(of_type(transformed, "AWS::IAM::Policy")) == {f"Start{kind}" for kind in KEYED}


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
            assert len(open_ended) == 1
            assert open_ended[0]["Fn::Sub"].endswith(":identity/*")
        elif statement["Sid"] == "SendSms":  # a phone number has no ARN: all but topics
            assert statement["Action"] == "sns:Publish"
            assert statement["NotResource"] == {"Fn::Sub": "arn:${AWS::Partition}:sns:*:*:*"}
        elif statement["Sid"] == "SendByEndUserMessaging":  # AWS chooses the number, pool or sender
            assert statement["Action"] == ["sms-voice:SendTextMessage", "sms-voice:SendVoiceMessage"]
            kinds = [re.search(r":([a-z-]+)/\*", entry["Fn::Sub"]) for entry in open_ended]
            assert [kind and kind[1] for kind in kinds] == ["phone-number", "pool", "sender-id"]
        elif statement["Sid"] == "KeepFailures":  # objects of one bucket
            assert open_ended == [{"Fn::Sub": "${FailuresBucket.Arn}/*"}]
        elif statement["Sid"] == "ReadMail":  # objects of one folder of one bucket
            assert open_ended == [{"Fn::Sub": "${EvidenceBucket.Arn}/mail/*"}]
        elif statement["Sid"] == "KeepEvidence":  # objects of one folder of one bucket, to write only
            assert statement["Action"] == "s3:PutObject"
            assert open_ended == [{"Fn::Sub": "${EvidenceBucket.Arn}/sources/*"}]
        elif statement["Sid"] == "AskComprehend":  # the service knows no resources for it
            assert (statement["Action"], open_ended) == ("comprehend:BatchDetectSentiment", ["*"])
        elif statement["Sid"] in {"AskModelThroughItsProfile", "AskWriterThroughItsProfile"}:
            # one model, where one profile lets it run
            of = "Reader" if statement["Sid"] == "AskModelThroughItsProfile" else "Writer"
            assert open_ended == [
                {"Fn::Sub": f"arn:${{AWS::Partition}}:bedrock:*::foundation-model/${{{of}FoundationModel}}"}
            ]
            assert set(statement["Condition"]["StringEquals"]) == {"bedrock:InferenceProfileArn"}
        else:
            assert open_ended == [], (name, statement)
            assert "NotResource" not in statement, (name, statement)


def test_only_a_client_who_pays_for_the_clouds_reader_may_ask_it() -> None:
    """Privacy and costs: by default no text leaves the stack, and no role could send one."""
    template = load()
    # GIVEN the default
    assert template["Parameters"]["Reader"]["Default"] == "own"
    assert template["Parameters"]["WriterModel"]["Default"] == ""
    # WHEN whoever may ask another's model is looked for
    asking = {
        (name, choice["Fn::If"][0], choice["Fn::If"][1]["Sid"])
        for name, role in of_type(template, "AWS::IAM::Role").items()
        for choice in role["Policies"][0]["PolicyDocument"]["Statement"]
        if re.search(r"comprehend:|bedrock:|BUDGET#(reader|writer)", json.dumps(choice))
        and "KeepCursors" not in json.dumps(choice)
    }
    # THEN it is the scoring function, and of drafts the pages' function, each right behind its condition
    assert asking == {
        ("AnswerAlertRole", "UseWriter", "KeepWriterBudget"),
        ("AnswerAlertRole", "UseWriter", "AskWriter"),
        ("AnswerAlertRole", "UseWriterProfile", "AskWriterThroughItsProfile"),
        ("ScoreMentionsRole", "UseCloudReader", "KeepReaderBudget"),
        ("ScoreMentionsRole", "UseComprehend", "AskComprehend"),
        ("ScoreMentionsRole", "UseBedrock", "AskModel"),
        ("ScoreMentionsRole", "UseBedrockProfile", "AskModelThroughItsProfile"),
    }
    # AND the conditions are what their names say
    conditions = {name: json.dumps(template["Conditions"][name]) for name in ("UseComprehend", "UseBedrock")}
    for name, kind in (("UseComprehend", '"comprehend"'), ("UseBedrock", '"bedrock"')):
        assert conditions[name].startswith('{"Fn::Equals": [')
        assert '{"Ref": "Reader"}' in conditions[name]
        assert kind in conditions[name]
    assert json.dumps(template["Conditions"]["UseCloudReader"]).startswith('{"Fn::Not": [{"Fn::Equals": [')


def test_only_those_who_alert_can_send(transformed: Template) -> None:
    """A stolen fetcher, which reads hostile text, must not be able to mail anybody."""
    senders = {
        name
        for name, statement in statements(transformed)
        for a in as_list(statement["Action"])
        if a.startswith(("ses:", "sns:", "sms-voice:")) and statement["Sid"] != "TellTheOperator"
    }
    assert senders == {"NotifyRole", "SendReportRole", "WatchRole"}
    # AND the agency's own operator may be told by who sends, and by who learns what did not arrive
    telling = {name for name, statement in statements(transformed) if statement["Sid"] == "TellTheOperator"}
    assert telling == {"NotifyRole", "RecordReceiptsRole", "WatchRole"}


def test_sms_go_by_one_provider_only(template: Template) -> None:
    """Least privilege: who sends by End User Messaging needs no right to text the world by SNS, nor the other way."""
    for role in ("NotifyRole", "WatchRole"):
        [policy] = template["Resources"][role]["Properties"]["Policies"]
        choices = {
            choice["Fn::If"][1]["Sid"]: (choice["Fn::If"][0], choice["Fn::If"][2])
            for choice in policy["PolicyDocument"]["Statement"]
            if "Fn::If" in choice and choice["Fn::If"][1]["Sid"] != "AskTheAgency"
        }
        nothing = {"Ref": "AWS::NoValue"}
        assert choices == {"SendSms": ("UseSns", nothing), "SendByEndUserMessaging": ("UseEum", nothing)}, role
    assert template["Conditions"]["UseSns"] == {"Fn::Not": [{"Condition": "UseEum"}]}
    assert template["Resources"]["SmsConfigurationSet"]["Condition"] == "UseEum"


def test_receipts_come_from_aws_own_senders_alone(transformed: Template) -> None:
    """Whoever could publish a receipt could say that a page was lost, or that it arrived."""
    # GIVEN the receipts' topic and its policy
    policy = of_type(transformed, "AWS::SNS::TopicPolicy")["ReceiptsTopicPolicy"]
    assert policy["Topics"] == [{"Ref": "ReceiptsTopic"}]
    ses, choice = policy["PolicyDocument"]["Statement"]
    condition, eum, _ = choice["Fn::If"]
    # THEN SES may publish by this stack's own set of mails, and End User Messaging of this account where it is used
    assert (ses["Principal"], ses["Action"]) == ({"Service": "ses.amazonaws.com"}, "sns:Publish")
    assert set(ses["Condition"]["StringEquals"]) == {"aws:SourceAccount", "aws:SourceArn"}
    assert ses["Condition"]["StringEquals"]["aws:SourceArn"]["Fn::Sub"].endswith(
        ":configuration-set/${MailConfigurationSet}"
    )
    assert (condition, eum["Principal"]) == ("UseEum", {"Service": "sms-voice.amazonaws.com"})
    assert eum["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    # AND all that is told of a mail leads there
    events = of_type(transformed, "AWS::SES::ConfigurationSetEventDestination")["MailEvents"]
    assert events["EventDestination"]["MatchingEventTypes"] == ["bounce", "complaint", "delivery", "reject"]
    assert events["EventDestination"]["SnsDestination"] == {"TopicARN": {"Ref": "ReceiptsTopic"}}
    [destination] = of_type(transformed, "AWS::SMSVOICE::ConfigurationSet")["SmsConfigurationSet"]["EventDestinations"]
    assert destination["SnsDestination"] == {"TopicArn": {"Ref": "ReceiptsTopic"}}
    # AND it starts the one function that reads it
    subscribed = [
        one for name, one in of_type(transformed, "AWS::SNS::Subscription").items()
        if one["Protocol"] == "lambda" and name != "AgencySubscription"
    ]  # fmt: skip
    assert [(one["TopicArn"], one["Endpoint"]) for one in subscribed] == [
        ({"Ref": "ReceiptsTopic"}, {"Fn::GetAtt": ["RecordReceipts", "Arn"]})
    ]


def test_between_stacks_only_the_agency_s_topic_passes_and_only_watch_speaks(transformed: Template) -> None:
    """What burns at one client is none of another's business: one narrow word may pass, by a topic that is the
    account's own, and a stack without one neither speaks nor hears."""
    resources, topic = transformed["Resources"], {"Ref": "AgencyTopicArn"}
    speaking = [
        (role, statement["Action"]) for role, statement in statements(transformed) if statement.get("Resource") == topic
    ]  # fmt: skip
    assert speaking == [("WatchRole", "sns:Publish")]
    for name in ("AgencySubscription", "AgencyPermission"):
        assert resources[name]["Condition"] == "UseAgencyTopic"
    subscription, permission = (resources[f"Agency{name}"]["Properties"] for name in ("Subscription", "Permission"))
    assert (subscription["TopicArn"], subscription["Endpoint"]) == (topic, {"Fn::GetAtt": ["Notify", "Arn"]})
    assert (permission["Principal"], permission["SourceArn"]) == ("sns.amazonaws.com", topic)
    assert transformed["Parameters"]["AgencyTopicArn"]["Default"] == ""


def test_what_records_receipts_reaches_incidents_alone(transformed: Template) -> None:
    """It reads what mail servers and carriers say: no complaint, no mention, no control is in its reach."""
    reached = {
        key
        for role, statement in statements(transformed)
        if role == "RecordReceiptsRole" and "dynamodb" in json.dumps(statement["Action"])
        for key in statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
    }
    assert reached == {"CLIENT", "INCIDENT#*"}


def test_what_counts_sms_reaches_no_other_budget(transformed: Template) -> None:
    for role, statement in statements(transformed):
        if statement["Sid"] == "CountSms":
            assert role in {"NotifyRole", "WatchRole"}
            assert statement["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["BUDGET#sms*"]}}


# -- events


@pytest.mark.parametrize("kind", KINDS)
def test_each_secret_is_read_by_one_role(kind: str) -> None:
    """A connector reads hostile text: whoever takes one over must not get another's paid key."""
    # GIVEN the stack of a client who uses every kind that has a secret
    everything = transform(load(tuple(KINDS)))
    granted = [
        (role, action, entry["Fn::Sub"].removeprefix(PARAMETER))
        for role, statement in statements(everything)
        for action in as_list(statement["Action"])
        if action.startswith("ssm:")
        for entry in as_list(statement["Resource"])
    ]
    # WHEN those who may touch this kind's parameters are looked for
    own = {one for one in granted if f"/{kind}/" in one[2]}
    # THEN it is its own role, which reads the secret, keeps its session, and can neither write the secret nor list any
    assert own == {
        (f"Fetch{kind}Role", "ssm:GetParameter", f"/tocsin/${{ClientSlug}}/{kind}/secret"),
        (f"Fetch{kind}Role", "ssm:GetParameter", f"/tocsin/${{ClientSlug}}/{kind}/session"),
        (f"Fetch{kind}Role", "ssm:PutParameter", f"/tocsin/${{ClientSlug}}/{kind}/session"),
    }
    assert {one for one in granted if one[0] == f"Fetch{kind}Role"} == own
    # AND no function but its own runs under it, for this kind alone
    functions = of_type(everything, "AWS::Lambda::Function")
    under = [name for name, made in functions.items() if made["Role"] == {"Fn::GetAtt": [f"Fetch{kind}Role", "Arn"]}]
    assert under == [f"Fetch{kind}"]
    assert functions[f"Fetch{kind}"]["Environment"]["Variables"]["SOURCE_KIND"] == kind


def test_fetching_starts_the_functions_of_its_own_stack_only(transformed: Template) -> None:
    """A pattern of names would reach the stack of a client whose name begins alike."""
    started = [
        (role, statement["Resource"])
        for role, statement in statements(transformed)
        if statement["Action"] == "lambda:InvokeFunction" and role != "ScheduleRole"
    ]
    assert started == [("FetchMentionsRole", {"Fn::GetAtt": [f"Fetch{kind}", "Arn"]}) for kind in KEYED]


def test_keyed_sources_allow_exactly_the_kinds_with_a_secret(template: Template) -> None:
    """A kind that the parameter does not know could never be deployed."""
    pattern = template["Parameters"]["KeyedSources"]["AllowedPattern"]
    assert sorted(re.findall(r"[a-z0-9]+", pattern.split(")")[0])) == sorted([*KINDS, "none"])


def test_keyed_functions_run_the_same_code_without_a_schedule(transformed: Template) -> None:
    """Two ways of fetching would drift apart; and a schedule of its own would cost each kind a run a minute."""
    functions = of_type(transformed, "AWS::Lambda::Function")
    main = functions["FetchMentions"]
    for kind in KEYED:
        keyed = functions[f"Fetch{kind}"]
        assert {key: keyed[key] for key in ("Layers", "Runtime", "Timeout", "MemorySize", "Architectures")} == {
            key: main[key] for key in ("Layers", "Runtime", "Timeout", "MemorySize", "Architectures")
        }
        assert keyed["Code"] == {"ZipFile": "from tocsin.entry.fetching import handler"}
        assert set(keyed["Environment"]["Variables"]) == set(main["Environment"]["Variables"])
    source = (ROOT / "functions/fetch_mentions/app.py").read_text(encoding="utf-8")
    assert "from tocsin.entry.fetching import handler" in source


def test_the_public_address_is_throttled_and_keeps_no_visitor(transformed: Template) -> None:
    """Costs and privacy: a flood is refused before it costs a run; a log names neither people nor private links."""
    # GIVEN the one API and its stage
    (stage,) = of_type(transformed, "AWS::ApiGatewayV2::Stage").values()
    # THEN the stage refuses what no form ever sends
    assert stage["DefaultRouteSettings"] == {"ThrottlingBurstLimit": 20, "ThrottlingRateLimit": 10}
    # AND answers have a limit of their own: a flood of complaints keeps nobody from answering an alert
    own = {"ThrottlingBurstLimit": 40, "ThrottlingRateLimit": 20}
    assert stage["RouteSettings"] == {"GET /a/{code}": own, "POST /a/{code}": own}
    assert set(transformed["Resources"]["IntakeStage"]["DependsOn"]) == {"AnswerAlertPageRoute", "AnswerAlertRoute"}
    # AND its log has the route, and neither the path, which holds a token, nor who came
    fields = set(re.findall(r"\$context\.([\w.]+)", stage["AccessLogSettings"]["Format"]))
    assert "routeKey" in fields
    assert not [field for field in fields if "path" in field.lower() or field.startswith("identity")]
    json.loads(stage["AccessLogSettings"]["Format"])
    # AND only the routes that are meant lead in, each to its own function
    routes = of_type(transformed, "AWS::ApiGatewayV2::Route").values()
    assert {(route["RouteKey"], route["Target"]["Fn::Sub"]) for route in routes} == {
        *((f"{method} /a/{{code}}", "integrations/${AnswerAlertIntegration}") for method in ("GET", "POST")),
        *(
            (key, "integrations/${IntakeIntegration}")
            for key in (
                "GET /c",
                "POST /c",
                "GET /c/embed",
                "GET /c/t/{token}",
                "POST /c/t/{token}",
                "POST /hooks/{name}",
            )
        ),
    }
    integrations = of_type(transformed, "AWS::ApiGatewayV2::Integration")
    assert {name: made["IntegrationUri"] for name, made in integrations.items()} == {
        f"{name}Integration": {"Fn::GetAtt": [name, "Arn"]} for name in ("AnswerAlert", "Intake")
    }


def test_whoever_answers_an_alert_reaches_no_complaint_and_nothing_that_the_desk_has_set(transformed: Template) -> None:
    """Least privilege: its address is public; with a stolen link one case can be answered, and no more."""
    reached = {
        (action, key)
        for role, statement in statements(transformed)
        if role == "AnswerAlertRole" and "dynamodb" in json.dumps(statement["Action"])
        for action in as_list(statement["Action"])
        for condition in statement.get("Condition", {"": {"": ["index"]}}).values()
        for key in next(iter(condition.values()))
    }
    assert {key for action, key in reached if action == "dynamodb:GetItem"} == {
        "CLIENT", "PLAN", "READY", "DRILL", "BRAND#*", "INCIDENT#*", "LINK#*",
    }  # fmt: skip
    assert {key for action, key in reached if action == "dynamodb:PutItem"} == {"BRAND#*", "INCIDENT#*", "LINK#*"}
    assert {key for action, key in reached if action == "dynamodb:UpdateItem"} == {
        "BUCKET#*", "BUDGET#writer-*",
    }  # fmt: skip
    assert {key for action, key in reached if action == "dynamodb:Query"} == {
        "BRAND#*", "COUNTS#*", "INCIDENT#*", "STORIES#*", "index",
    }  # fmt: skip
    secrets = [
        statement["Resource"] for role, statement in statements(transformed)
        if role == "AnswerAlertRole" and statement["Action"] == "ssm:GetParameter"
    ]  # fmt: skip
    assert secrets == [{"Fn::Sub": f"{PARAMETER}/tocsin/${{ClientSlug}}/links/secret"}]


def test_only_watch_deletes_anything_of_a_table_and_only_what_a_drill_has_left(transformed: Template) -> None:
    deleting = [
        (role, statement) for role, statement in statements(transformed)
        if {"dynamodb:DeleteItem", "dynamodb:*", "dynamodb:BatchWriteItem"} & set(as_list(statement["Action"]))
    ]  # fmt: skip
    assert [role for role, _ in deleting] == ["WatchRole"]
    keys = deleting[0][1]["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
    assert all(key.rpartition("#")[2] == f"{MARK}*" for key in keys)


def test_who_reads_strangers_words_reaches_no_complaint(template: Template) -> None:
    """Privacy: complaints lie in the cases table; the functions that parse what strangers send need none of them."""
    unrolled = [name for name in template["Resources"] if re.fullmatch(r"(Fetch\w+|ScoreMentions|Notify)Role", name)]
    assert len(unrolled) == 5
    for name in unrolled:
        [policy] = template["Resources"][name]["Properties"]["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]:
            if statement.get("Resource") == {"Fn::GetAtt": ["CasesTable", "Arn"]}:
                keys = statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
                assert not {key for key in keys if key.startswith(("COMPLAINT", "FORM", "*"))}, name


OPEN_KINDS = sorted(kind for kind, again in RULES.items() if not again.keyed)


@pytest.mark.parametrize("role", ["FetchMentionsRole", "FetchxRole"])
def test_a_fetching_role_finds_and_erases_its_own_kinds_alone(transformed: Template, role: str) -> None:
    """A connector taken over by what it reads must not erase, or overwrite, what other sources said; and it reads no
    mention at all, of its own kind neither."""
    [policy] = transformed["Resources"][role]["Properties"]["Policies"]
    kinds = OPEN_KINDS if role == "FetchMentionsRole" else ["x"]
    statements = {one["Sid"]: one for one in policy["PolicyDocument"]["Statement"]}
    find, erase = statements["FindWhatIsKept"], statements["EraseWhatIsGone"]
    assert find["Action"] == "dynamodb:Query"
    assert json.dumps(find["Resource"]).endswith('/index/by_check"}')
    assert erase["Action"] == "dynamodb:PutItem"
    for statement, start in ((find, "CHECK"), (erase, "MENTION")):
        keys = statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
        assert sorted(keys) == [f"{start}#{kind}#*" for kind in kinds]
    # AND no other statement reaches a mention
    others = json.dumps([one for sid, one in statements.items() if sid != "EraseWhatIsGone"])
    assert "MENTION#" not in others


def test_the_index_by_check_shows_ids_and_no_words(transformed: Template) -> None:
    indexes = transformed["Resources"]["MentionsTable"]["Properties"]["GlobalSecondaryIndexes"]
    [index] = [one for one in indexes if one["IndexName"] == "by_check"]
    assert index["Projection"] == {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["mention_id"]}


def test_mail_comes_only_from_ses_by_our_rule(transformed: Template) -> None:
    """Anybody's rule in any account could otherwise lay mail into the bucket or start the function."""
    resources = transformed["Resources"]
    assert {name for name, made in resources.items() if made.get("Condition") == "UseInboundMail"} == {
        "InboundPermission", "InboundRule",
    }  # fmt: skip
    permission = resources["InboundPermission"]["Properties"]
    assert permission["Principal"] == "ses.amazonaws.com"
    assert permission["SourceAccount"] == {"Ref": "AWS::AccountId"}
    assert permission["SourceArn"]["Fn::Sub"].endswith("${InboundRuleSet}:receipt-rule/${AWS::StackName}-inbound")
    rule = resources["InboundRule"]["Properties"]["Rule"]
    assert rule["Recipients"] == [{"Ref": "InboundAddress"}]
    assert [set(action) for action in rule["Actions"]] == [{"S3Action"}, {"LambdaAction"}], "first kept, then told"
    assert rule["Actions"][0]["S3Action"]["ObjectKeyPrefix"] == PREFIX


def test_strangers_reach_no_incident_and_no_mention(transformed: Template) -> None:
    """Least privilege: the intake is the one function that anybody can call."""
    for role, statement in statements(transformed):
        if role == "IntakeRole" and "dynamodb" in json.dumps(statement["Action"]):
            ((_, condition),) = statement["Condition"].items()
            ((key, allowed),) = condition.items()
            assert key == "dynamodb:LeadingKeys"
            assert set(allowed) <= {"CLIENT", "COMPLAINT#*", "FORM#*", "BUCKET#*", "HOOK#*"}


def test_schedules_neither_pile_up_nor_collide(transformed: Template) -> None:
    """A run that is late is worth nothing, and SAM's own name for a schedule is the same in each stack."""
    # GIVEN the schedules of every minute
    schedules = of_type(transformed, "AWS::Scheduler::Schedule")
    morning = schedules.pop("SendReportEveryMorning")
    # THEN each runs on the minute, isn't repeated, and carries the stack's name
    for name, schedule in schedules.items():
        assert schedule["ScheduleExpression"] == "rate(1 minute)", name
        assert schedule["FlexibleTimeWindow"] == {"Mode": "OFF"}, name
        assert schedule["Target"]["RetryPolicy"] == {"MaximumEventAgeInSeconds": 60, "MaximumRetryAttempts": 0}, name
        assert schedule["Name"]["Fn::Sub"].startswith("${AWS::StackName}-"), name
    # AND Lambda doesn't repeat it either
    invoked = of_type(transformed, "AWS::Lambda::EventInvokeConfig").values()
    assert {config["FunctionName"]["Ref"] for config in invoked} == {
        "FetchMentions", "SendReport", "Watch", *(f"Fetch{kind}" for kind in KEYED)
    }  # fmt: skip
    once = [config for config in invoked if config["FunctionName"]["Ref"] != "SendReport"]
    assert all(config["MaximumRetryAttempts"] == 0 and config["MaximumEventAgeInSeconds"] == 60 for config in once)
    # AND the morning's, which comes once a day by the client's clock, is tried again within the hour
    assert morning["ScheduleExpression"] == "cron(0 8 * * ? *)"
    assert morning["ScheduleExpressionTimezone"] == {"Ref": "ReportTimezone"}
    assert morning["Name"]["Fn::Sub"].startswith("${AWS::StackName}-")
    [again] = [config for config in invoked if config["FunctionName"]["Ref"] == "SendReport"]
    assert (again["MaximumRetryAttempts"], again["MaximumEventAgeInSeconds"]) == (2, 3600)


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
    # AND beside them one for a client who pays for a reader: it says once that the money is gone
    assert transformed["Resources"]["ReaderBudgetAlarm"]["Condition"] == "UseCloudReader"
    paid = alarms.pop("ReaderBudgetAlarm")
    assert paid["AlarmActions"] == [{"Ref": "OperatorTopic"}]
    assert "OKActions" not in paid
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
        ("SmsOrigination", ["", "TOCSIN", "+34910000000", "pool-0123456789abcdef"], [" ", "a b", "*", "/x"]),
        ("VoiceOrigination", ["", "+34910000000", "phone-0123456789abcdef"], ["+34 910", "*"]),
        ("SmsMonthlyLimit", ["1", "50", "999999"], ["", "0", "-1", "1.5", "1000000"]),
        ("KeyedSources", ["none", "x", "bluesky,x"], ["", "x,", ",x", "rss", "x y", "bluesky, x", "X"]),
        (
            "PublicUrl",
            ["", "https://t.agency.example"],
            [
                "t.agency.example",
                "http://t.agency.example",
                "https://t.agency.example/",
                "https://localhost",
                "https://a@b.example",
                "https://" + "a" * 40 + ".example",
            ],
        ),
        ("InboundAddress", ["", "acme@in.agency.example"], ["acme", "acme@", "a b@in.agency.example"]),
        ("InboundRuleSet", ["none", "agency-inbound"], ["", "-a", "a b"]),
        ("OperatorEmail", ["", "desk@agency.example"], ["desk", "desk@"]),
        (
            "ReaderModel",
            ["", "eu.amazon.nova-micro-v1:0", "amazon.nova-micro-v1:0"],
            ["*", "eu.*", "nova", "eu/amazon.nova"],
        ),
        ("ReaderFoundationModel", ["", "amazon.nova-micro-v1:0"], ["*", "amazon.*", "nova"]),
        ("WriterModel", ["", "eu.amazon.nova-lite-v1:0", "amazon.nova-lite-v1:0"], ["*", "eu.*", "nova"]),
        ("WriterFoundationModel", ["", "amazon.nova-lite-v1:0"], ["*", "amazon.*", "nova"]),
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
    assert banners == ["DATA", "QUEUES", "LAYER", "FUNCTIONS", "API", "ALARMS"]


def test_outputs_name_what_the_command_needs(template: Template) -> None:
    """Tests and the `tocsin` command find a stack's parts by its outputs alone."""
    assert set(template["Outputs"]) == {
        "AlertTopicArn", "AnswerAlertName", "CasesTableName", "EvidenceBucketName", "FailuresBucketName",
        "FetchMentionsName", "IntakeName", "IntakeUrl", "MentionsDeadLettersUrl", "MentionsQueueUrl",
        "MentionsTableName", "NotifyName", "OperatorTopicArn", "PublicAddress", "ReceiptsTopicArn",
        "RecordReceiptsName", "ScoreMentionsName", "SendReportName", "WatchName",
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


def test_no_function_that_reads_strangers_text_can_arm_or_silence_the_alarm(transformed: Template) -> None:
    """Safety: what the desk has set is one item, and a taken-over reader of mentions must not switch the alarm off."""
    for name, statement in statements(transformed):
        if statement.get("Resource") != {"Fn::GetAtt": ["CasesTable", "Arn"]} or name == "WatchRole":
            continue
        if not {"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"} & set(as_list(statement["Action"])):
            continue
        [[keys]] = [list(condition.values()) for condition in statement["Condition"].values()]
        assert not {"CONTROLS", "CLIENT", "*"} & set(keys), (name, statement["Sid"])
