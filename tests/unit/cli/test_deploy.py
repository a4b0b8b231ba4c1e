"""client deploy: what sam is told, and that the client's file is stored only beside a stack that stands."""

import json
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.support.tables import create_tables
from tocsin.adapters.dynamodb.clients import DynamoClientStore
from tocsin.adapters.dynamodb.plans import DynamoPlanStore
from tocsin.domain.case.review import ChangeKind, PlanChange
from tocsin.domain.playbook_changes import accepted
from tocsin.domain.scenarios import SCENARIOS
from tocsin_cli import client_deploy
from tocsin_cli.agency import Agency
from tocsin_cli.aws import Stack
from tocsin_cli.playbooks import STARTER

ARGUMENTS = ("--yes", "--sender-email", "alerts@agency.example", "--region", "eu-central-1")


@pytest.fixture
def account(monkeypatch):
    """A stack in an account; its status and parameters may be set."""
    told: dict[str, Any] = {"sam": [], "status": "CREATE_COMPLETE", "parameters": {}}
    with mock_aws():
        dynamodb = boto3.client("dynamodb", region_name="eu-central-1")
        _, cases = create_tables(dynamodb, "acme")
        told["store"] = DynamoClientStore(dynamodb, cases)
        told["plans"] = DynamoPlanStore(dynamodb, cases)
        outputs = {"CasesTableName": cases}
        monkeypatch.setattr(client_deploy, "require_account", lambda _: "123456789012")
        monkeypatch.setattr(client_deploy, "_sam", lambda arguments, _: told["sam"].append(arguments))
        monkeypatch.setattr(client_deploy, "runtime_of", lambda _: "python3.12")
        monkeypatch.setattr(
            client_deploy,
            "find_stack",
            lambda *_: Stack("tocsin-acme", told["status"], outputs, told["parameters"]),
        )
        yield told


def test_the_file_is_stored_beside_the_stack(tocsin, client_file, account):
    result = tocsin("client", "deploy", client_file(), *ARGUMENTS)

    assert result.exit_code == 0
    build, deploy = account["sam"]
    assert build[0] == "build"
    assert "--no-confirm-changeset" in deploy
    assert 'ParameterKey=ClientSlug,ParameterValue="acme"' in deploy
    assert 'ParameterKey=SenderEmail,ParameterValue="alerts@agency.example"' in deploy
    assert not any("SmsSenderId" in part or "OperatorEmail" in part for part in deploy), "what is not said is kept"
    assert 'client="acme"' in deploy
    stored = account["store"].load()
    assert stored is not None
    assert stored.client == "acme"


def test_the_playbooks_are_stored_with_the_clients_own_and_what_reviews_changed(tocsin, client_file, account, tmp_path):
    own = tmp_path / "playbooks"
    own.mkdir()
    (own / "rumour.yaml").write_text((STARTER / "rumour.yaml").read_text("utf-8").replace("version: 1", "version: 4"))
    result = tocsin("client", "deploy", client_file(), *ARGUMENTS, "--playbooks", own)
    assert result.exit_code == 0, result.stderr
    stored = account["plans"].library()
    assert stored.of("rumour").cited == "rumour v4"
    assert {one.scenario for one in stored.playbooks} == set(SCENARIOS)
    assert stored.laws

    change = PlanChange(
        id="change-1", kind=ChangeKind.PLAYBOOK, place="playbook.rumour.tasks.proof.within", before="60", after="30"
    )
    account["plans"].save_changes(accepted(stored, account["plans"].changes(), change))
    again = tocsin("client", "deploy", client_file(), *ARGUMENTS, "--playbooks", own)
    assert "in force by a review, and not in the playbook yet: playbook.rumour.tasks.proof.within" in again.output
    assert account["plans"].library().of("rumour").cited == "rumour v5"


def test_a_wrong_playbook_is_named_before_anything_is_built(tocsin, client_file, account, tmp_path):
    own = tmp_path / "playbooks"
    own.mkdir()
    (own / "rumour.yaml").write_text("scenario: rumour\n")
    result = tocsin("client", "deploy", client_file(), *ARGUMENTS, "--playbooks", own)
    assert result.exit_code == 2
    assert "rumour.yaml: version: is required" in result.stderr
    assert account["sam"] == []


