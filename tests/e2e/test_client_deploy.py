"""`tocsin client deploy`: the real sam build and sam deploy, to the local AWS; what is not said again is kept."""

import json

import yaml

from tocsin.adapters.dynamodb.clients import DynamoClientStore
from tocsin_cli import client_deploy
from tocsin_local.build import runtime_of
from tocsin_local.ministack import MiniStack
from tocsin_local.platforms.story import load_story
from tocsin_local.sam import _app_dir


def test_a_client_is_deployed_and_deployed_again(tocsin, tmp_path, monkeypatch):
    client, _ = load_story()
    path = tmp_path / "client.yaml"
    path.write_text(yaml.safe_dump(client.model_dump(mode="json")), encoding="utf-8")
    with MiniStack() as mini:
        for key, value in mini.credentials().items():
            monkeypatch.setenv(key, value)
        monkeypatch.setenv("SAM_CLI_POLL_DELAY", "0.2")
        monkeypatch.setenv("__SAM_CLI_APP_DIR", str(_app_dir(tmp_path)))

        first = tocsin("client", "deploy", path, "--yes", "--sender-email", "alerts@agency.example")
        assert first.exit_code == 0, first.stderr
        assert "reach nobody" in first.stdout
        stack = _stack(mini, client.client)
        before = _functions(mini)
        assert stack["parameters"]["SenderEmail"] == "alerts@agency.example"
        assert stack["parameters"]["PythonRuntime"] == runtime_of("sam")
        assert stack["parameters"]["Architecture"] == "arm64"
        assert DynamoClientStore(mini.client("dynamodb"), stack["outputs"]["CasesTableName"]).load() == client

        # What was built stands; to build it again would show nothing more.
        sam = client_deploy._sam
        monkeypatch.setattr(client_deploy, "_sam", lambda what, where: None if what[0] == "build" else sam(what, where))
        again = tocsin("client", "deploy", path, "--yes", "--operator-email", "desk@agency.example")
        assert again.exit_code == 0, again.stderr
        assert "reach nobody" not in again.stdout
        changed = _stack(mini, client.client)["parameters"]
        assert changed == stack["parameters"] | {"OperatorEmail": "desk@agency.example"}

        # A source with a secret brings its function, once the secret is there; without the source it goes.
        keyed = tmp_path / "keyed.yaml"
        data = client.model_dump(mode="json")
        keyed.write_text(yaml.safe_dump(data | {"sources": [*data["sources"], {"kind": "bluesky"}]}), encoding="utf-8")
        refused = tocsin("client", "deploy", keyed, "--yes")
        assert refused.exit_code == 1
        assert f"tocsin client secret {keyed} bluesky" in refused.stderr
        secret = json.dumps({"identifier": "desk.agency.example", "password": "an invented password"})
        assert tocsin("client", "secret", keyed, "bluesky", stdin=secret).exit_code == 0
        for path_now, functions in ((keyed, {f"tocsin-{client.client}-fetch-bluesky"}), (path, set())):
            assert tocsin("client", "deploy", path_now, "--yes").exit_code == 0
            assert _functions(mini) - before == functions


def _functions(mini):
    return {each["FunctionName"] for each in mini.client("lambda").list_functions()["Functions"]}


def _stack(mini, slug):
    found = mini.client("cloudformation").describe_stacks(StackName=f"tocsin-{slug}")["Stacks"][0]
    return {
        "parameters": {each["ParameterKey"]: each["ParameterValue"] for each in found["Parameters"]},
        "outputs": {each["OutputKey"]: each["OutputValue"] for each in found["Outputs"]},
    }
