"""Protects: a forwarded mail is read from where SES put it, and from nowhere else."""

import boto3
import pytest
from moto import mock_aws

from tocsin.adapters import mails_s3
from tocsin.adapters.mails_s3 import S3Mails
from tocsin.domain.errors import MailboxError


def test_a_mail_is_read_by_its_id(monkeypatch: pytest.MonkeyPatch) -> None:
    with mock_aws():
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket="inbound", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        s3.put_object(Bucket="inbound", Key="mail/m1", Body=b"From: a@b.example")
        s3.put_object(Bucket="inbound", Key="secret", Body=b"not a mail")
        box = S3Mails(s3, "inbound")
        assert box.read("m1") == b"From: a@b.example"
        for message_id in ("m2", "../secret", "", "m1\n"):
            with pytest.raises(MailboxError):
                box.read(message_id)
        with pytest.raises(s3.exceptions.NoSuchBucket):
            S3Mails(s3, "nowhere").read("m1")
        monkeypatch.setattr(mails_s3, "MAX_MAIL", 5)
        with pytest.raises(MailboxError, match="over"):
            box.read("m1")
