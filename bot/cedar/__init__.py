"""Facts over cedarpy: gateways and their tools, a gateway's Cedar schema, policies parsed, digested and evaluated."""

from bot.cedar.evaluate import Asked, Decision, PreparedPolicies, Request, evaluate
from bot.cedar.gateway import Gateway, Target, Tool, gateway_from_api, load_gateway
from bot.cedar.policies import Policy, digest, parse_policy, same_statement
from bot.cedar.schema import GatewaySchema, schema_for

__all__ = [
    "Asked",
    "Decision",
    "Gateway",
    "GatewaySchema",
    "Policy",
    "PreparedPolicies",
    "Request",
    "Target",
    "Tool",
    "digest",
    "evaluate",
    "gateway_from_api",
    "load_gateway",
    "parse_policy",
    "same_statement",
    "schema_for",
]
