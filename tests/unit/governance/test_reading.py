"""A text that cannot be used is refused with its file, its line, and what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import GovernanceError
from bot.governance import Governance

APPROVE = 'permit (principal, action == Action::"approve", resource)'
BAD = {
    "": (1, "There is no policy in it"),
    "// nothing yet\n": (1, "There is no policy in it"),
    "permit (principal, action, resource)": (1, "cannot be read: unexpected end of input"),
    "\n// a comment; with a semicolon\npermit (principal, action, resoure);": (3, "an invalid variable"),
    '@reason("a;b")\npermit (principal, action, resource);\npermit;': (3, "cannot be read: "),
    "permit (principal == ?principal, action, resource);": (1, "no template slots"),
    f"{APPROVE} when {{ {'(' * 200}true{')' * 200} }};": (1, "nests deeper"),
    f"{APPROVE} when {{ {' || '.join(['resource.widens'] * 300)} }};": (1, "too long to be taken apart"),
    f'@quorum("0")\n{APPROVE};': (1, '@quorum("0") is no number of people'),
    f'@quorum("x")\n{APPROVE};': (1, '@quorum("x") is no number of people'),
    f'@quorum("-1")\n{APPROVE};': (1, '@quorum("-1") is no number of people'),
    f'@quorum("1.5")\n{APPROVE};': (1, '@quorum("1.5") is no number of people'),
    f'@quorum("١")\n{APPROVE};': (1, "is no number of people"),
    f'@quorum("100")\n{APPROVE};': (1, '@quorum("100") is no number of people'),
    f"@quorum\n{APPROVE};": (1, '@quorum("") is no number of people'),
    f'@quorum("1")\n@quorum("2")\n{APPROVE};': (1, "duplicate annotation"),
    f'@quorom("2")\n{APPROVE};': (1, "@quorom is not known: write @id, @reason, @quorum, @group"),
    f'@reason("  ")\n{APPROVE};': (1, "@reason is empty"),
    f'@id("a")\n{APPROVE};\n@id("a")\n{APPROVE};': (3, "The policy of line 1 has the @id 'a' as well"),
    f'@group("@security")\n{APPROVE};': (1, "without the @"),
    f'@group("")\n{APPROVE};': (1, "names nobody"),
    f'@group("a\\" || true || \\"")\n{APPROVE};': (1, "names nobody"),
    f'@group("securit\u0443")\n{APPROVE};': (1, "not what it looks like"),
    '@quorum("2")\npermit (principal, action == Action::"reject", resource);': (1, "@quorum says who has to approve"),
    '@group("security")\nforbid (principal, action == Action::"approve", resource);': (1, "@group says who has to"),
    'permit (principal, action == Action::"aprove", resource);': (1, 'unrecognized action `Action::"aprove"`'),
    'permit (principal, action == Action::"propose", resource is Change);': (
        1,
        "Rules, settings and exports are about",
    ),
    f"{APPROVE} when {{ resource.widen }};": (1, "attribute `widen` on entity type `Change` not found"),
    f'{APPROVE} when {{ resource.widens == "yes" }};': (1, "types Bool and String are not compatible"),
    "permit (principal, action, resource) when { resource.widens };": (1, "attribute `widens` on entity type `Route`"),
    'permit (principal in Channel::"C0RULES", action, resource);': (1, "never in a Channel"),
    "permit (principal is Group, action, resource);": (1, "A principal is a Person, never a Group."),
    'permit (principal == Group::"security", action, resource);': (1, 'write principal in Group::"security"'),
    'permit (principal, action, resource == Change::"x");': (1, "A change has no name"),
    'permit (principal, action, resource in Route::"x");': (1, "A route has no name"),
    'permit (principal, action, resource == Person::"U0AVERY");': (1, "never a Person"),
    'permit (principal == Person::"avery", action, resource);': (1, 'Person::"avery" names nobody'),
    f'{APPROVE} when {{ principal in [Group::"a", Group::"@b"] }};': (1, 'Group::"@b" names nobody'),
    f'{APPROVE} when {{ context.channel == Channel::"#rules" }};': (1, "a channel's id in Slack"),
    f'{APPROVE} when {{ principal.team == Team::"desk" }};': (1, "a workspace's id in Slack"),
    f'{APPROVE} when {{ resource.act == "promot" }};': (1, 'resource.act is never "promot": it is one of "create"'),
    f'{APPROVE} when {{ "agreed" != resource.second }};': (1, 'resource.second is never "agreed"'),
    f'{APPROVE} when {{ ["ACTIVE", "LOG"].contains(resource.mode_after) }};': (1, 'is never "LOG"'),
    f"{APPROVE} when {{ resource.requester.guest }};": (1, "Of the requester only the id is known"),
    f'{APPROVE} unless {{ resource.requester in Group::"interns" }};': (1, "Of the requester only the id is known"),
    f'{APPROVE} when {{ Person::"U0AVERY" in Group::"security" }};': (1, "What is it in can be asked of principal"),
    f"{APPROVE} when {{ (if true then resource.requester else principal).guest }};": (1, "A fact can be asked of"),
}


@pytest.mark.parametrize("text", BAD, ids=range(len(BAD)))
def test_a_bad_text_is_refused_where_it_is_bad(text: str) -> None:
    line, said = BAD[text]
    with pytest.raises(GovernanceError) as refused:
        Governance.of(text, "team/governance.cedar")
    assert all(problem.startswith("team/governance.cedar:") for problem in refused.value.problems)
    found = [each for each in refused.value.problems if each.startswith(f"team/governance.cedar:{line}: ")]
    assert any(said in each for each in found), refused.value.problems
    assert all(each.endswith(".") for each in found)


def test_every_problem_is_said_at_once_in_the_order_of_the_text() -> None:
    with pytest.raises(GovernanceError) as refused:
        Governance.of(f'@quorum("x")\n{APPROVE};\n\n{APPROVE} when {{ resource.widen }};\n@who("me")\n{APPROVE};\n')
    assert [each.split(": ")[0] for each in refused.value.problems] == [
        f"governance.cedar:{line}" for line in (1, 4, 5)
    ]
    assert str(refused.value) == "\n".join(refused.value.problems)


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    with pytest.raises(GovernanceError, match="cannot be read: No such file or directory"):
        Governance.load(tmp_path / "governance.cedar")
    (tmp_path / "latin.cedar").write_bytes("// Geschäft".encode("latin-1"))
    with pytest.raises(GovernanceError, match="it is not UTF-8 text"):
        Governance.load(tmp_path / "latin.cedar")


def test_a_file_of_another_editor_is_read_as_well(tmp_path: Path) -> None:
    file = tmp_path / "governance.cedar"
    file.write_bytes(b"\xef\xbb\xbf" + f"// first\r\n\r\n{APPROVE}\r\n// last ;\r\n;\r\n".encode())
    assert [rule.line for rule in Governance.load(file).rules] == [3]


def test_policies_without_an_id_are_told_apart() -> None:
    names = [rule.name for rule in Governance.of(f"{APPROVE}; {APPROVE};\n{APPROVE};").rules]
    assert names == ["line 1, policy 1", "line 1, policy 2", "line 2"]


def test_the_groups_and_people_that_have_to_be_asked_for_are_those_that_are_named() -> None:
    governance = Governance.of(
        f"""
        @group("sec") {APPROVE} // of them
        ;
        permit (principal in Group::"a", action, resource) when {{ principal in [Group::"b", Group::"S0C"] }};
        permit (principal is Person in Group::"d", action, resource);
        forbid (principal == Person::"U0AVERY", action, resource)
        unless {{ resource is Route || resource.requester == Person::"W0BLAIR" }};
        """
    )
    assert governance.groups == {"sec", "a", "b", "S0C", "d"}
    assert governance.people == {"U0AVERY", "W0BLAIR"}