def test_a_stack_that_rolled_back_gets_no_file(tocsin, client_file, account):
    account["status"] = "UPDATE_ROLLBACK_COMPLETE"
    result = tocsin("client", "deploy", client_file(), *ARGUMENTS)

    assert result.exit_code == 1
    assert "UPDATE_ROLLBACK_COMPLETE" in result.stderr
    assert account["store"].load() is None


def test_a_later_deploy_keeps_what_the_stack_was_told(tocsin, client_file, account):
    account["parameters"] = {"SenderEmail": "alerts@agency.example", "OperatorEmail": "desk@agency.example"}
    result = tocsin("client", "deploy", client_file(), "--yes")

    assert result.exit_code == 0, result.stderr
    assert not any("SenderEmail" in part for part in account["sam"][1])
    assert "reach nobody" not in result.stdout


@pytest.mark.parametrize("status", ["CREATE_COMPLETE", "REVIEW_IN_PROGRESS"])
def test_a_stack_that_knows_no_sender_needs_one(tocsin, client_file, account, status):
    account["status"] = status
    account["parameters"] = {"SenderEmail": "alerts@agency.example"} if status == "REVIEW_IN_PROGRESS" else {}
    result = tocsin("client", "deploy", client_file(), "--yes")

    assert result.exit_code == 2
    assert "--sender-email" in result.stderr
    assert account["sam"] == []


def test_an_empty_option_takes_a_value_away(tocsin, client_file, account):
    account["parameters"] = {"OperatorEmail": "desk@agency.example"}
    result = tocsin("client", "deploy", client_file(), *ARGUMENTS, "--operator-email", "", "--sms-sender-id", "")

    assert result.exit_code == 0, result.stderr
    assert 'ParameterKey=OperatorEmail,ParameterValue=""' in account["sam"][1]
    assert 'ParameterKey=SmsSenderId,ParameterValue=""' in account["sam"][1]
    assert "the stack's own alarms reach nobody" in result.stdout


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--operator-email", "desk", "operator_email: 'desk' is no e-mail address"),
        ("--sms-sender-id", "12345", "sms_sender_id: '12345' must be 1 to 11 letters and digits"),
    ],
)
def test_a_wrong_setting_is_named_once(tocsin, client_file, account, option, value, said):
    result = tocsin("client", "deploy", client_file(), *ARGUMENTS, option, value)

    assert result.exit_code == 2
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_build_and_deploy_name_the_python_that_builds(tocsin, client_file, account):
    """Protects: where only Python 3.12 exists, sam looked in vain for the template's 3.13."""
    assert tocsin("client", "deploy", client_file(), *ARGUMENTS).exit_code == 0
    for arguments in account["sam"]:
        assert 'ParameterKey=PythonRuntime,ParameterValue="python3.12"' in arguments
        assert not any("Architecture" in part for part in arguments)


KEYED = {"sources": [{"kind": "bluesky"}, {"kind": "youtube", "search": True}]}


def test_a_missing_secret_is_asked_for_before_anything_is_built(tocsin, client_file, account):
    file = client_file(**KEYED)
    result = tocsin("client", "deploy", file, *ARGUMENTS)

    assert result.exit_code == 1
    assert f"tocsin client secret {file} bluesky" in result.stderr
    assert f"tocsin client secret {file} youtube" in result.stderr
    assert account["sam"] == []


def test_each_kind_with_a_secret_gets_its_function(tocsin, client_file, account):
    ssm = boto3.client("ssm", region_name="eu-central-1")
    for kind in ("bluesky", "youtube"):
        ssm.put_parameter(Name=f"/tocsin/acme/{kind}/secret", Value="{}", Type="SecureString")
    result = tocsin("client", "deploy", client_file(**KEYED), *ARGUMENTS)

    assert result.exit_code == 0, result.stderr
    assert 'ParameterKey=KeyedSources,ParameterValue="bluesky,youtube"' in account["sam"][1]
    assert 'ParameterKey=UseIntake,ParameterValue="false"' in account["sam"][1]


