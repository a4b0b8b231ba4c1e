"""What CloudFormation gets: the template with its loop unrolled and after SAM's own transform, made offline.

`make golden` runs this file to rewrite golden.json.
"""

import copy
import json
import re
from pathlib import Path
from typing import Any

import boto3
from cfnlint.template import Template as LintedTemplate
from cfnlint.template.transforms._language_extensions import language_extension
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "template.yaml"
GOLDEN = Path(__file__).with_name("golden.json")
PARAMETERS = {
    "ClientSlug": "acme",
    "SenderEmail": "alerts@agency.example",
    "OperatorEmail": "desk@agency.example",
    "UseIntake": "true",
    "InboundAddress": "acme@in.agency.example",
    "InboundRuleSet": "agency-inbound",
}
KEYED = ("bluesky", "x")
"""The kinds with a secret that the client of the golden file uses: two, since each pair must be told apart."""

Template = dict[str, Any]


def load(keyed: tuple[str, ...] = KEYED) -> Template:
    """The template as written: short intrinsics spelled out, anchors resolved, the loop over keyed kinds unrolled."""
    parsed = json.loads(json.dumps(yaml_parse(TEMPLATE.read_text(encoding="utf-8"))))
    written = parsed["Parameters"]["KeyedSources"]["Default"]
    parsed["Parameters"]["KeyedSources"]["Default"] = ",".join(keyed)  # where cfn-lint finds the parameter's value
    trouble, unrolled = language_extension(LintedTemplate(str(TEMPLATE), parsed, ["eu-central-1"]))
    assert not trouble, trouble
    unrolled["Parameters"]["KeyedSources"]["Default"] = written
    return json.loads(json.dumps(unrolled))


def transform(template: Template) -> Template:
    """The template as CloudFormation would get it, with code at a made-up address."""
    packaged = copy.deepcopy(template)
    for name, resource in packaged["Resources"].items():
        for key in ("CodeUri", "ContentUri"):
            if key in resource.get("Properties", {}):
                resource["Properties"][key] = f"s3://artefacts/{name}"
    session = boto3.Session(region_name="eu-central-1")
    translator = Translator(managed_policy_map={}, sam_parser=Parser(), boto_session=session)
    translated = translator.translate(packaged, parameter_values=dict(PARAMETERS))
    # A layer's name ends in a hash of its properties, which would turn one changed word into a screen of changes.
    return json.loads(re.sub(r"(CoreLayer)[0-9a-f]{10}", r"\1", json.dumps(translated)))


def text(transformed: Template) -> str:
    return json.dumps(transformed, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    GOLDEN.write_text(text(transform(load())), encoding="utf-8")
