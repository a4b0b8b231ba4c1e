"""A client's real stack on the local AWS: deployed, switched to the story's clock, driven and watched."""

import base64
import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from secrets import token_urlsafe
from typing import Any, Self

from tocsin.adapters.dynamodb.clients import DynamoClientStore
from tocsin.adapters.dynamodb.plans import DynamoPlanStore
from tocsin.domain.client import Client
from tocsin.domain.playbook import Library
from tocsin.domain.sources import keyed_kinds
from tocsin_local.build import build, host_parameters
from tocsin_local.deploy import deploy
from tocsin_local.errors import LocalError
from tocsin_local.ministack import MiniStack
from tocsin_local.parameters import LOCAL_LIMIT, LOCAL_SMS, client_parameters, secret_name
from tocsin_local.permissions import let_plain_http_pass, mend_permissions
from tocsin_local.switches import Switches
from tocsin_local.tables import Tables

SENDER = "alerts@tocsin.example"
FUNCTIONS = ("FetchMentions", "ScoreMentions", "Notify", "Watch")
BUCKETS = ("EvidenceBucketName", "FailuresBucketName")
WARMING = {
    "Notify": [{"dynamodb": {"SequenceNumber": "0", "Keys": {"pk": {"S": "INCIDENT#"}, "sk": {"S": "OUTBOX#0#sms#"}}}}]
}
"""An alert that there is not: an empty batch would be refused, and is never sent by AWS."""
SETTLE_SECONDS = 60.0
POLL_SECONDS = 0.02
FAILED = "failed processing"
"""What MiniStack logs when a function failed on a batch of a queue or a stream."""
GIVE_LINKS = ("AnswerAlert", "Notify", "SendReport", "Watch")
"""Their links lead to this machine, where the API's own address leads nowhere."""
STARTED_IS_DONE = "Lambda {name} async output"
"""What MiniStack logs when a function that was started and not waited for has ended, well or not."""


