"""One Converse call on Amazon Bedrock, answered by one forced tool: asked, priced, and taken apart.

What goes in as data is written by strangers: it stands as JSON inside a fence whose name is made anew for each call.
https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
"""

import json
import secrets
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar

from tocsin.adapters.analyzers.cloud_errors import answered
from tocsin.domain.errors import CloudReaderError
from tocsin.domain.reader_prices import ModelPrice

TOKENS_OF_FORM = 1_200
"""What a provider adds for tools, beside our own bytes; no token is shorter than a byte."""
COUNTED = ("inputTokens", "outputTokens")
Given = TypeVar("Given")
User = Callable[[str], str]
"""Of the fence's name: what the model is asked."""


class ForcedTool(NamedTuple):
    """``schema`` has one property, ``key``, which is all that the answer may hold."""

    name: str
    description: str
    key: str
    schema: Mapping[str, Any]
    system: str
    temperature: float


class Converse:
    def __init__(self, client: Any, model: str, price: ModelPrice, tool: ForcedTool) -> None:
        """``client``: boto3's of bedrock-runtime."""
        self._client = client
        self._model = model
        self._price = price
        self._tool = tool

    def most(self, user: User, most_tokens: int) -> Decimal:
        """USD that a call can cost."""
        tool = self._tool
        size = len(tool.system.encode()) + len(json.dumps(tool.schema)) + len(user("0" * 16).encode())
        return self._price.usd(size + TOKENS_OF_FORM, most_tokens)

    def ask(self, user: User, most_tokens: int, read: Callable[[Any], Given]) -> tuple[Given, Decimal]:
        """What ``read`` makes of the tool's argument, and USD. Raise CloudReaderError, with what it cost where it was
        answered."""
        tool = self._tool
        with answered():
            answer = self._client.converse(
                modelId=self._model,
                system=[{"text": tool.system}],
                messages=[{"role": "user", "content": [{"text": user(secrets.token_hex(8))}]}],
                inferenceConfig={"maxTokens": most_tokens, "temperature": tool.temperature},
                toolConfig={
                    "tools": [
                        {
                            "toolSpec": {
                                "name": tool.name,
                                "description": tool.description,
                                "inputSchema": {"json": tool.schema},
                            }
                        }
                    ],
                    "toolChoice": {"tool": {"name": tool.name}},
                },
            )
        usd = self._billed(answer, user, most_tokens)
        try:
            return read(self._argument(answer)), usd
        except CloudReaderError as error:
            raise CloudReaderError(error.reason, usd=usd) from error

    def _billed(self, answer: Any, user: User, most_tokens: int) -> Decimal:
        """By the tokens that the answer states; where it states none, the most that it can have cost."""
        usage = answer.get("usage") if isinstance(answer, Mapping) else None
        if isinstance(usage, Mapping):
            tokens = [count for name in COUNTED if isinstance(count := usage.get(name), int) and count >= 0]
            if len(tokens) == len(COUNTED):
                return self._price.usd(*tokens)
        return self.most(user, most_tokens)

    def _argument(self, answer: Any) -> Any:
        """Raise CloudReaderError when the model did not answer by the tool: it refused, was cut off, or said
        something."""
        if not isinstance(answer, Mapping):
            raise another_form()
        stop = answer.get("stopReason")
        if stop != "tool_use":
            raise CloudReaderError(f"stopped: {str(stop)[:40]}", usd=None)
        try:
            [given] = [
                block["toolUse"]["input"]
                for block in answer["output"]["message"]["content"]
                if "toolUse" in block and block["toolUse"]["name"] == self._tool.name
            ]
            argument = given[self._tool.key]
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise another_form() from error
        if set(given) != {self._tool.key}:
            raise another_form()
        return argument


def another_form() -> CloudReaderError:
    return CloudReaderError("an answer of another form", usd=None)


def bare(text: str) -> str:
    """Without sharp brackets, so that nothing inside a fence can write its closing line."""
    return text.replace("<", "‹").replace(">", "›").encode("utf-8", "ignore").decode("utf-8")
