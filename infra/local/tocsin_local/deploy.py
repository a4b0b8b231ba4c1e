"""The ordinary `sam deploy`, pointed at the local AWS."""

from collections.abc import Mapping
from pathlib import Path

from tocsin_local.build import overrides
from tocsin_local.ministack import REGION, MiniStack
from tocsin_local.paths import ROOT
from tocsin_local.sam import sam


def deploy(mini: MiniStack, template: Path, stack: str, parameters: Mapping[str, str]) -> dict[str, str]:
    """Deploy the built template and return the stack's outputs. Raise LocalError with sam's words."""
    arguments: list[str | Path] = ["deploy", "--template-file", template, "--stack-name", stack, "--region", REGION]
    arguments += ["--config-file", ROOT / "samconfig.toml", "--no-confirm-changeset", "--no-progressbar"]
    arguments += ["--parameter-overrides", *overrides(dict(parameters))]
    sam(arguments, env=mini.credentials(), state=mini.work, timeout=180)
    described = mini.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", [])}
