"""What the service itself finds: each policy alone, and the engine with it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.analysis import Limits, Standing, engine_findings, policy_findings
from bot.cedar import GatewaySchema
from bot.errors import PolicyError

Rule = Callable[..., str]
PERMISSIVE = (
    "Overly Permissive: Policy Engine will allow every request for the specified principal (AgentCore::{}), "
    "action ({}) and resource (gateway/*) combination if the policy is added or updated"
)
RESTRICTIVE = PERMISSIVE.replace("Permissive", "Restrictive").replace("allow", "deny")
TAG = 'principal.hasTag("role") && principal.getTag("role") == "{}"'


def kinds(statement: str, schema: GatewaySchema) -> list[str]:
    return [finding.type for finding in policy_findings(statement, schema)]


@pytest.mark.parametrize(
    ("effect", "condition", "expected"),
    [
        ("permit", "context.input.amount < 5", "VALID"),
        ("forbid", "context.input.amount < 5", "VALID"),
        ("permit", "", "ALLOW_ALL"),
        ("permit", "context.input.amount < 5 || !(context.input.amount < 5)", "ALLOW_ALL"),
        ("permit", "context.input.amount <= 9223372036854775807", "ALLOW_ALL"),
        ("permit", "context.input.amount < 5 && context.input.amount > 7", "ALLOW_NONE"),
        ("permit", "context.input has currency && context.input.currency != context.input.currency", "ALLOW_NONE"),
        ("forbid", "", "DENY_ALL"),
        ("forbid", 'context.input.order like "a*" && context.input.order == "b"', "DENY_NONE"),
        ("permit", 'context.input.order like "a*" && context.input.order like "*b"', "VALID"),
        ("permit", "context.input.amont < 5", "INVALID"),
        ("permit", "context.input.amount <", "INVALID"),
    ],
)
def test_a_policy_alone_gets_the_finding_that_its_meaning_deserves(
    effect: str, condition: str, expected: str, rule: Rule, schema: GatewaySchema
) -> None:
    assert kinds(rule(effect, condition), schema) == [expected]


def test_an_unconditional_permit_is_told_in_the_services_sentence(rule: Rule, schema: GatewaySchema) -> None:
    (finding,) = policy_findings(rule("permit"), schema)
    assert finding.description == PERMISSIVE.format("OAuthUser", "Desk___refund")


def test_a_bare_principal_is_every_principal_type(rule: Rule, schema: GatewaySchema) -> None:
    found = policy_findings(rule("forbid", who=""), schema)
    assert [finding.description for finding in found] == [
        RESTRICTIVE.format(kind, "Desk___refund") for kind in ("IamEntity", "OAuthUser")
    ]


def test_a_policy_for_every_gateway_and_action_speaks_of_future_tools(schema: GatewaySchema) -> None:
    statement = "permit(principal is AgentCore::OAuthUser, action, resource is AgentCore::Gateway);"
    (finding,) = policy_findings(statement, schema)
    assert finding.description == PERMISSIVE.format("OAuthUser", "Any Future Tools")


def test_a_target_group_covers_its_tools_only(rule: Rule, schema: GatewaySchema) -> None:
    statement = rule("permit", tool="Desk").replace("action ==", "action in")
    assert [finding.description for finding in policy_findings(statement, schema)] == [
        PERMISSIVE.format("OAuthUser", tool) for tool in ("Desk___refund", "Desk___close")
    ]


def test_a_policy_for_another_gateway_allows_nothing_here(schema: GatewaySchema, rule: Rule) -> None:
    assert kinds(rule("permit").replace("desk-gateway", "other-gateway"), schema) == ["ALLOW_NONE"]


def test_claims_that_only_one_principal_type_has_leave_the_other_out(rule: Rule, schema: GatewaySchema) -> None:
    assert kinds(rule("permit", TAG.format("agent"), who=""), schema) == ["VALID"]


def test_what_is_not_analysed_is_said_in_the_description(rule: Rule, schema: GatewaySchema) -> None:
    statement = rule("permit", "context.input.amount * context.input.factor == 1000036000099 * 1000003")
    (finding,) = policy_findings(statement, schema, Limits(query_seconds=0.05, review_seconds=0.2))
    assert (finding.type, finding.description[:13]) == ("VALID", "Not analysed:")


class TestEngine:
    """Consequences of the service's engine-wide analysis that people have measured."""

    def found(self, schema: GatewaySchema, candidate: str, **existing: str) -> tuple[str, ...]:
        return engine_findings(Standing(existing), "new", candidate, [schema])

    def test_an_unconditional_permit_fails_for_each_principal_type(self, rule: Rule, schema: GatewaySchema) -> None:
        assert self.found(schema, rule("permit", who="")) == tuple(
            PERMISSIVE.format(kind, "Desk___refund") for kind in ("IamEntity", "OAuthUser")
        )

    def test_a_conditional_permit_passes(self, rule: Rule, schema: GatewaySchema) -> None:
        assert self.found(schema, rule("permit", "context.input.amount < 5", who="")) == ()

    def test_permits_that_together_allow_everything_fail(self, rule: Rule, schema: GatewaySchema) -> None:
        low, high = rule("permit", "context.input.amount < 5"), rule("permit", "context.input.amount >= 5")
        assert self.found(schema, high, low=low) == (PERMISSIVE.format("OAuthUser", "Desk___refund"),)

    def test_a_forbid_elsewhere_in_the_engine_keeps_an_unconditional_permit_from_failing(
        self, rule: Rule, schema: GatewaySchema
    ) -> None:
        assert self.found(schema, rule("permit"), cap=rule("forbid", "context.input.amount > 500")) == ()

    def test_a_forbid_before_any_permit_fails(self, rule: Rule, schema: GatewaySchema) -> None:
        found = self.found(schema, rule("forbid", "context.input.amount > 500"))
        assert found == (RESTRICTIVE.format("OAuthUser", "Desk___refund"),)

    def test_a_conditional_forbid_for_a_bare_principal_fails_where_a_type_has_no_permit(
        self, rule: Rule, schema: GatewaySchema
    ) -> None:
        forbid = rule("forbid", "context.input.amount > 500", who="")
        found = self.found(schema, forbid, base=rule("permit", TAG.format("agent")))
        assert found == (RESTRICTIVE.format("IamEntity", "Desk___refund"),)
        typed = rule("forbid", "context.input.amount > 500")
        assert self.found(schema, typed, base=rule("permit", TAG.format("agent"))) == ()

    def test_a_permit_that_a_forbid_covers_wholly_fails(self, rule: Rule, schema: GatewaySchema) -> None:
        found = self.found(schema, rule("permit", "context.input.amount > 600"), all=rule("forbid"))
        assert found == (RESTRICTIVE.format("OAuthUser", "Desk___refund"),)

    def test_tools_that_the_candidate_cannot_match_do_not_count(self, rule: Rule, schema: GatewaySchema) -> None:
        wide = rule("permit", tool="Desk___close")
        assert self.found(schema, rule("permit", "context.input.amount < 5"), wide=wide) == ()

    def test_an_update_does_not_count_what_it_replaces(self, rule: Rule, schema: GatewaySchema) -> None:
        assert (
            engine_findings(
                Standing({"new": rule("permit")}), "new", rule("permit", "context.input.amount < 5"), [schema]
            )
            == ()
        )

    def test_what_cannot_be_analysed_is_a_reason(self, rule: Rule, schema: GatewaySchema) -> None:
        found = self.found(schema, rule("permit", "context.input.amount < 5"), odd="permit(principal, action")
        assert found[0].startswith("Not analysed: policy odd cannot be read as Cedar")

    def test_a_candidate_that_is_no_policy_is_refused(self, schema: GatewaySchema) -> None:
        with pytest.raises(PolicyError):
            self.found(schema, "permit(principal")
