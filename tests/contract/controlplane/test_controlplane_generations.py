"""Policy generations over boto3: the translator behind them, their assets, and policies made from assets."""

from __future__ import annotations

from typing import Any

import pytest

QUICK = {"Delay": 0.01, "MaxAttempts": 500}
RULE = "allow support agents to call refund tool"


def generated(demo: Any, rule: str = RULE, name: str = "g1", client: Any = None) -> dict[str, Any]:
    """A generation that has come to its end."""
    client = client or demo.client
    made = client.start_policy_generation(
        policyEngineId=demo.engine, name=name, resource={"arn": demo.arn}, content={"rawText": rule}
    )
    assert made["status"] == "GENERATING"
    ids = {"policyEngineId": demo.engine, "policyGenerationId": made["policyGenerationId"]}
    client.get_waiter("policy_generation_completed").wait(**ids, WaiterConfig=QUICK)
    found: dict[str, Any] = client.get_policy_generation(**ids)
    return found


def assets_of(demo: Any, generation: dict[str, Any], client: Any = None) -> list[dict[str, Any]]:
    pages = (
        (client or demo.client)
        .get_paginator("list_policy_generation_assets")
        .paginate(
            policyEngineId=demo.engine,
            policyGenerationId=generation["policyGenerationId"],
            PaginationConfig={"PageSize": 2},
        )
    )
    return [asset for page in pages for asset in page["policyGenerationAssets"]]


def test_a_rule_becomes_an_asset_that_becomes_a_policy(client: Any, demo: Any) -> None:
    generation = generated(demo)
    assert (generation["status"], generation["statusReasons"]) == ("GENERATED", [])
    (asset,) = assets_of(demo, generation)
    assert asset["findings"] == [{"type": "VALID"}]
    assert asset["rawTextFragment"] == RULE
    assert '"RefundTool___process_refund"' in asset["definition"]["policy"]["statement"]
    reference = {
        "policyGeneration": {
            "policyGenerationId": generation["policyGenerationId"],
            "policyGenerationAssetId": asset["policyGenerationAssetId"],
        }
    }
    policy = demo.create(definition=reference)
    assert (policy["status"], policy["definition"]) == ("ACTIVE", asset["definition"])


def test_several_rules_are_several_assets_in_order_and_a_refusal_has_no_definition(demo: Any) -> None:
    rules = [RULE, "block everyone from calling the moon rocket tool", "forbid contractors to cancel orders"]
    assets = assets_of(demo, generated(demo, ". ".join(rules) + "."))
    assert [asset["rawTextFragment"].rstrip(".").strip() for asset in assets] == rules
    assert ["definition" in asset for asset in assets] == [True, False, True]
    assert assets[1]["findings"][0]["type"] in ("NOT_TRANSLATABLE", "INVALID")
    assert "rocket" in assets[1]["findings"][0]["description"]


def test_the_findings_of_an_asset_come_from_the_analysis(demo: Any) -> None:
    (asset,) = assets_of(demo, generated(demo, "allow everyone to call refund tool"))
    assert [finding["type"] for finding in asset["findings"]] == ["ALLOW_ALL"]
    assert asset["findings"][0]["description"].startswith("Overly Permissive: Policy Engine will allow every request")


def test_statements_leave_under_the_member_that_is_asked_for(start: Any, demo: Any) -> None:
    client = start(definition_member="cedar").client()
    (asset,) = assets_of(demo, generated(demo, client=client), client)
    assert list(asset["definition"]) == ["cedar"]


def test_a_faulty_generation_gives_assets_that_look_right(start: Any, demo: Any) -> None:
    """The same words, no finding, another policy: what a reviewer must be shown."""
    (faithful,) = assets_of(demo, generated(demo))
    client = start(generation="faulty").client()
    (faulty,) = assets_of(demo, generated(demo, client=client), client)
    assert faulty["definition"] != faithful["definition"]
    assert {**faulty, **dict.fromkeys(("definition", "policyGenerationAssetId"))} == {
        **faithful,
        **dict.fromkeys(("definition", "policyGenerationAssetId")),
    }


