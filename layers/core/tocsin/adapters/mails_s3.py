"""E-mails that SES has received, as it put them into S3."""

import re
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from tocsin.domain.byhand import MAX_MAIL
from tocsin.domain.errors import MailboxError

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

PREFIX = "mail/"


class S3Mails:
    """Needs GetObject below PREFIX alone."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def read(self, message_id: str) -> bytes:
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,200}", message_id):
            raise MailboxError("the message's id is none of SES")
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=PREFIX + message_id)
        except ClientError as error:
            if error.response["Error"]["Code"] in {"NoSuchKey", "404"}:
                raise MailboxError("the message is not there") from None
            raise
        if answer["ContentLength"] > MAX_MAIL:
            raise MailboxError(f"the message is over {MAX_MAIL // 1024 // 1024} MB")
        return answer["Body"].read()
