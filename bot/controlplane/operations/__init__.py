"""The operations that this control plane serves, by their names in the service model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.controlplane.operations import engines, gateways, generations, policies, rate_limits, tags
from bot.controlplane.plane import ControlPlane, Finisher

Handler = Callable[[ControlPlane, Mapping[str, Any]], dict[str, Any]]

HANDLERS: Mapping[str, Handler] = {
    "CreatePolicyEngine": engines.create_policy_engine,
    "GetPolicyEngine": engines.get_policy_engine,
    "GetPolicyEngineSummary": engines.get_policy_engine,
    "ListPolicyEngines": engines.list_policy_engines,
    "ListPolicyEngineSummaries": engines.list_policy_engines,
    "UpdatePolicyEngine": engines.update_policy_engine,
    "DeletePolicyEngine": engines.delete_policy_engine,
    "CreatePolicy": policies.create_policy,
    "GetPolicy": policies.get_policy,
    "GetPolicySummary": policies.get_policy,
    "ListPolicies": policies.list_policies,
    "ListPolicySummaries": policies.list_policies,
    "UpdatePolicy": policies.update_policy,
    "DeletePolicy": policies.delete_policy,
    "StartPolicyGeneration": generations.start_policy_generation,
    "GetPolicyGeneration": generations.get_policy_generation,
    "GetPolicyGenerationSummary": generations.get_policy_generation,
    "ListPolicyGenerations": generations.list_policy_generations,
    "ListPolicyGenerationSummaries": generations.list_policy_generations,
    "ListPolicyGenerationAssets": generations.list_policy_generation_assets,
    "GetGateway": gateways.get_gateway,
    "ListGateways": gateways.list_gateways,
    "GetGatewayTarget": gateways.get_gateway_target,
    "ListGatewayTargets": gateways.list_gateway_targets,
    "UpdateGateway": gateways.update_gateway,
    "UpdateGatewayTarget": gateways.update_gateway_target,
    "CreateGatewayRateLimit": rate_limits.create_gateway_rate_limit,
    "GetGatewayRateLimit": rate_limits.get_gateway_rate_limit,
    "ListGatewayRateLimits": rate_limits.list_gateway_rate_limits,
    "UpdateGatewayRateLimit": rate_limits.update_gateway_rate_limit,
    "DeleteGatewayRateLimit": rate_limits.delete_gateway_rate_limit,
    "BatchPutGatewayRateLimits": rate_limits.batch_put_gateway_rate_limits,
    "ListTagsForResource": tags.list_tags_for_resource,
    "TagResource": tags.tag_resource,
    "UntagResource": tags.untag_resource,
}

# What was under way when the process ended is finished by the one that follows.
FINISHERS: Mapping[str, Finisher] = {
    "engine": engines.finish_engine,
    "policy": policies.finish_policy,
    "generation": generations.finish_generation,
    "gateway": gateways.finish_gateway,
    "target": gateways.finish_target,
    "rateLimit": rate_limits.finish_rate_limit,
}
