"""A tool by its description's own verb and object, and how it is called by a participle before the noun of its deed."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.language import translate
from tests.support.gateways import load_gateway

GATEWAYS = Path(__file__).parents[2] / "corpora" / "gateways"


def said(name: str, rule: str) -> list[str | None]:
    return [asset.statement for asset in translate(rule, load_gateway(GATEWAYS / f"{name}.json"))]


@pytest.mark.parametrize(
    ("gateway", "rule", "same"),
    [
        # People who are named by a thing that could be an order, by a department, by a rank and what they are of.
        ("city-records", "permit clerks may issue permits", 'users with role "permit-clerk" may call issue_permit'),
        ("permits", "permit officers can extend permits by up to 30 days",
         'users with role "permit-officer" may call extend_permit if days is at most 30'),
        ("city-records", "permits may be extended by inspectors and permit clerks",
         "users with role inspector or role permit-clerk may call extend_permit"),
        ("city-records", "permit clerks and inspectors may not revoke permits",
         "users with role permit-clerk or role inspector may not call revoke_permit"),
        ("city-records", "let permit clerks extend permits", "users with role permit-clerk may call extend_permit"),
        ("city-records", "permit clerks to issue permits", "users with role clerk may call issue_permit"),
        ("city-records", "do not permit clerks to revoke permits", "users with role clerk may not call revoke_permit"),
        ("city-records", "allow permit clerks to extend permits", "role permit-clerk may call extend_permit"),
        ("city-records", "do not allow permit clerks to revoke permits",
         "users with role permit-clerk may not call revoke_permit"),
        ("bank-office", "wires may be released by operations managers",
         "users with role operations-manager may call release_wire"),
        ("permits", "inspections may be scheduled by chief building inspectors",
         "users with role chief-building-inspector may call schedule_inspection"),
        # What a description says that its tool does.
        ("bank-office", "auditors may file suspicious activity reports", "users with role auditor may call file_sar"),
        ("bank-office", "suspicious activity reports may not be filed by interns",
         "users with role intern may not call file_sar"),
        ("hotel-chain", "agents with role desk may change reservations",
         "users with role desk may call modify_reservation"),
        ("hotel-chain", "reservations may be changed by leads", "users with role lead may call modify_reservation"),
        ("hotel-chain", "managers may change or cancel reservations",
         "users with role manager may call modify_reservation and cancel_reservation"),
        ("hotel-chain", "cleaners may take rooms out of service", "users with role cleaner may call close_room"),
        ("hotel-chain", "no room may be taken out of service for more than 7 days",
         "block close_room when days is more than 7"),
        ("campus", "registrars may take students off a course", "users with role registrar may call drop_course"),
        ("library", "items may be taken out of the collection by librarians",
         "users with role librarian may call withdraw_item"),
        ("studio", "moderators may lock a player out of the game", "users with role moderator may call ban_player"),
        ("hotel-chain", "managers may upgrade members to gold",
         "users with role manager may call upgrade_tier when tier is gold"),
        # How a deed is done.
        ("pipelines", "no forced cancels in project core",
         "block cancel_pipeline when force is true and project is core"),
        ("cloud", "block forced stops of instances", "block stop_instance when force is true"),
        ("clinic", "waived cancellations are for managers",
         "users with role manager may call cancel_appointment when waive_fee is true"),
    ],
)  # fmt: skip
def test_it_is_read_as_the_plain_rule(gateway: str, rule: str, same: str) -> None:
    assert said(gateway, rule) == said(gateway, same) != [None]


@pytest.mark.parametrize(
    ("gateway", "rule"),
    [
        ("city-records", "permit managers"),
        ("city-records", "permit residents may not be revoked"),
        ("bank-office", "block operations for clerks"),
        ("bank-office", "tellers may file suspicious reports"),
        ("bank-office", "tellers may file activity reports"),
        ("bank-office", "tellers may close suspicious accounts"),
        ("bank-office", "tellers may read suspicious activity reports"),
        ("hotel-chain", "managers may cancel changed reservations"),
        ("hotel-chain", "cleaners may take rooms"),
        ("hotel-chain", "rooms may be taken by managers"),
        ("hotel-chain", "cleaners may take rooms out"),
        ("hotel-chain", "cleaners may take rooms out of order"),
        ("hotel-chain", "nobody may take two rooms out of service"),
        ("hotel-chain", "managers may upgrade guests to platinum"),
        ("hotel-chain", "managers may not upgrade members to diamond"),
        ("campus", "registrars may take a student off two courses"),
        ("library", "librarians may take items out of the library"),
        ("studio", "moderators may lock players out"),
        ("pipelines", "block forced pipelines"),
        ("pipelines", "block forced deploys"),
        ("hotel-chain", "no waived reservations"),
        ("shop", "block notified cancellations"),
        ("library", "clerks may lend or erase members"),
    ],
)
def test_what_says_something_else_is_no_policy(gateway: str, rule: str) -> None:
    assert said(gateway, rule) == [None]


def test_who_changes_a_member_may_change_anything_of_it(tmp_path: Path) -> None:
    """ "Upgrade members" is what `upgrade_tier` does, which moves them; `change_tier` is of the tier."""
    path = tmp_path / "gateway.json"
    path.write_text((GATEWAYS / "hotel-chain.json").read_text().replace("upgrade_tier", "change_tier"))
    gateway = load_gateway(path)
    assert [asset.statement for asset in translate("managers may change members", gateway)] == [None]
    assert [asset.statement for asset in translate("managers may change the tier to gold", gateway)] != [None]


@pytest.mark.parametrize("rule", ["no speedy cancels in project core", "wibble cancels in the project core"])
def test_a_refusal_does_not_blame_the_value_of_a_free_text(rule: str) -> None:
    found = translate(rule, load_gateway(GATEWAYS / "pipelines.json"))
    told = " ".join(finding.description for asset in found for finding in asset.findings)
    assert "“core”" not in told
    assert rule.replace("no ", "").split()[0] in told
