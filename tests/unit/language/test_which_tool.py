"""Which tool words mean: what each tool makes of the verb and of the noun, and no other tool makes as much of."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cedar import Gateway
from bot.language import translate
from tests.support.gateways import load_gateway

CORPORA = Path(__file__).parents[2] / "corpora"


def gateway_of(name: str) -> Gateway:
    return load_gateway(next(CORPORA / folder / f"{name}.json" for folder in ("desks", "gateways")
                             if (CORPORA / folder / f"{name}.json").exists()))  # fmt: skip


def said(name: str, rule: str) -> list[str | None]:
    return [asset.statement for asset in translate(rule, gateway_of(name))]


@pytest.mark.parametrize(
    ("name", "rule", "same"),
    [
        # Who approves a deployment deploys nothing; the noun of a verb is that deed, before it is another's object.
        ("pipelines", "Only release managers may deploy to production",
         "users with role release-manager may call deploy_release when the environment is production"),
        ("pipelines", "production deploys = release managers only",
         "users with role release-manager may call deploy_release when the environment is production"),
        ("pipelines", "developers may deploy to dev and staging",
         "users with role developer may call deploy_release when the environment is dev or staging"),
        ("pipelines", "Canary deployments of more than 25 percent are forbidden",
         "block deploy_release when the strategy is canary and the canary percent is more than 25"),
        ("pipelines", "nobody deploys to production", "block deploy_release when the environment is production"),
        ("pipelines", "leads may approve deployments", "users with role lead may call approve_deployment"),
        ("pipelines", "deployments may be approved by leads", "users with role lead may call approve_deployment"),
        # A tool whose whole name is said, before one that has more to it.
        ("pipelines", "developers may retry jobs", "users with role developer may call retry_job"),
        ("hotel-desk", "managers may set room rates", "users with role manager may call set_room_rate"),
        ("cloud", "anyone may create or change DNS records", "anyone may call upsert_record"),
    ],
)  # fmt: skip
def test_the_tool_whose_verb_and_noun_are_said(name: str, rule: str, same: str) -> None:
    assert said(name, rule) == said(name, same) != [None]


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("support", "clerks may replace customers"),
        ("support", "clerks may update customers"),
        ("support", "agents may create and tickets"),
        ("hotel-chain", "block changed reservations"),
        ("hotel-chain", "no booked rooms"),
        ("pipelines", "nobody deploys jobs"),
        ("pipelines", "block rotated tokens"),
    ],
)
def test_what_no_tool_does_is_no_policy(name: str, rule: str) -> None:
    assert said(name, rule) == [None]


def test_a_noun_that_two_tools_work_on_is_asked() -> None:
    (asset,) = translate("spa charges: spa managers, max 300", gateway_of("hotel-chain"))
    assert asset.statement is None
    assert "`post_charge` and `refund_charge`" in asset.findings[0].description
