"""What of template.yaml a client's stack really has: functions, schedules, queues that are polled, alarms."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from tocsin_cli.errors import BadInputError

_EVERY = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_MINUTES = {"minute": 1, "hour": 60, "day": 1440}
_DAY = 1440


class Function(NamedTuple):
    """``schedules``: starts a day by the clock. ``polls``: whether a queue is polled for it."""

    name: str
    memory_mb: int
    schedules: float
    polls: bool


class Inventory(NamedTuple):
    functions: dict[str, Function]
    alarms: int
    api: bool
    recovery: bool
    """Whether any table pays for point-in-time recovery."""
    log_days: float


def inventory(path: Path, parameters: Mapping[str, str]) -> Inventory:
    """``parameters`` go before the template's defaults. Raise BadInputError on what is no template of ours."""
    try:
        template = yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506 - a safe loader that knows !Ref
        stack = _Stack(template, parameters)
        made = dict(stack.resources())
        return Inventory(
            functions=dict(stack.functions(made)),
            alarms=sum(one["Type"] == "AWS::CloudWatch::Alarm" for one in made.values()),
            api=any(one["Type"] == "AWS::ApiGatewayV2::Api" for one in made.values()),
            recovery=any("PointInTimeRecoverySpecification" in one.get("Properties", {}) for one in made.values()),
            log_days=float(stack.values.get("LogRetentionDays", 30)),
        )
    except (yaml.YAMLError, OSError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadInputError(f"{path.name}: not a template that can be counted: {error}") from None


class _Loader(yaml.SafeLoader):
    """CloudFormation's short forms as their long ones."""


def _intrinsic(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)  # type: ignore[arg-type]
    return {suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _intrinsic)


class _Stack:
    def __init__(self, template: dict[str, Any], parameters: Mapping[str, str]) -> None:
        defaults = {name: str(one["Default"]) for name, one in template["Parameters"].items() if "Default" in one}
        self.values: dict[str, str] = {**defaults, **parameters}
        self._template = template
        self._globals = template.get("Globals", {}).get("Function", {})

    def resources(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Those whose condition holds, with loops unrolled."""
        for name, made in self._template["Resources"].items():
            if not name.startswith("Fn::ForEach::"):
                if self._is_there(made):
                    yield name, made
                continue
            variable, over, body = made
            for value in self._of(over).split(","):
                for inner, part in body.items():
                    if self._is_there(part):
                        yield inner.replace(f"${{{variable}}}", value), part

    def functions(self, made: Mapping[str, dict[str, Any]]) -> Iterator[tuple[str, Function]]:
        for name, one in made.items():
            if one["Type"] != "AWS::Serverless::Function":
                continue
            events = list(one["Properties"].get("Events", {}).values())
            yield (
                name,
                Function(
                    name=name,
                    memory_mb=int(one["Properties"].get("MemorySize", self._globals.get("MemorySize", 128))),
                    schedules=sum(
                        _a_day(event["Properties"]) for event in events if event["Type"].startswith("Schedule")
                    ),
                    polls=any(event["Type"] == "SQS" for event in events),
                ),
            )

    def _is_there(self, made: Mapping[str, Any]) -> bool:
        return "Condition" not in made or self._holds({"Condition": made["Condition"]})

    def _holds(self, condition: Any) -> bool:
        [(kind, of)] = condition.items()
        if kind == "Condition":
            return self._holds(self._template["Conditions"][of])
        if kind == "Fn::Equals":
            return self._of(of[0]) == self._of(of[1])
        if kind == "Fn::Not":
            return not self._holds(of[0])
        if kind in {"Fn::And", "Fn::Or"}:
            return (all if kind == "Fn::And" else any)(self._holds(one) for one in of)
        raise ValueError(f"condition {kind} is not understood")

    def _of(self, value: Any) -> str:
        if not isinstance(value, dict):
            return str(value)
        [(kind, of)] = value.items()
        if kind == "Ref":
            return self.values.get(of, "")
        if kind == "Fn::Select":
            return self._of(of[1]).split(",")[int(of[0])]
        raise ValueError(f"{kind} is not understood")


def _a_day(event: Mapping[str, Any]) -> float:
    """How often it starts. A cron expression is taken for its minutes and hours; what is no number there, for all."""
    said = event.get("ScheduleExpression", event.get("Schedule"))
    if isinstance(said, str) and (every := _EVERY.fullmatch(said)):
        return _DAY / (int(every[1]) * _MINUTES[every[2]])
    if isinstance(said, str) and said.startswith("cron("):
        minutes, hours = said.removeprefix("cron(").split()[:2]
        return _times(minutes, 60) * _times(hours, 24)
    return 1


def _times(field: str, most: int) -> int:
    if field in {"*", "?"}:
        return most
    if "/" in field:
        return -(-most // int(field.partition("/")[2]))
    return len(field.split(","))
