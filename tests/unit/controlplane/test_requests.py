"""Requests against the shapes of the service model."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.validate import ParamValidator
from hypothesis import given, settings
from hypothesis import strategies as st
from multidict import MultiDict

from bot.controlplane.operations import HANDLERS
from bot.controlplane.wire.faults import Fault
from bot.controlplane.wire.model import find_route, input_of, operation, routes, shape
from bot.controlplane.wire.requests import read_request, violations_of

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "definition", "cedar", "policy", "statement", "x"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


def test_every_operation_of_the_model_is_found_by_its_own_route() -> None:
    for route in routes():
        path = "/" + "/".join("label" if part.startswith("{") else part for part in route.segments)
        found = find_route(route.method, path)
        assert found is not None
        assert found[0] == route.operation


def test_every_operation_that_is_served_is_in_the_model() -> None:
    for name in HANDLERS:
        assert operation(name).name == name


@settings(max_examples=200, deadline=None)
@given(JSON)
def test_no_body_breaks_the_validation_and_what_passes_satisfies_botocore(body: Any) -> None:
    """botocore checks types and required members of the same model; whatever passes here must pass there."""
    inputs = input_of("CreatePolicy")
    value = {"policyEngineId": "engine-0123456789", **body} if isinstance(body, dict) else body
    if not list(violations_of(inputs, value)):
        kept = {name: value[name] for name in inputs.members if value.get(name) is not None}
        assert not ParamValidator().validate(kept, inputs).has_errors()


@pytest.mark.parametrize(
    ("name", "value", "constraint"),
    [
        ("MaxResults", 0, "Member must be between 1 and 100, inclusive"),
        ("OAuth2AuthorizationDataAuthorizationUrlString", "", "Member must have length greater than or equal to 1"),
        ("DateTimestamp", 5, "Member must be of type timestamp"),
        ("Boolean", "true", "Member must be of type boolean"),
        ("MaxResults", True, "Member must be of type integer"),
    ],
)
def test_the_constraint_that_is_broken_is_named(name: str, value: Any, constraint: str) -> None:
    (violation,) = violations_of(shape(name), value, "/x")
    assert violation.message.endswith(constraint)
    assert violation.path == "/x"


def test_members_come_from_path_query_and_body() -> None:
    found = read_request(
        input_of("ListPolicies"), {"policyEngineId": "e-0123456789"}, MultiDict({"maxResults": "7", "other": "x"}), b""
    )
    assert found == {"policyEngineId": "e-0123456789", "maxResults": 7}


def test_a_list_in_a_query_is_read_whole() -> None:
    arn = "arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/a-0123456789"
    query = MultiDict([("tagKeys", "a"), ("tagKeys", "b")])
    assert read_request(input_of("UntagResource"), {"resourceArn": arn}, query, b"")["tagKeys"] == ["a", "b"]


def test_members_that_the_model_does_not_have_are_ignored() -> None:
    assert read_request(input_of("CreatePolicyEngine"), {}, MultiDict(), b'{"name": "a", "x": 1}') == {"name": "a"}


def test_several_violations_are_one_answer() -> None:
    with pytest.raises(Fault) as error:
        read_request(input_of("CreatePolicyEngine"), {}, MultiDict(), b'{"name": "", "description": ""}')
    assert error.value.message.startswith("3 validation errors detected. Value with length 0 at '/name'")
    assert [field["name"] for field in error.value.members["fieldList"]] == ["/name", "/name", "/description"]