def test_a_client_whose_desk_forwards_mail_gets_an_address(tocsin, client_file, account, monkeypatch):
    agency = Agency(inbound_domain="in.agency.example", inbound_rule_set="agency-inbound", tags={})
    monkeypatch.setattr(
        client_deploy, "load_agency", lambda **given: agency.model_copy(update={"sender_email": "a@b.example"})
    )
    for intake, address in (({"desk_senders": ["desk@agency.example"]}, "acme@in.agency.example"), ({}, "")):
        account["sam"].clear()
        result = tocsin("client", "deploy", client_file(intake=intake), *ARGUMENTS)
        assert result.exit_code == 0, result.stderr
        assert f'ParameterKey=InboundAddress,ParameterValue="{address}"' in account["sam"][1]
        assert 'ParameterKey=InboundRuleSet,ParameterValue="agency-inbound"' in account["sam"][1]


def test_an_intake_gets_its_link_key_once(tocsin, client_file, account):
    ssm = boto3.client("ssm", region_name="eu-central-1")
    keys, shown = [], ""
    for _ in range(2):
        result = tocsin("client", "deploy", client_file(intake={}), *ARGUMENTS)
        assert result.exit_code == 0, result.stderr
        shown += result.output
        keys.append(ssm.get_parameter(Name="/tocsin/acme/intake/secret", WithDecryption=True)["Parameter"]["Value"])

    assert keys[0] == keys[1], "a new key would end every link that was given out"
    assert keys[0] not in shown
    assert 'ParameterKey=UseIntake,ParameterValue="true"' in account["sam"][1]
    assert 'ParameterKey=KeyedSources,ParameterValue="none"' in account["sam"][1]


def test_every_client_gets_a_key_for_its_answer_links_once(tocsin, client_file, account):
    ssm = boto3.client("ssm", region_name="eu-central-1")
    keys, shown = [], ""
    for _ in range(2):
        result = tocsin("client", "deploy", client_file(), *ARGUMENTS)
        assert result.exit_code == 0, result.stderr
        shown += result.output
        keys.append(ssm.get_parameter(Name="/tocsin/acme/links/secret", WithDecryption=True)["Parameter"]["Value"])

    assert keys[0] == keys[1], "a new key would end every link that was given out"
    assert len(json.loads(keys[0])["key"]) >= 40
    assert json.loads(keys[0])["key"] not in shown


@pytest.mark.parametrize(("domain", "said"), [("al.example", '"https://acme.al.example"'), ("", '""'), (None, None)])
def test_people_answer_at_the_agencys_own_domain_where_it_has_one(
    tocsin, client_file, account, monkeypatch, domain, said
):
    agency = Agency(answer_domain=domain, sender_email="a@b.example", tags={})
    monkeypatch.setattr(client_deploy, "load_agency", lambda **_: agency)
    assert tocsin("client", "deploy", client_file(), *ARGUMENTS).exit_code == 0
    named = [one for one in account["sam"][1] if "PublicUrl" in one]
    assert named == ([f"ParameterKey=PublicUrl,ParameterValue={said}"] if said else [])


def test_a_domain_that_no_sms_has_room_for_is_refused(tocsin, client_file, account, monkeypatch):
    agency = Agency(answer_domain="a" * 40 + ".example", sender_email="a@b.example", tags={})
    monkeypatch.setattr(client_deploy, "load_agency", lambda **_: agency)
    result = tocsin("client", "deploy", client_file(), *ARGUMENTS)
    assert (result.exit_code, "answer_domain" in result.stderr) == (2, True)


