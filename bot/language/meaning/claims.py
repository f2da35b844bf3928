"""Claims of a JWT gateway's users, and ARNs and accounts of an IAM gateway's callers, as conditions."""

from __future__ import annotations

from collections.abc import Sequence

from cedarpy import pst

from bot.language.meaning.logic import Atom, Either, Logic, Not, either, like_pattern
from bot.language.meaning.model import Draft, Who

_PRINCIPAL = pst.Var("principal")


def claim(key: str, op: str, value: str) -> Atom:
    """`principal.hasTag(key) && principal.getTag(key) <op> value`, as one test; `op` is ==, contains or word."""
    tag = pst.BinaryOp("get_tag", _PRINCIPAL, pst.StringLit(key))
    has = pst.BinaryOp("has_tag", _PRINCIPAL, pst.StringLit(key))
    if op == "==":
        test: pst.Expr = pst.BinaryOp("eq", tag, pst.StringLit(value))
    elif op == "contains":
        test = pst.Like(tag, like_pattern("*", value, "*"))
    else:
        forms: list[pst.Expr] = [pst.BinaryOp("eq", tag, pst.StringLit(value))]
        forms += [
            pst.Like(tag, like_pattern(*form)) for form in (("", value, " *"), ("* ", value, ""), ("* ", value, " *"))
        ]
        test = forms[0]
        for form in forms[1:]:
            test = pst.BinaryOp("or", test, form)
    return Atom(pst.BinaryOp("and", has, test))


def principal_arn(arn: str) -> Atom:
    """The caller with this ARN, as typed."""
    return Atom(pst.BinaryOp("eq", pst.GetAttr(_PRINCIPAL, "id"), pst.StringLit(arn)))


def principal_account(account: str) -> Atom:
    """A caller of this AWS account."""
    return Atom(pst.Like(pst.GetAttr(_PRINCIPAL, "id"), like_pattern("*", f":{account}:", "*")))


def any_of(conditions: list[Logic]) -> Logic:
    """Any of them; claims with one key share their presence check."""
    keys = {_key_of(condition) for condition in conditions}
    if len(conditions) < 2 or len(keys) != 1 or None in keys:
        return either(conditions)
    has, tests = None, []
    for condition in conditions:
        assert isinstance(condition, Atom)
        assert isinstance(condition.test, pst.BinaryOp)
        has = condition.test.left
        tests.append(condition.test.right)
    joined = tests[0]
    for test in tests[1:]:
        joined = pst.BinaryOp("or", joined, test)
    assert has is not None
    return Atom(pst.BinaryOp("and", has, joined))


def _key_of(condition: Logic) -> pst.Expr | None:
    if isinstance(condition, Atom) and isinstance(condition.test, pst.BinaryOp) and condition.test.op == "and":
        left = condition.test.left
        return left if isinstance(left, pst.BinaryOp) and left.op == "has_tag" else None
    return None


def of_two_claims(logic: Logic | None) -> bool:
    """Whether either of two different claims will do: "role manager, department finance" may as well say both."""
    keys = {str(_key_of(item)) for item in logic.items} if isinstance(logic, Either) else set()
    return len(keys) > 1


# Nouns of all who work there: of these, a role says which.
STAFF = tuple(
    claim("role", "==", noun) for noun in ("staff", "employee", "personnel", "worker", "staff-member", "coworker")
)


def never_both(left: Logic | None, right: Logic | None) -> bool:
    """Whether two claims of one key exclude each other: a caller has one role, and one department."""
    keys = [_key_of(each) if each is not None else None for each in (left, right)]
    if keys[0] is None or keys[0] != keys[1]:
        return False
    first, then = (set(_values_of(each)) for each in (left, right))
    return bool(first and then) and first.isdisjoint(then)


def value_of(logic: Logic | None) -> str:
    """The first value of a claim, empty where it has none."""
    return next(iter(_values_of(logic)), "")


def _values_of(logic: Logic | None) -> list[str]:
    """The values that a claim may equal; none where it is compared otherwise."""
    return _equal(logic.test.right) if isinstance(logic, Atom) and isinstance(logic.test, pst.BinaryOp) else []


def _equal(test: pst.Expr) -> list[str]:
    if isinstance(test, pst.BinaryOp) and test.op == "or":
        left, right = _equal(test.left), _equal(test.right)
        return [*left, *right] if left and right else []
    if isinstance(test, pst.BinaryOp) and test.op == "eq" and isinstance(test.right, pst.StringLit):
        return [test.right.value]
    return []


def of_role(logic: Logic | None) -> bool:
    """Whether it says which role a caller has, and nothing else."""
    key = _key_of(logic) if logic is not None else None
    return isinstance(key, pst.BinaryOp) and key.right == pst.StringLit("role")


def plain_claim(key: str, value: str) -> Atom:
    """A claim that has a value; a scope is one word of the claim `scope`."""
    return claim(key, "word" if key == "scope" else "==", value)


def others(who: Who, drafts: Sequence[Draft]) -> Who | None:
    """Who is meant; "everyone else" is nobody of the rules before."""
    if who.form != "else":
        return who
    told = [draft.who.condition for draft in drafts if draft.who is not None and draft.who.condition is not None]
    return Who(Not(any_of(told))) if len(told) == len(drafts) else None