class LocalStack:
    """One client, deployed. A context manager: everything it started ends with it.

    ``now``: the functions' clock stands at this moment until told otherwise, and the schedules are off, since they
    would run on real minutes; None: real time and real schedules unless ``schedules`` is False.
    ``allow_hosts``: exact host:port that the fetch guard lets pass. ``secrets``: fields of the client's own secrets,
    by kind of source, and of ``intake`` and ``webhooks``. ``library``: its playbooks; a case has no plan without.
    ``shares``: it has a topic in common with the agency's other stacks. Raise LocalError when anything fails.
    """

    def __init__(
        self,
        client: Client,
        *,
        now: datetime | None = None,
        allow_hosts: Iterable[str] = (),
        secrets: Mapping[str, Mapping[str, str]] | None = None,
        library: Library | None = None,
        schedules: bool = False,
        shares: bool = False,
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
            parameters = {
                **host_parameters(), **LOCAL_LIMIT, **client_parameters(client), **LOCAL_SMS, "SenderEmail": SENDER,
            }  # fmt: skip
            if shares:
                self.agency_topic = self.mini.client("sns").create_topic(Name="tocsin-agency")["TopicArn"]
                parameters["AgencyTopicArn"] = self.agency_topic
            name = f"tocsin-{client.client}"
            self.outputs = deploy(self.mini, template, name, parameters)
            self._functions = {function: self.outputs[f"{function}Name"] for function in FUNCTIONS}
            self._functions |= {f"Fetch{kind}": f"{name}-fetch-{kind}" for kind in keyed_kinds(client)}
            self._started: Counter[str] = Counter()
            self._ended: Counter[str] = Counter()
            if auth:
                mend_permissions(self.mini, name)
                let_plain_http_pass(self.mini, (self.outputs[key] for key in BUCKETS))
            self._lambda = self.mini.client("lambda")
            self._tell_functions()
            if not (schedules and now is None):
                self._stop_schedules()
            self._warm_up()
            for rare in ("AnswerAlert", "Intake", "RecordReceipts", "SendReport"):
                if f"{rare}Name" in self.outputs:
                    self._functions[rare] = self.outputs[f"{rare}Name"]
                    self._tell(rare)
            self._keep_secrets(client, secrets or {})
            dynamodb = self.mini.client("dynamodb")
            self.tables = Tables(dynamodb, self.outputs["MentionsTableName"], self.outputs["CasesTableName"])
            DynamoClientStore(dynamodb, self.outputs["CasesTableName"]).save(client)
            if library is not None:
                DynamoPlanStore(dynamodb, self.outputs["CasesTableName"]).save_library(library)
            self.client = client
            self._log_offset = self.mini.log.stat().st_size
        except BaseException:
            self.mini.stop()
            raise

    def close(self) -> None:
        self.mini.stop()

    @property
    def http_url(self) -> str:
        """The public address, by path: behind it /a/<code> answers an alert, and /c is the form where there is one."""
        api = self.outputs["PublicAddress"].split("//")[-1].split(".")[0]
        return f"{self.mini.endpoint}/_aws/execute-api/{api}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def look(self, now: datetime | None = None) -> Any:
        """One minute of the product's life: fetch, let all that follows happen, watch. Return what fetch reported."""
        if now is not None:
            self.switches.set_now(now)
        report = self.fetch()
        self.settle()
        self.invoke("Watch")
        self.settle()
        return report

    def fetch(self) -> Any:
        """Only ask the sources that are due, those of keyed kinds to their end; return what fetch reported."""
        report = self.invoke("FetchMentions")
        self._started.update(self._functions[f"Fetch{kind}"] for kind in report["dispatched"])
        self._wait(lambda: self._ended >= self._started, SETTLE_SECONDS)
        return report

    def invoke(self, function: str, payload: object = None) -> Any:
        """Call a function by its logical name and return its answer. Raise LocalError with the end of its log."""
        answer = self._lambda.invoke(
            FunctionName=self._functions[function],
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
        self._wait(self._quiet, within)

    def _wait(self, done: Callable[[], bool], within: float) -> None:
        deadline = time.monotonic() + within
        while True:
            self._read_log()
            if done():
                break
            if time.monotonic() > deadline:
                raise LocalError(self._unquiet(within))
            time.sleep(POLL_SECONDS)
        self._read_log()

    def dead_letters(self) -> list[str]:
        """Bodies of what nobody could score."""
        return [message["Body"] for message in self._messages("MentionsDeadLettersUrl")]

    def queued(self) -> list[str]:
        """Bodies of what waits to be scored, and is being scored."""
        return [message["Body"] for message in self._messages("MentionsQueueUrl")]

    def _quiet(self) -> bool:
        return (
            self._ended >= self._started and self._queued() == 0 and not self.tables.alerts_under_way(self.switches.now)
        )

    def _unquiet(self, within: float) -> str:
        waiting = self.tables.alerts_under_way(self.switches.now)
        named = f" ({waiting[0].id})" if waiting else ""
        log = "\n".join(self.mini.log_from(0)[0].splitlines()[-20:])
        return (
            f"not quiet after {within:.0f} s: {self._queued()} messages in the queue, {len(waiting)} alerts"
            f" on their way{named}, still running: {', '.join(self._started - self._ended) or 'none'};"
            f" the end of the log:\n{log}"
        )

    def _queued(self) -> int:
        """Those being scored right now included: a message leaves the queue when its function is done."""
        return len(self.queued())

    def _messages(self, queue: str) -> list[Any]:
        accounts = self.mini.inspect("sqs/messages", QueueUrl=self.outputs[queue])["messages"]
        return [m for regions in accounts.values() for queues in regions.values() for ms in queues.values() for m in ms]

    def _read_log(self) -> None:
        """A batch that failed would come again only after minutes; say at once what was wrong."""
        news, self._log_offset = self.mini.log_from(self._log_offset)
        for name in self._started:
            self._ended[name] += news.count(STARTED_IS_DONE.format(name=name))
        if FAILED in news:
            raise LocalError(f"a function failed:\n{news[news.index(FAILED) - 80 :][:3000]}")

    def _tell_functions(self) -> None:
        for function in self._functions:
            self._tell(function)

    def _tell(self, function: str) -> None:
        name = self._functions[function]
        variables = self._lambda.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        if function in GIVE_LINKS:
            variables["PUBLIC_URL"] = self.http_url
        self._lambda.update_function_configuration(
            FunctionName=name,
            Environment={"Variables": {**variables, Switches.VARIABLE: str(self.switches.path)}},
        )

    def _warm_up(self) -> None:
        """Start each function once, all at the same time and before there is a client to work for.

        Else the first messages would start as many workers of one function as may run at once.
        """
        names = list(self._functions)
        with ThreadPoolExecutor(len(names)) as pool:
            list(pool.map(lambda function: self.invoke(function, {"Records": WARMING.get(function, [])}), names))

    def _keep_secrets(self, client: Client, given: Mapping[str, Mapping[str, str]]) -> None:
        made = {"links": {"key": token_urlsafe(32)}}
        made |= {"intake": {"link_key": token_urlsafe(32)}} if client.intake else {}
        ssm = self.mini.client("ssm")
        for kind, fields in {**made, **given}.items():
            ssm.put_parameter(
                Name=secret_name(client.client, kind),
                Type="SecureString",
                Value=json.dumps(dict(fields)),
                Overwrite=True,
            )

    def _stop_schedules(self) -> None:
        """Switched off in the running stack only; the template that was deployed is the real one."""
        scheduler = self.mini.client("scheduler")
        for listed in scheduler.list_schedules()["Schedules"]:
            schedule = scheduler.get_schedule(Name=listed["Name"], GroupName=listed["GroupName"])
            kept = {key: schedule[key] for key in ("Name", "GroupName", "ScheduleExpression", "FlexibleTimeWindow")}
            scheduler.update_schedule(**kept, Target=schedule["Target"], State="DISABLED")


def _message(body: Any) -> str:
    return str(body.get("errorMessage", body)) if isinstance(body, dict) else str(body)
