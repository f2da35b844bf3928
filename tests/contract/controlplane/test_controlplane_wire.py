"""The wire below the SDKs: raw requests, malformed ones, error forms, timestamps, idempotency and page tokens."""

from __future__ import annotations

import json
import re
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from botocore.exceptions import ClientError

ENGINE = "/policy-engines"


@pytest.fixture
def ask(server: Any) -> Any:
    """Send one raw request; gives status, headers and the answer's JSON (or text)."""

    def asked(method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any, Any]:
        connection = HTTPConnection(urlsplit(server.url).netloc, timeout=30)
        sent = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        headers = ({} if body is None else {"Content-Type": "application/json"}) | headers
        connection.request(method, path, sent, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        is_json = answer.headers.get_content_type() == "application/json"
        return answer.status, answer.headers, json.loads(text) if is_json else text

    return asked


def test_a_name_that_is_too_long_is_answered_in_awss_words(ask: Any) -> None:
    status, headers, answer = ask("POST", ENGINE, {"name": "x" * 52})
    sentence = (
        "Value with length 52 at '/name' failed to satisfy constraint: Member must have length between 1 and 48, "
        "inclusive"
    )
    assert status == 400
    assert headers["x-amzn-ErrorType"] == "ValidationException"
    assert answer == {
        "message": f"1 validation error detected. {sentence}",
        "reason": "FieldValidationFailed",
        "fieldList": [{"name": "/name", "message": sentence}],
    }


@pytest.mark.parametrize(
    ("body", "path", "constraint"),
    [
        ({}, "/name", "Member must not be null"),
        ({"name": None}, "/name", "Member must not be null"),
        ({"name": 5}, "/name", "Member must be of type string"),
        ({"name": "9lives"}, "/name", "Member must satisfy regular expression pattern: ^[A-Za-z][A-Za-z0-9_]*$"),
        ({"name": "a", "description": ""}, "/description", "Member must have length between 1 and 4096, inclusive"),
        (
            {"name": "a", "clientToken": "short"},
            "/clientToken",
            "Member must have length between 33 and 256, inclusive",
        ),
        ({"name": "a", "tags": {"k": 5}}, "/tags/k", "Member must be of type string"),
        ({"name": "a", "tags": []}, "/tags", "Member must be of type map"),
        ({"name": "a", "tags": {"k": "#"}}, "/tags/k", "Member must satisfy regular expression pattern"),
    ],
)
def test_every_rule_of_the_model_is_enforced_on_bodies(ask: Any, body: Any, path: str, constraint: str) -> None:
    status, _, answer = ask("POST", ENGINE, body)
    assert status == 400
    (field,) = answer["fieldList"]
    assert field["name"] == path
    assert constraint in field["message"]


@pytest.mark.parametrize(
    ("definition", "path", "constraint"),
    [
        ({}, "/definition", "Member must have exactly one of its members set"),
        ({"cedar": {"statement": "x" * 40}, "policy": {"statement": "x" * 40}}, "/definition", "exactly one"),
        ({"other": {}}, "/definition", "exactly one"),
        ({"cedar": {}}, "/definition/cedar/statement", "Member must not be null"),
        ({"cedar": {"statement": "short"}}, "/definition/cedar/statement", "between 35 and 10000, inclusive"),
        ({"policyGeneration": {"policyGenerationId": "g-0123456789"}}, "/definition/policyGeneration/", "not be null"),
        ({"cedar": "text"}, "/definition/cedar", "Member must be of type structure"),
    ],
)
def test_unions_and_nested_members_are_checked(
    ask: Any, demo: Any, definition: Any, path: str, constraint: str
) -> None:
    body = {"name": "p", "definition": definition}
    status, _, answer = ask("POST", f"{ENGINE}/{demo.engine}/policies", body)
    assert status == 400
    assert answer["fieldList"][0]["name"].startswith(path)
    assert constraint in answer["message"]


def test_enums_are_checked(ask: Any, demo: Any) -> None:
    body = {"enforcementMode": "SOMETIMES", "validationMode": "NEVER"}
    path = f"{ENGINE}/{demo.engine}/policies/{demo.create()['policyId']}"
    _, _, answer = ask("PATCH", path, body)
    assert answer["message"].startswith("2 validation errors detected. ")
    assert "Member must satisfy enum value set: [ACTIVE, LOG_ONLY]" in answer["message"]


@pytest.mark.parametrize("query", ["maxResults=0", "maxResults=101", "maxResults=ten", "nextToken=", "nextToken=%20"])
def test_query_members_are_checked(ask: Any, query: str) -> None:
    status, _, answer = ask("GET", f"{ENGINE}?{query}")
    assert (status, answer["reason"]) == (400, "FieldValidationFailed")


def test_an_id_that_cannot_be_one_is_a_validation_error_and_not_a_miss(ask: Any) -> None:
    status, headers, _ = ask("GET", f"{ENGINE}/not%20an%20id")
    assert (status, headers["x-amzn-ErrorType"]) == (400, "ValidationException")


@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b'"text"', b"nul", b'{"name": NaN}', b"\xff\xfe", b'{"name": "\\ud800"}', b"[" * 100_000],
)
def test_a_body_that_cannot_be_read_is_a_400_and_not_a_500(ask: Any, body: bytes) -> None:
    status, headers, answer = ask("POST", ENGINE, body)
    assert (status, headers["x-amzn-ErrorType"], answer["reason"]) == (400, "ValidationException", "CannotParse")