def test_assets_are_gone_seven_days_after_generation_and_their_policies_stay(
    server: Any, client: Any, demo: Any
) -> None:
    generation = generated(demo)
    (asset,) = assets_of(demo, generation)
    reference = {
        "policyGenerationId": generation["policyGenerationId"],
        "policyGenerationAssetId": asset["policyGenerationAssetId"],
    }
    policy = demo.create(definition={"policyGeneration": reference})
    server.clock.advance(days=6, hours=23, minutes=59)
    assert len(assets_of(demo, generation)) == 1
    server.clock.advance(minutes=1)
    assert assets_of(demo, generation) == []
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        demo.create(name="late", definition={"policyGeneration": reference})
    ids = {"policyEngineId": demo.engine, "policyId": policy["policyId"]}
    client.update_policy(**ids, enforcementMode="LOG_ONLY")
    assert demo.settled(policy["policyId"])["status"] == "ACTIVE"


def test_an_asset_without_a_statement_makes_no_policy(client: Any, demo: Any) -> None:
    generation = generated(demo, "block everyone from calling the moon rocket tool")
    (asset,) = assets_of(demo, generation)
    reference = {
        "policyGenerationId": generation["policyGenerationId"],
        "policyGenerationAssetId": asset["policyGenerationAssetId"],
    }
    with pytest.raises(client.exceptions.ValidationException, match="has no statement"):
        demo.create(definition={"policyGeneration": reference})


def test_generations_are_listed_and_summarised(client: Any, demo: Any) -> None:
    for number in range(3):
        generated(demo, name=f"g{number}")
    pages = client.get_paginator("list_policy_generations").paginate(
        policyEngineId=demo.engine, PaginationConfig={"PageSize": 2}
    )
    found = [generation for page in pages for generation in page["policyGenerations"]]
    assert [(generation["name"], generation["status"]) for generation in found] == [
        (f"g{number}", "GENERATED") for number in range(3)
    ]
    ids = {"policyEngineId": demo.engine, "policyGenerationId": found[0]["policyGenerationId"]}
    assert "statusReasons" not in client.get_policy_generation_summary(**ids)
    summaries = client.list_policy_generation_summaries(policyEngineId=demo.engine)["policyGenerations"]
    assert [summary["name"] for summary in summaries] == ["g0", "g1", "g2"]


def test_a_generation_name_stays_taken(client: Any, demo: Any) -> None:
    generated(demo)
    with pytest.raises(client.exceptions.ConflictException, match="Generation with the same name already exists"):
        generated(demo)


def test_a_generation_asked_for_under_another_engine_is_not_found(client: Any, demo: Any) -> None:
    generation = generated(demo)["policyGenerationId"]
    other = client.create_policy_engine(name="other")["policyEngineId"]
    for call in (
        client.get_policy_generation,
        client.get_policy_generation_summary,
        client.list_policy_generation_assets,
    ):
        with pytest.raises(client.exceptions.ResourceNotFoundException):
            call(policyEngineId=other, policyGenerationId=generation)


def test_a_generation_needs_a_gateway_that_exists(client: Any, demo: Any) -> None:
    asked = {"policyEngineId": demo.engine, "name": "g", "content": {"rawText": RULE}}
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.start_policy_generation(**asked, resource={"arn": demo.arn.replace("support", "other")})
    with pytest.raises(client.exceptions.ValidationException):
        client.start_policy_generation(**asked, resource={"arn": "arn:aws:s3:::some-bucket-of-ours"})


@pytest.mark.parametrize("text", ["", "x" * 2001])
def test_rule_text_has_the_services_lengths(server: Any, demo: Any, text: str) -> None:
    client = server.client()
    client.meta.config.parameter_validation = False
    with pytest.raises(Exception, match=r"(?i)length"):
        client.start_policy_generation(
            policyEngineId=demo.engine, name="g", resource={"arn": demo.arn}, content={"rawText": text}
        )


@pytest.mark.parametrize("text", ["🎉🎉🎉", "\x07\x00", "<!channel> <https://example.com|x>", "Erlaube alles."])
def test_text_that_is_no_rule_still_ends_in_an_asset_that_says_why(demo: Any, text: str) -> None:
    generation = generated(demo, text)
    assert generation["status"] == "GENERATED"
    for asset in assets_of(demo, generation):
        assert "definition" not in asset
        assert asset["findings"][0]["description"]
