"""A client's real stack on the local AWS: deployed, switched to the story's clock, driven and watched."""

import base64
import json
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, Self

from tocsin.adapters.dynamodb.clients import DynamoClientStore
from tocsin.domain.client import Client
from tocsin_local.build import build, host_parameters
from tocsin_local.deploy import deploy
from tocsin_local.errors import LocalError
from tocsin_local.ministack import MiniStack
from tocsin_local.permissions import mend_permissions
from tocsin_local.switches import Switches
from tocsin_local.tables import Tables

SENDER = "alerts@tocsin.example"
FUNCTIONS = ("FetchMentions", "ScoreMentions", "Notify", "Watch")
WARMING = {
    "Notify": [{"dynamodb": {"SequenceNumber": "0", "Keys": {"pk": {"S": "INCIDENT#"}, "sk": {"S": "OUTBOX#0#sms#"}}}}]
}
"""An alert that there is not: an empty batch would be refused, and is never sent by AWS."""
SETTLE_SECONDS = 60.0
POLL_SECONDS = 0.02
FAILED = "failed processing"
"""What MiniStack logs when a function failed on a batch of a queue or a stream."""


class LocalStack:
    """One client, deployed. A context manager: everything it started ends with it.

    ``now``: the functions' clock stands at this moment until told otherwise, and the schedules are off, since they
    would run on real minutes; None: real time and real schedules unless ``schedules`` is False.
    ``allow_hosts``: exact host:port that the fetch guard lets pass. Raise LocalError when anything fails.
    """

    def __init__(
        self,
        client: Client,
        *,
        now: datetime | None = None,
        allow_hosts: Iterable[str] = (),
        schedules: bool = False,
        auth: bool = True,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        template = build(say)
        say("starting the local AWS")
        self.mini = MiniStack(auth=auth)
        try:
            self.switches = Switches(self.mini.work / "local.json", allow_hosts=allow_hosts, now=now)
            self.mini.client("sesv2").create_email_identity(EmailIdentity=SENDER)
            say("deploying the client's stack to it")
            parameters = {**host_parameters(), "ClientSlug": client.client, "SenderEmail": SENDER}
            name = f"tocsin-{client.client}"
            self.outputs = deploy(self.mini, template, name, parameters)
            if auth:
                mend_permissions(self.mini, name)
            self._lambda = self.mini.client("lambda")
            self._tell_functions()
            if not (schedules and now is None):
                self._stop_schedules()
            self._warm_up()
            dynamodb = self.mini.client("dynamodb")
            self.tables = Tables(dynamodb, self.outputs["MentionsTableName"], self.outputs["CasesTableName"])
            DynamoClientStore(dynamodb, self.outputs["CasesTableName"]).save(client)
            self.client = client
            self._log_offset = self.mini.log.stat().st_size
        except BaseException:
            self.mini.stop()
            raise

    def close(self) -> None:
        self.mini.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def look(self, now: datetime | None = None) -> Any:
        """One minute of the product's life: fetch, let all that follows happen, watch. Return what fetch reported."""
        if now is not None:
            self.switches.set_now(now)
        report = self.invoke("FetchMentions")
        self.settle()
        self.invoke("Watch")
        self.settle()
        return report

    def invoke(self, function: str, payload: object = None) -> Any:
        """Call a function by its logical name and return its answer. Raise LocalError with the end of its log."""
        answer = self._lambda.invoke(
            FunctionName=self.outputs[f"{function}Name"],
            LogType="Tail",
            Payload=json.dumps({} if payload is None else payload).encode(),
        )
        body = json.loads(answer["Payload"].read() or b"null")
        if "FunctionError" in answer:
            log = base64.b64decode(answer.get("LogResult", "")).decode(errors="replace").strip()
            raise LocalError(f"{function} failed: {_message(body)}\n{log[-3000:]}".strip())
        return body

    def settle(self, within: float = SETTLE_SECONDS) -> None:
        """Wait until the queue is empty and no alert is on its way. Raise LocalError when it takes too long."""
        deadline = time.monotonic() + within
        while not self._quiet():
            self._raise_failures()
            if time.monotonic() > deadline:
                raise LocalError(self._unquiet(within))
            time.sleep(POLL_SECONDS)
        self._raise_failures()

    def dead_letters(self) -> list[str]:
        """Bodies of what nobody could score."""
        return [message["Body"] for message in self._messages("MentionsDeadLettersUrl")]

    def _quiet(self) -> bool:
        return self._queued() == 0 and not self.tables.alerts_under_way(self.switches.now)

    def _unquiet(self, within: float) -> str:
        waiting = self.tables.alerts_under_way(self.switches.now)
        named = f" ({waiting[0].id})" if waiting else ""
        log = "\n".join(self.mini.log_from(0)[0].splitlines()[-20:])
        return (
            f"not quiet after {within:.0f} s: {self._queued()} messages in the queue, {len(waiting)} alerts"
            f" on their way{named}; the end of the log:\n{log}"
        )

    def _queued(self) -> int:
        """Those being scored right now included: a message leaves the queue when its function is done."""
        return len(self._messages("MentionsQueueUrl"))

    def _messages(self, queue: str) -> list[Any]:
        accounts = self.mini.inspect("sqs/messages", QueueUrl=self.outputs[queue])["messages"]
        return [m for regions in accounts.values() for queues in regions.values() for ms in queues.values() for m in ms]

    def _raise_failures(self) -> None:
        """A batch that failed would come again only after minutes; say at once what was wrong."""
        news, self._log_offset = self.mini.log_from(self._log_offset)
        if FAILED in news:
            raise LocalError(f"a function failed:\n{news[news.index(FAILED) - 80 :][:3000]}")

    def _tell_functions(self) -> None:
        for function in FUNCTIONS:
            name = self.outputs[f"{function}Name"]
            variables = self._lambda.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
            self._lambda.update_function_configuration(
                FunctionName=name,
                Environment={"Variables": {**variables, Switches.VARIABLE: str(self.switches.path)}},
            )

    def _warm_up(self) -> None:
        """Start each function once, all at the same time and before there is a client to work for.

        Else the first messages would start as many workers of one function as may run at once.
        """
        with ThreadPoolExecutor(len(FUNCTIONS)) as pool:
            list(pool.map(lambda function: self.invoke(function, {"Records": WARMING.get(function, [])}), FUNCTIONS))

    def _stop_schedules(self) -> None:
        """Switched off in the running stack only; the template that was deployed is the real one."""
        scheduler = self.mini.client("scheduler")
        for listed in scheduler.list_schedules()["Schedules"]:
            schedule = scheduler.get_schedule(Name=listed["Name"], GroupName=listed["GroupName"])
            kept = {key: schedule[key] for key in ("Name", "GroupName", "ScheduleExpression", "FlexibleTimeWindow")}
            scheduler.update_schedule(**kept, Target=schedule["Target"], State="DISABLED")


def _message(body: Any) -> str:
    return str(body.get("errorMessage", body)) if isinstance(body, dict) else str(body)
