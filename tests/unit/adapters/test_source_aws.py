"""Protects: evidence without secrets, secrets without words about them, and a start that never stops the others."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from moto import mock_aws

from tests.support.samples import NOON, mention
from tocsin.adapters.channels.operator_sns import SnsOperatorChannel
from tocsin.adapters.dispatch_lambda import LambdaDispatcher
from tocsin.adapters.evidence_s3 import S3EvidenceStore
from tocsin.adapters.queue_sqs import SqsMentionQueue
from tocsin.adapters.secrets_ssm import SsmSecrets
from tocsin.domain.errors import DeliveryError, FetchError, SecretError, Trouble
from tocsin.domain.mention import Mention
from tocsin.domain.source_state import Evidence

REGION: Literal["eu-central-1"] = "eu-central-1"


def refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "token s3cr3t"}}, "Do")


class Fake:
    """A client of AWS that answers or raises, and notes what it was asked."""

    def __init__(self, answer: Any = None) -> None:
        self.answer, self.asked = answer, list[dict[str, Any]]()

    def __getattr__(self, name: str) -> Any:
        def call(**asked: Any) -> Any:
            self.asked.append(asked)
            if isinstance(self.answer, Exception):
                raise self.answer
            return self.answer or {}

        return call


# ------------------------------------------------------------------------------------------------------------- evidence


@pytest.fixture
def evidence() -> Any:
    with mock_aws():
        s3 = boto3.client("s3", region_name=REGION)
        s3.create_bucket(Bucket="kept", CreateBucketConfiguration={"LocationConstraint": REGION})
        yield S3EvidenceStore(s3, "kept")


def test_evidence_comes_back_as_it_was_without_the_query(evidence: S3EvidenceStore) -> None:
    said = Evidence(
        url="https://user:pw@api.example/v1/поиск?key=s3cr3t#x", body=b"\x00{}\xff" * 99, content_type="a/b"
    )
    key = evidence.keep("rss-1", NOON, said)
    assert key.startswith("sources/rss-1/20260302T120000Z-")

    found = evidence.read(key)
    assert (found.body, found.content_type) == (said.body, "a/b")
    assert found.url == "https://api.example/v1/поиск"


def test_evidence_is_listed_by_source_and_time(evidence: S3EvidenceStore) -> None:
    for hour in (3, 1, 2):
        evidence.keep("rss-1", NOON + timedelta(hours=hour), Evidence(url="", body=b"%d" % hour))
    evidence.keep("rss-10", NOON, Evidence(url="", body=b"other"))
    evidence.keep("rss-1", NOON, Evidence(url="http://[", body=b"0"))
    evidence.keep("rss-1", NOON, Evidence(url="", body=b"0"))  # the same bytes once more

    found = list(evidence.of("rss-1"))
    assert [kept.at.hour for kept in found] == [12, 13, 14, 15]
    assert [kept.at.hour for kept in evidence.of("rss-1", NOON + timedelta(hours=2))] == [14, 15]


# -------------------------------------------------------------------------------------------------------------- secrets


def test_a_secret_is_read_once_and_a_session_is_kept() -> None:
    with mock_aws():
        ssm = boto3.client("ssm", region_name=REGION)
        fields = {"identifier": "a", "password": "b"}
        ssm.put_parameter(Name="/tocsin/acme/bluesky/secret", Value=json.dumps(fields), Type="SecureString")
        secrets = SsmSecrets(ssm, "/tocsin/acme")

        assert secrets.secret("bluesky") == fields
        assert secrets.session("bluesky") == {}
        secrets.keep_session("bluesky", {"access": "t"})
        assert SsmSecrets(ssm, "/tocsin/acme").session("bluesky") == {"access": "t"}
        assert ssm.get_parameter(Name="/tocsin/acme/bluesky/session")["Parameter"]["Type"] == "SecureString"
        with pytest.raises(SecretError, match="/tocsin/acme/x/secret is not there"):
            secrets.secret("x")


@pytest.mark.parametrize(
    "answer",
    [
        refusal("AccessDeniedException"),
        EndpointConnectionError(endpoint_url="https://s3cr3t.example"),
        {"Parameter": {"Value": "s3cr3t"}},
        {"Parameter": {"Value": '["s3cr3t"]'}},
        {"Parameter": {"Value": '{"a": {"s3cr3t": 1}}'}},
        {"Parameter": {}},
    ],
)
def test_no_error_shows_what_a_parameter_holds(answer: Any) -> None:
    with pytest.raises(SecretError) as raised:
        SsmSecrets(Fake(answer), "/p").secret("x")  # type: ignore[arg-type]
    assert "s3cr3t" not in str(raised.value)
    assert raised.value.__cause__ is None
    assert SsmSecrets(Fake(answer), "/p").session("x") == {}  # type: ignore[arg-type]


def test_a_session_too_long_to_keep_is_an_error_in_words() -> None:
    with pytest.raises(SecretError, match="longer than a parameter may be"):
        SsmSecrets(Fake(), "/p").keep_session("x", {"a": "y" * 5_000})  # type: ignore[arg-type]


# --------------------------------------------------------------------------------------------------------- the function


def test_a_function_is_started_without_waiting_for_it() -> None:
    aws = Fake()
    LambdaDispatcher(aws, "tocsin-acme-fetch-").start("x")  # type: ignore[arg-type]
    assert aws.asked == [{"FunctionName": "tocsin-acme-fetch-x", "InvocationType": "Event", "Payload": b"{}"}]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (refusal("ResourceNotFoundException"), "deploy the client again"),
        (refusal("TooManyRequestsException"), "cannot be started"),
        (EndpointConnectionError(endpoint_url="https://a.example"), "cannot be started"),
    ],
)
def test_a_function_that_does_not_start_is_a_failure_with_a_reason(error: Exception, said: str) -> None:
    with pytest.raises(FetchError, match=said) as raised:
        LambdaDispatcher(Fake(error), "p-").start("x")  # type: ignore[arg-type]
    assert raised.value.trouble is Trouble.INTERNAL


# ------------------------------------------------------------------------------------------------------------- operator


def test_the_operator_gets_a_subject_that_sns_takes() -> None:
    aws = Fake()
    SnsOperatorChannel(aws, "arn:topic").tell("Tocsin Пекарня «Аврора»\n: " + "x" * 200, "one\n\ntwo\x1b[31m")  # type: ignore[arg-type]
    [asked] = aws.asked
    assert len(asked["Subject"]) < 100
    assert asked["Subject"].isascii()
    assert asked["Message"] == "one\n\ntwo[31m"


def test_what_sns_refuses_is_a_delivery_error() -> None:
    with pytest.raises(DeliveryError):
        SnsOperatorChannel(Fake(refusal("InternalError")), "arn:topic").tell("a", "b")  # type: ignore[arg-type]


# ---------------------------------------------------------------------------------------------------------------- queue


def test_history_is_said_beside_the_mention_and_breaks_no_reader() -> None:
    aws = Fake()
    SqsMentionQueue(aws, "url").send([mention(1)], history=True)  # type: ignore[arg-type]
    SqsMentionQueue(aws, "url").send([mention(2)])  # type: ignore[arg-type]
    past, present = (asked["Entries"][0]["MessageBody"] for asked in aws.asked)
    assert json.loads(past)["history"] is True
    assert "history" not in json.loads(present)
    assert Mention.model_validate_json(past, extra="ignore") == mention(1)


def test_a_clock_of_another_zone_names_the_same_moment(evidence: S3EvidenceStore) -> None:
    kyiv = datetime.fromisoformat("2026-03-02T14:00:00+02:00")
    assert "20260302T120000Z" in evidence.keep("a", kyiv, Evidence(url="", body=b""))
    assert next(evidence.of("a")).at == NOON.astimezone(UTC)
