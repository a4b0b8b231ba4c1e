"""MiniStack, the local AWS: one process on the loopback interface, with a directory that goes when it goes."""

import json
import shutil
import socket
import tempfile
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import requests
from botocore.config import Config

from tocsin_local.errors import LocalError
from tocsin_local.paths import packages, tool
from tocsin_local.processes import OwnedProcess

if TYPE_CHECKING:
    from collections.abc import Mapping

    import boto3

REGION = "eu-central-1"
ACCOUNT = "000000000000"
START_SECONDS = 30.0
POLL_SECONDS = 0.05


class MiniStack:
    """A running local AWS. ``auth``: execution roles are enforced as IAM would.

    Raise LocalError when it does not answer within ``START_SECONDS``.
    """

    def __init__(self, *, auth: bool = False, work: Path | None = None) -> None:
        self._own_work = work is None
        self.work = work or Path(tempfile.mkdtemp(prefix="tocsin-local-"))
        self.log = self.work / "ministack.log"
        self.port = free_port()
        self.endpoint = f"http://127.0.0.1:{self.port}"
        (self.work / "tmp").mkdir(parents=True, exist_ok=True)
        self._process = OwnedProcess(_command(), env=self._environment(auth), cwd=self.work, log=self.log)
        try:
            self._await_health()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        self._process.end()
        if self._own_work:
            shutil.rmtree(self.work, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def credentials(self) -> dict[str, str]:
        """What a program needs in its environment to speak to this AWS and to no other."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_PROXY": "127.0.0.1,localhost",
        }

    def client(self, service: str) -> Any:
        """A boto3 client of this AWS; Any, since the service is known only at run time."""
        session = _session()
        return session.client(  # type: ignore[call-overload]
            service,
            endpoint_url=self.endpoint,
            config=Config(retries={"mode": "standard", "max_attempts": 3}, proxies={}, read_timeout=90),
        )

    def inspect(self, path: str, **query: str) -> Any:
        """What MiniStack itself knows beyond the AWS API: sent mail and SMS, messages in queues."""
        with requests.Session() as session:
            session.trust_env = False
            answer = session.get(f"{self.endpoint}/_ministack/{path}", params=query, timeout=10)
        answer.raise_for_status()
        return answer.json()

    def log_from(self, offset: int) -> tuple[str, int]:
        """The whole lines that it has logged since ``offset`` bytes, and the next offset."""
        with self.log.open("rb") as log:
            log.seek(offset)
            data = log.read()
        data = data[: data.rfind(b"\n") + 1]
        return data.decode(errors="replace"), offset + len(data)

    def _environment(self, auth: bool) -> "Mapping[str, str]":
        return {
            # Nothing of the caller's environment: the functions inherit this one.
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.work),
            "TMPDIR": str(self.work / "tmp"),
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.port),
            "IOT_MTLS_ENABLED": "0",
            "MINISTACK_REGION": REGION,
            "AUTH": "true" if auth else "false",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_EC2_METADATA_DISABLED": "true",
            "PYTHONNOUSERSITE": "1",
        }

    def _await_health(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if not self._process.alive:
                break
            try:
                self.inspect("health")
            except (requests.RequestException, json.JSONDecodeError):
                time.sleep(POLL_SECONDS)
            else:
                return
        tail = "\n".join(self.log_from(0)[0].splitlines()[-15:])
        raise LocalError(f"MiniStack did not start on 127.0.0.1:{self.port}; the end of its log:\n{tail}")


def _command() -> list[str | Path]:
    """MiniStack expands the SAM transform with AWS's own translator, which SAM CLI brings.

    It goes at the end of this one process's path: what the functions are run with stays as lean as Lambda.
    """
    translator = str(packages("sam"))
    start = f"import sys; sys.path.append({translator!r}); from ministack.app import main; main()"
    return [tool("ministack", "python"), "-c", start]


@cache
def _session() -> "boto3.Session":
    """One session: loading botocore's models again for each client would cost most of a second."""
    import boto3

    return boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=REGION)  # noqa: S106


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