def test_the_clouds_reader_is_let_in_only_where_the_file_asks_for_it(tocsin, client_file, account):
    model = "eu.amazon.nova-micro-v1:0"
    for reader, values in (
        (None, ("own", "", "")),
        ({"kind": "comprehend", "monthly_usd": 10}, ("comprehend", "", "")),
        ({"kind": "bedrock", "monthly_usd": 10, "model": model}, ("bedrock", model, "amazon.nova-micro-v1:0")),
    ):
        account["sam"].clear()
        result = tocsin("client", "deploy", client_file(**({"reader": reader} if reader else {})), *ARGUMENTS)
        assert result.exit_code == 0, result.stderr
        for name, value in zip(("Reader", "ReaderModel", "ReaderFoundationModel"), values, strict=True):
            assert f'ParameterKey={name},ParameterValue="{value}"' in account["sam"][1]


def test_a_model_may_word_drafts_only_where_the_file_asks_for_it(tocsin, client_file, account):
    model = "eu.amazon.nova-lite-v1:0"
    words = {"by": "bedrock", "model": model, "monthly_usd": 5}
    for said, values in ((None, ("", "")), (words, (model, "amazon.nova-lite-v1:0"))):
        account["sam"].clear()
        result = tocsin("client", "deploy", client_file(**({"words": said} if said else {})), *ARGUMENTS)
        assert result.exit_code == 0, result.stderr
        for name, value in zip(("WriterModel", "WriterFoundationModel"), values, strict=True):
            assert f'ParameterKey={name},ParameterValue="{value}"' in account["sam"][1]


def test_sms_may_cost_what_the_file_says_else_what_the_account_may_spend(tocsin, client_file, account):
    # GIVEN an account that may spend $20 on SMS
    boto3.client("sns", region_name="eu-central-1").set_sms_attributes(attributes={"MonthlySpendLimit": "20"})
    for sms, limit in ((None, 20), ({"monthly_usd": 5}, 5)):
        account["sam"].clear()
        # WHEN a client is deployed, with and without a word of it in its file
        result = tocsin("client", "deploy", client_file(**({"sms": sms} if sms else {})), *ARGUMENTS)
        # THEN the stack counts to that
        assert result.exit_code == 0, result.stderr
        assert f'ParameterKey=SmsMonthlyLimit,ParameterValue="{limit}"' in account["sam"][1]
        assert "the account may spend" not in result.output


def test_an_account_that_may_hardly_send_an_sms_is_named_at_once(tocsin, client_file, account):
    boto3.client("sns", region_name="eu-central-1").set_sms_attributes(attributes={"MonthlySpendLimit": "1"})
    result = tocsin("client", "deploy", client_file(sms={"monthly_usd": 50}), *ARGUMENTS)
    assert result.exit_code == 0, result.stderr
    assert "the account may spend $1" in " ".join(result.output.split())


def test_an_account_that_says_nothing_of_sms_keeps_what_the_stack_knows(tocsin, client_file, account):
    result = tocsin("client", "deploy", client_file(), *ARGUMENTS)
    assert result.exit_code == 0, result.stderr
    assert not any("SmsMonthlyLimit" in part for part in account["sam"][1])


def test_who_calls_and_texts_follows_from_the_file(tocsin, client_file, account):
    sms = {"provider": "eum", "origination": "TOCSIN", "voice": "+34910000000"}
    result = tocsin("client", "deploy", client_file(sms=sms), *ARGUMENTS)
    assert result.exit_code == 0, result.stderr
    for name, value in (("SmsProvider", "eum"), ("SmsOrigination", "TOCSIN"), ("VoiceOrigination", "+34910000000")):
        assert f'ParameterKey={name},ParameterValue="{value}"' in account["sam"][1]


def test_the_agencys_topic_is_found_again_whatever_tags_somebody_has_given_it(account, monkeypatch):
    # GIVEN SNS, which refuses to make a topic again with other tags than it has
    made: list[dict[str, Any]] = []

    class Sns:
        def create_topic(self, **asked):
            made.append(asked)
            return {"TopicArn": "arn:aws:sns:eu-central-1:123456789012:tocsin-agency"}

    monkeypatch.setattr(client_deploy, "aws_client", lambda *_: Sns())
    # WHEN a client is deployed THEN it is asked for by its name alone
    assert client_deploy.agency_topic("eu-central-1").endswith(":tocsin-agency")
    assert made == [{"Name": "tocsin-agency"}]
