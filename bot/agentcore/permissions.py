"""What the bot's AWS role may do, and what for: the list that the checks, the IAM policy and the documents go by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Permission:
    """Why an IAM action is needed, and on what: `engine`, `gateway`, `logs`, `s3`, or `any` where nothing is narrower.

    `optional` ones are of things that may be left out; `withheld` ones the role must not have.
    """

    why: str
    on: str
    optional: bool = False
    withheld: bool = False


PERMISSIONS: Mapping[str, Permission] = {
    "bedrock-agentcore:StartPolicyGeneration": Permission("turn a rule into Cedar", "engine"),
    "bedrock-agentcore:GetPolicyGeneration": Permission("see when that is done", "engine"),
    "bedrock-agentcore:ListPolicyGenerations": Permission("find a generation again after a crash", "engine"),
    "bedrock-agentcore:ListPolicyGenerationAssets": Permission("read what came out", "engine"),
    "bedrock-agentcore:CreatePolicy": Permission("create what was approved", "engine"),
    "bedrock-agentcore:GetPolicy": Permission("see what became of it, and read what stands", "engine"),
    "bedrock-agentcore:UpdatePolicy": Permission("promote, demote and replace what was approved", "engine"),
    "bedrock-agentcore:DeletePolicy": Permission("revoke, and take away what AgentCore refused", "engine"),
    "bedrock-agentcore:ListPolicies": Permission("read what stands today", "engine"),
    "bedrock-agentcore:ListPolicySummaries": Permission("notice what others change", "engine"),
    "bedrock-agentcore:GetGateway": Permission("see which engine the gateway asks, and how", "gateway"),
    "bedrock-agentcore:ListGatewayTargets": Permission("see the gateway's targets", "gateway"),
    "bedrock-agentcore:GetGatewayTarget": Permission("read their tools", "gateway"),
    "bedrock-agentcore:InvokeGateway": Permission(
        "AgentCore validates policies with it, and tools are read", "gateway"
    ),
    "bedrock-agentcore:ManageResourceScopedPolicy": Permission(
        "create policies that are bound to the gateway", "gateway"
    ),
    "bedrock-agentcore:ManageAdminPolicy": Permission(
        "policies for every gateway, which the bot never makes", "gateway", withheld=True
    ),
    "cloudwatch:GetMetricData": Permission("what log-only policies would have done", "any", optional=True),
    "logs:StartQuery": Permission("which tools that was, and denials by their request's id", "logs", optional=True),
    "logs:GetQueryResults": Permission("what these queries answer", "any", optional=True),
    "s3:GetObject": Permission("schemas of targets in S3, with POLICYBOT_TOOLS_FROM_S3", "s3", optional=True),
}
"""By IAM action."""