def test_a_body_beyond_all_sizes_is_refused(ask: Any) -> None:
    status, headers, answer = ask("POST", ENGINE, b" " * (2 * 1024 * 1024))
    assert status == 413
    assert headers["x-amzn-ErrorType"]
    assert answer["message"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "attacker.example"},
        {"Host": "127.0.0.1.attacker.example:8787"},
        {"Host": ""},
        {"Origin": "https://attacker.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_page_of_another_origin_or_under_another_name_is_refused(
    ask: Any, client: Any, method: str, headers: dict[str, str]
) -> None:
    """A browser here may show any page; none of them reads or writes policies."""
    status, answered, answer = ask(method, ENGINE, None if method == "GET" else {"name": "planted"}, **headers)
    assert (status, answered["x-amzn-ErrorType"]) == (403, "AccessDeniedException")
    assert "answer" in answer["message"]
    assert [engine["name"] for engine in client.list_policy_engines()["policyEngines"]] == ["policybot_demo"]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_body_that_does_not_say_it_is_json_is_refused(ask: Any, client: Any, kind: str) -> None:
    """What a form of a web page can send without being asked for leave is none of these."""
    status, headers, _ = ask("POST", ENGINE, {"name": "planted"}, **{"Content-Type": kind})
    assert (status, headers["x-amzn-ErrorType"]) == (415, "UnsupportedMediaTypeException")
    assert [engine["name"] for engine in client.list_policy_engines()["policyEngines"]] == ["policybot_demo"]


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_this_machine_is_served_under_its_own_names_and_origin(ask: Any, server: Any, name: str) -> None:
    """Also with the charset that some clients add to the type of a body."""
    host = f"{name}:{urlsplit(server.url).port}"
    own = {"Host": host, "Origin": f"http://{host}", "Content-Type": "application/json; charset=utf-8"}
    assert ask("POST", ENGINE, {"name": "own"}, **own)[0] == 202


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/nothing"),
        ("PUT", "/policy-engines"),
        ("DELETE", "/"),
        ("POST", "/gateways/"),
        ("GET", "/policy-engines//policies"),
    ],
)
def test_an_operation_that_is_not_served_is_a_404_in_the_services_form(ask: Any, method: str, path: str) -> None:
    status, headers, answer = ask(method, path)
    assert (status, headers["x-amzn-ErrorType"]) == (404, "UnknownOperationException")
    assert answer["message"].startswith("This control plane does not serve ")


def test_every_answer_has_a_request_id_of_its_own(ask: Any) -> None:
    found = {ask("GET", path)[1]["x-amzn-RequestId"] for path in (ENGINE, "/gateways/", "/nothing")}
    assert len(found) == 3


