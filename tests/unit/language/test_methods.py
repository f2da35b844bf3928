"""Tools of which an input says what is done: each of its values is named as a tool is, and asks for that value."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cedar import Gateway, gateway_from_api
from bot.language import translate
from tests.support.gateways import load_gateway

GITHUB = load_gateway(Path(__file__).parents[2] / "corpora" / "third" / "gateways" / "github.json")


def said(rule: str, gateway: Gateway = GITHUB) -> list[str | None]:
    return [asset.statement for asset in translate(rule, gateway)]


@pytest.mark.parametrize(
    ("rule", "same"),
    [
        ("moderators may delete discussion comments",
         'moderators may discussion_comment_write when the method is "delete"'),
        ("Don't let anyone delete a project item.", 'block projects_write when the method is "delete_project_item"'),
        ("nobody may delete workflow run logs",
         'block actions_run_trigger when the method is "delete_workflow_run_logs"'),
        ("nobody may delete the logs of workflow runs",
         'block actions_run_trigger when the method is "delete_workflow_run_logs"'),
        ("leads may rerun failed jobs in the repo ci",
         'leads may actions_run_trigger when the method is "rerun_failed_jobs" and the repo is "ci"'),
        ("Under no circumstances may a workflow run be cancelled by a contractor.",
         'contractors may not actions_run_trigger when the method is "cancel_workflow_run"'),
        ("only leads may delete labels", 'only leads may label_write when the method is "delete"'),
        ("leads may get the diff of a pull request", 'leads may pull_request_read when the method is "get_diff"'),
        ("leads may delete labels, but interns may not",
         'Leads may label_write when the method is "delete". Interns may not label_write when the method is "delete".'),
        # A tool of that name comes first.
        ("interns may create issues", "interns may create_issue"),
    ],
)  # fmt: skip
def test_what_a_value_does_is_said_as_a_tool_is(rule: str, same: str) -> None:
    assert said(rule) == said(same) != [None]


@pytest.mark.parametrize("tool", ["add_sub_issue", "search_issues", "create_issue", "delete_file"])
def test_the_id_of_an_action_is_no_other_tools(tool: str) -> None:
    assert said(f"leads may call GitHub___{tool}") == said(f"leads may call {tool}") != [None]


@pytest.mark.parametrize(
    ("rule", "same"),
    [
        ("leads may create pull requests and merge them", "leads may create_pull_request and merge_pull_request"),
        ("leads may create pull requests but not merge them",
         "Leads may create_pull_request. Leads may not merge_pull_request."),
        ("leads may create pull requests. Interns may not merge them.",
         "Leads may create_pull_request. Interns may not merge_pull_request."),
        ("agents may create gists but not update them", "Agents may create_gist. Agents may not update_gist."),
        # A method stays one when it is taken up, and is not its whole tool.
        ("leads may delete labels and create gists. Interns can too, except create gists",
         'Leads may label_write when the method is "delete". Leads may create_gist. '
         'Interns may label_write when the method is "delete".'),
        # What a repository is called may be what tools are called.
        ("leads may list branches in the repo api", 'leads may list_branches when the repo is "api"'),
        ("in the repo actions, leads may list branches", 'leads may list_branches when the repo is "actions"'),
    ],
)  # fmt: skip
def test_what_was_spoken_of_and_where(rule: str, same: str) -> None:
    assert said(rule) == said(same) != [None]


def test_two_values_of_one_tool_are_two_policies() -> None:
    one, other = said("leads may create and delete labels")
    assert [one] == said('leads may label_write when the method is "create"')
    assert [other] == said('leads may label_write when the method is "delete"')


@pytest.mark.parametrize(
    "rule",
    [
        "interns may rerun jobs",  # failed ones alone can be
        "interns may update issues",  # nine tools change one thing of an issue each
        "interns may get status",
        "triagers may add labels",  # to issues
        "triagers may remove labels",
        "leads may do everything except deleting labels",
        "leads may do anything on GitHub but delete labels",
        "leads may do everything except deleting labels and creating gists",
        "block all tools except create_gist and deleting labels",
        "moderators may delete old discussion comments",
        "nobody may delete labels of issues",
    ],
)
def test_what_is_not_said_in_full_is_refused(rule: str) -> None:
    assert said(rule) == [None]


def _shop(name: str, values: list[str], called: str = "method") -> Gateway:
    schema = {"type": "object", "properties": {called: {"type": "string", "enum": values}}, "required": [called]}
    tool = {"name": name, "description": "", "inputSchema": schema}
    configuration = {"mcp": {"lambda": {"lambdaArn": "arn:x", "toolSchema": {"inlinePayload": [tool]}}}}
    return gateway_from_api(
        {
            "gatewayArn": "arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/shop-a1b2c3d4e5",
            "gatewayId": "shop-a1b2c3d4e5",
            "name": "shop",
            "authorizerType": "CUSTOM_JWT",
        },
        [{"targetId": "S1", "name": "Shop", "targetConfiguration": configuration}],
    )


@pytest.mark.parametrize(
    ("gateway", "rule"),
    [
        # How something is paid is not what is done, nor is the verb of HTTP, nor a state.
        (_shop("pay_supplier", ["wire", "check", "transfer"]), "clerks may check suppliers"),
        (_shop("handle_orders", ["GET", "POST", "DELETE"]), "clerks may delete orders"),
        (_shop("update_order", ["close", "cancel"], called="state"), "clerks may cancel orders"),
    ],
)
def test_other_inputs_say_how_and_not_what(gateway: Gateway, rule: str) -> None:
    assert said(rule, gateway) == [None]
