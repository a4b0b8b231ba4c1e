"""What sources answered, as fetched, for a short time: the bucket forgets by itself."""

import gzip
import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, unquote, urlsplit

from tocsin.domain.source_state import Evidence

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

MAX_URL = 1_000


class Kept(NamedTuple):
    key: str
    at: datetime


class S3EvidenceStore:
    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def keep(self, source_id: str, at: datetime, evidence: Evidence) -> str:
        """The key sorts by time and ends with the SHA-256 of the bytes. The query of the address is not kept: it may
        hold a key."""
        digest = hashlib.sha256(evidence.body).hexdigest()
        key = f"{_prefix(source_id)}{at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{digest}.gz"
        self._client.put_object(
            Bucket=self._bucket,
            Key=key,
            Body=gzip.compress(evidence.body, 6, mtime=0),
            ContentType="application/gzip",
            Metadata={"url": _address(evidence.url), "content-type": quote(evidence.content_type or "", safe="/;= ")},
        )
        return key

    def of(self, source_id: str, since: datetime | None = None) -> Iterator[Kept]:
        """What is kept of a source, oldest first."""
        prefix = _prefix(source_id)
        start = f"{prefix}{since.astimezone(UTC):%Y%m%dT%H%M%SZ}" if since else prefix
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=prefix, StartAfter=start
        )
        for page in pages:
            for found in page.get("Contents", []):
                stamp = found["Key"].removeprefix(prefix).partition("-")[0]
                yield Kept(found["Key"], datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC))

    def read(self, key: str) -> Evidence:
        answer = self._client.get_object(Bucket=self._bucket, Key=key)
        said = answer.get("Metadata", {})
        return Evidence(
            url=unquote(said.get("url", "")),
            body=gzip.decompress(answer["Body"].read()),
            content_type=unquote(said.get("content-type", "")) or None,
        )


def _prefix(source_id: str) -> str:
    return f"sources/{quote(source_id, safe='')}/"


def _address(url: str) -> str:
    """Host and path, in ASCII as metadata must be."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    return quote(f"{parts.scheme}://{host}{port}{parts.path}" if host else "", safe=":/%")[:MAX_URL]