def test_timestamps_are_iso_8601_texts_with_their_zone(ask: Any, demo: Any) -> None:
    """The JavaScript SDK rejects numbers, naive times and times with a space."""
    _, _, answer = ask("GET", f"{ENGINE}/{demo.engine}")
    assert answer["createdAt"] == "2026-11-22T12:00:00.000Z"


def test_paths_with_and_without_their_last_slash_are_the_same(ask: Any, demo: Any) -> None:
    assert ask("GET", f"/gateways/{demo.gateway}")[2] == ask("GET", f"/gateways/{demo.gateway}/")[2]


def test_an_arn_in_a_path_arrives_whole(ask: Any, demo: Any) -> None:
    assert ask("GET", f"/tags/{quote(demo.arn, safe='')}")[2] == {"tags": {}}


def test_tagging_answers_with_204_and_nothing_else(ask: Any, demo: Any) -> None:
    status, headers, text = ask("POST", f"/tags/{quote(demo.arn, safe='')}", {"tags": {"a": "b"}})
    assert (status, text, headers.get("Content-Length")) == (204, "", None)


def test_sts_says_who_is_calling_and_nothing_more(server: Any, ask: Any) -> None:
    identity = server.client("sts").get_caller_identity()
    assert identity["Account"] == "123456789012"
    assert re.fullmatch(r"arn:aws:iam::123456789012:user/\w+", identity["Arn"])
    with pytest.raises(ClientError, match="InvalidAction"):
        server.client("sts").get_session_token()


def test_the_same_client_token_and_body_give_the_same_answer_and_no_second_engine(client: Any) -> None:
    asked = {"name": "claims", "description": "d", "clientToken": "token-" + "0" * 36}
    first, second = client.create_policy_engine(**asked), client.create_policy_engine(**asked)
    for answer in (first, second):
        del answer["ResponseMetadata"]
    assert first == second
    assert len(client.list_policy_engines()["policyEngines"]) == 2


def test_the_same_client_token_with_another_body_is_a_mismatch(client: Any, demo: Any) -> None:
    token = "token-" + "0" * 36
    calls = {
        "create_policy_engine": ({"name": "one"}, {"name": "two"}),
        "create_policy": tuple(
            {"policyEngineId": demo.engine, "name": name, "definition": {"cedar": {"statement": demo.refund()}}}
            for name in ("one", "two")
        ),
        "start_policy_generation": tuple(
            {
                "policyEngineId": demo.engine,
                "name": "one",
                "resource": {"arn": demo.arn},
                "content": {"rawText": text},
            }
            for text in ("allow everyone to call refund tool", "block everyone from calling refund tool")
        ),
    }
    for name, (first, other) in calls.items():
        call = getattr(client, name)
        call(**first, clientToken=token)
        with pytest.raises(client.exceptions.ValidationException) as error:
            call(**other, clientToken=token)
        assert error.value.response["reason"] == "IdempotentParameterMismatchException"


def test_a_refused_request_does_not_use_up_its_client_token(client: Any) -> None:
    client.create_policy_engine(name="taken")
    asked = {"name": "taken", "clientToken": "token-" + "0" * 36}
    for _ in range(2):
        with pytest.raises(client.exceptions.ConflictException):
            client.create_policy_engine(**asked)


@pytest.mark.parametrize("token", ["nonsense", "AAAAAAAAAAEAAAAAAAAAAA", "ümläut", "x" * 2048])
def test_a_token_that_no_list_gave_is_refused(client: Any, token: str) -> None:
    with pytest.raises(client.exceptions.ValidationException) as error:
        client.list_policy_engines(nextToken=token)
    assert error.value.response["fieldList"][0]["name"] == "/nextToken"


def test_a_token_of_another_list_is_refused(client: Any, demo: Any) -> None:
    for number in range(3):
        client.create_policy_engine(name=f"engine_{number}")
    token = client.list_policy_engines(maxResults=1)["nextToken"]
    with pytest.raises(client.exceptions.ValidationException):
        client.list_policies(policyEngineId=demo.engine, nextToken=token)
