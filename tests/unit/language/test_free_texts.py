"""Values that no schema lists: beside the noun of their input they are conditions, in doubt they are asked about."""

from __future__ import annotations

from typing import Any

import pytest

from bot.cedar import Gateway, gateway_from_api
from bot.language import translate

ARN = "arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/forge-a1b2c3d4e5"
TEXTS = {"owner": "Owner of the repository", "repo": "Repository name", "branch": "Branch to push to",
         "path": "Path of the file", "message": "Commit message", "from_branch": "Branch to start from",
         "assignee": "Who works on it"}  # fmt: skip


def tool(name: str, description: str, *names: str) -> dict[str, Any]:
    properties = {each: {"type": "string", "description": TEXTS[each]} for each in names}
    return {
        "name": name,
        "description": description,
        "inputSchema": {"type": "object", "properties": properties, "required": list(names)},
    }


@pytest.fixture(scope="module")
def forge() -> Gateway:
    tools = [
        tool("push_files", "Push files to a repository", "owner", "repo", "branch", "message"),
        tool("delete_file", "Delete a file from a repository", "owner", "repo", "branch", "path", "message"),
        tool("create_branch", "Create a branch in a repository", "owner", "repo", "branch", "from_branch"),
        tool("fork_repository", "Fork a repository", "owner", "repo"),
        tool("list_tasks", "List the tasks of a repository", "owner", "repo", "assignee"),
    ]
    target = {"name": "Forge", "targetConfiguration": {"mcp": {"lambda": {"toolSchema": {"inlinePayload": tools}}}}}
    return gateway_from_api({"gatewayArn": ARN, "name": "forge", "authorizerType": "CUSTOM_JWT"}, [target])


@pytest.mark.parametrize(
    ("rule", "test"),
    [
        ("block pushing files to the release branch", 'context.input.branch == "release"'),
        ("block pushing files to the branch release", 'context.input.branch == "release"'),
        ("block pushing files in the repo notebooks", 'context.input.repo == "notebooks"'),
        ('block pushing files in the repository "old notes"', 'context.input.repo == "old notes"'),
        ("block creating branches from the release branch", 'context.input.from_branch == "release"'),
        ("block forking repositories owned by initech", 'context.input.owner == "initech"'),
        ("block listing tasks assigned to ana", 'context.input.assignee == "ana"'),
        ("block deleting files under the path infra/", 'context.input.path like "infra/*"'),
        ("block deleting files under the path infra", 'context.input.path like "infra/*"'),
        ("block deleting files in the path infra/", 'context.input.path like "infra/*"'),
        ("block deleting files on every branch but master", 'context.input.branch != "master"'),
        ("block push_files when the branch ends with -frozen", 'context.input.branch like "*-frozen"'),
        ("block push_files when the branch starts with hotfix/", 'context.input.branch like "hotfix/*"'),
        ("block push_files with a message starting with fix:", 'context.input.message like "fix:*"'),
        ("block pushing files with a message containing DO NOT MERGE", 'context.input.message like "*DO NOT MERGE*"'),
        ("in the repo handbook, nobody may push files", 'context.input.repo == "handbook"'),
    ],
)
def test_a_value_beside_its_noun_is_a_condition(rule: str, test: str, forge: Gateway) -> None:
    (asset,) = translate(rule, forge)
    assert asset.statement is not None, asset.findings
    assert asset.statement.count("context.input.") == 1
    assert test in asset.statement


def test_owner_and_repo_in_one_word_are_both(forge: Gateway) -> None:
    (asset,) = translate("block pushing files to initech/website", forge)
    assert 'context.input.owner == "initech"' in str(asset.statement)
    assert 'context.input.repo == "website"' in str(asset.statement)


def test_or_joins_values_of_one_noun(forge: Gateway) -> None:
    (asset,) = translate("allow pushing files to branch release or main", forge)
    assert 'context.input.branch == "release" ||' in str(asset.statement)
    assert 'context.input.branch == "main"' in str(asset.statement)


@pytest.mark.parametrize(
    "rule",
    [
        "no deletes on master",
        "allow pushing files to the default branch",
        "allow pushing files to the same branch",
        "allow pushing files to the new branch",
        "allow pushing files to a protected branch",
        "allow pushing files to the release and main branches",
        "allow pushing files to the branch release and main",
        "allow pushing files in the repo old notes",
        "allow pushing files in the old notes repo",
        "allow pushing files to release branches",
        "allow pushing files to a branch upstream",
        "allow pushing files to branches upstream",
        "block deleting files in the path infra",
        "block forking repositories owned by interns",
        "block forking repositories not owned by initech",
        "block forking repositories owned by initech or hooli",
        "block pushing files outside initech/website",
        "allow pushing files to repositories of their team",
    ],
)
def test_what_may_be_no_value_or_more_than_one_is_refused(rule: str, forge: Gateway) -> None:
    assets = translate(rule, forge)
    assert [asset.statement for asset in assets] == [None]


ROLE = 'principal.hasTag("role") && principal.getTag("role") == '


@pytest.mark.parametrize(
    ("rule", "effect", "role", "tools"),
    [
        ("team leads: create_branch, delete_file", "permit", "team-lead", ("create_branch", "delete_file")),
        ("interns: no access to create_branch", "forbid", "intern", ("create_branch",)),
        ("`create_branch`: maintainers only", "permit", "maintainer", ("create_branch",)),
        ("maintainers: push files, fork repositories", "permit", "maintainer", ("push_files", "fork_repository")),
    ],
)
def test_a_label_says_who_or_what(rule: str, effect: str, role: str, tools: tuple[str, ...], forge: Gateway) -> None:
    (asset,) = translate(rule, forge)
    text = " ".join(str(asset.statement).split())
    assert text.startswith(f"{effect}(")
    assert f'{ROLE}"{role}"' in text
    assert [
        name for name in ("push_files", "delete_file", "create_branch", "fork_repository") if f'___{name}"' in text
    ] == [name for name in ("push_files", "delete_file", "create_branch", "fork_repository") if name in tools]


@pytest.mark.parametrize(
    "rule",
    ["interns: nothing", "note: create_branch is slow",
     "create_branch: not interns", "interns: create_branch when it rains"],
)  # fmt: skip
def test_a_label_with_more_than_it_can_say_is_refused(rule: str, forge: Gateway) -> None:
    assets = translate(rule, forge)
    assert [asset.statement for asset in assets] == [None] * len(assets)
