"""The client's own credentials: SecureString parameters of the standard tier, one of each kind of source."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from tocsin.domain.errors import SecretError

if TYPE_CHECKING:
    from mypy_boto3_ssm.client import SSMClient

MAX_VALUE = 4_096
"""Bytes of a parameter of the standard tier."""


class SsmSecrets:
    """``{prefix}/{kind}/secret`` is written by a person, ``{prefix}/{kind}/session`` by us. Read once an invocation.

    No error names what stood in a parameter: botocore's own may quote a request, so only their kind is told."""

    def __init__(self, client: "SSMClient", prefix: str) -> None:
        self._client = client
        self._prefix = prefix.rstrip("/")
        self._known: dict[str, Mapping[str, str]] = {}

    def secret(self, kind: str) -> Mapping[str, str]:
        name = self._name(kind, "secret")
        if name not in self._known:
            value = self._read(name)
            if value is None:
                raise SecretError(f"the secret {name} is not there: write it with tocsin client secret")
            self._known[name] = _fields(name, value)
        return self._known[name]

    def session(self, kind: str) -> Mapping[str, str]:
        """What cannot be read is as if it were not there: a new login mends it."""
        name = self._name(kind, "session")
        if name not in self._known:
            try:
                value = self._read(name)
                self._known[name] = _fields(name, value) if value is not None else {}
            except SecretError:
                self._known[name] = {}
        return self._known[name]

    def keep_session(self, kind: str, fields: Mapping[str, str]) -> None:
        name = self._name(kind, "session")
        value = json.dumps(dict(fields))
        self._known[name] = dict(fields)
        if len(value.encode()) > MAX_VALUE:
            raise SecretError(f"the session {name} is longer than a parameter may be")
        try:
            self._client.put_parameter(Name=name, Value=value, Type="SecureString", Overwrite=True)
        except (ClientError, BotoCoreError) as error:
            raise SecretError(f"the session {name} cannot be kept ({_kind_of(error)})") from None

    def _name(self, kind: str, what: str) -> str:
        return f"{self._prefix}/{kind}/{what}"

    def _read(self, name: str) -> str | None:
        try:
            return self._client.get_parameter(Name=name, WithDecryption=True)["Parameter"].get("Value", "")
        except ClientError as error:
            if error.response["Error"]["Code"] == "ParameterNotFound":
                return None
            raise SecretError(f"the secret {name} cannot be read ({_kind_of(error)})") from None
        except BotoCoreError as error:
            raise SecretError(f"the secret {name} cannot be read ({_kind_of(error)})") from None


def _kind_of(error: ClientError | BotoCoreError) -> str:
    return error.response["Error"]["Code"] if isinstance(error, ClientError) else type(error).__name__


def _fields(name: str, value: str) -> Mapping[str, str]:
    try:
        fields = json.loads(value)
    except ValueError:
        fields = None
    if not isinstance(fields, dict) or not all(isinstance(text, str) for text in fields.values()):
        raise SecretError(f"the secret {name} is no JSON object of texts: write it anew")
    return fields
