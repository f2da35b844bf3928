"""Claims of a JWT gateway's users, and ARNs and accounts of an IAM gateway's callers, as they are said."""

from __future__ import annotations

import re

from cedarpy import pst

from bot.cedar import Gateway
from bot.cedar.gateway import IAM_ENTITY
from bot.translate.line import Line
from bot.translate.logic import All, Atom, Logic, Not, both, either, like_pattern
from bot.translate.phrases import Phrases
from bot.translate.refusals import Refusal, quote
from bot.translate.tokens import Token
from bot.translate.vocabulary import (
    CLAIM_NAMES,
    STOPS,
    VAGUE,
)
from bot.translate.words import is_plural, kebab, singular

_PRINCIPAL = pst.Var("principal")
_ACCOUNT = re.compile(r"\d{12}")
_SET_TO = Phrases.of(("=", "==", "is", "of", "equals", "equal to", "set to", "is equal to", "is set to", ":", "named",
    "called",
                      "is exactly", "being", "are"))  # fmt: skip
_CONTAINS = Phrases.of(("containing", "contains", "that contains", "including", "includes", "which contains",
    "that includes", "like",
                        "with", "contain", "include"))  # fmt: skip
_IS_NOT = Phrases.of(("is not", "!=", "other than", "not equal to", "is anything but", "are not", "not"))
_QUANTITIES = frozenset({"whole", "entire", "full", "complete", "same", "own", "rest", "right", "wrong", "respective",
                         "another", "other", "one", "half", "responsible", "relevant", "appropriate", "any", "every",
                         "each", "all"})  # fmt: skip
_ONE_OF = Phrases.of(("one of", "any of", "in", "either", "is one of", "is in", "is either", "is any of"))


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


def plain_claim(key: str, value: str) -> Atom:
    """A claim that has a value; a scope is one word of the claim `scope`."""
    return claim(key, "word" if key == "scope" else "==", value)


def needs_claims(gateway: Gateway, tokens: list[Token]) -> None:
    """Raise Refusal on a gateway whose callers carry no claims."""
    if gateway.principal_type == IAM_ENTITY:
        raise Refusal(
            f"{quote(tokens)} is a claim of a signed-in user, and the callers of this gateway are IAM roles.",
            tokens,
            "Say “the role arn:aws:sts::123456789012:assumed-role/NAME”, or “account 123456789012”.",
            weight=2,
        )


def iam_principal(line: Line, start: int, end: int) -> tuple[Logic | None, int] | None:
    """An ARN or an account, on an IAM gateway."""
    at = start
    while at < end and line.low(at) in {"role", "iam", "aws", "principal", "caller", "user", "users", "callers",
    "entity", "arn", "with",
                                        "the", "from", "in", "of", "anyone", "everyone", "principals", "anybody",
                                        "everybody", "roles",
                                        "assumed", "session", "identity", "id", "belonging", "to", "people", "=",
                                        "is", "whose", "an"}:  # fmt: skip
        at += 1
    if (
        at < end
        and line.tokens[at].kind in {"arn", "quoted"}
        and (line.tokens[at].value or line.tokens[at].text).startswith("arn:")
    ):
        arn = line.tokens[at].value or line.tokens[at].text
        if line.lexicon.gateway.principal_type != IAM_ENTITY:
            raise Refusal(f"{quote([line.tokens[at]])} is an ARN, and this gateway's callers sign in with tokens.",
            [line.tokens[at]],
                          "Name them by role, scope, department, team or user name.")  # fmt: skip
        if "*" in arn:
            raise Refusal(
                f"{quote([line.tokens[at]])} has a wildcard.", [line.tokens[at]], "Name one ARN, or an account."
            )
        line.mark(start, at + 1, "person", f"principal.id == {arn}")
        return principal_arn(arn), at + 1
    return _account(line, start, at, end)


def _account(line: Line, start: int, at: int, end: int) -> tuple[Logic | None, int] | None:
    if line.low(at) in {"account", "accounts"} and at < end:
        at += 1
        while line.low(at) in {"id", "number", "#", "no"} and at < end:
            at += 1
        text = (line.tokens[at].value or line.tokens[at].text) if at < end else ""
        if _ACCOUNT.fullmatch(text):
            if line.lexicon.gateway.principal_type != IAM_ENTITY:
                culprits = line.tokens[at - 1 : at + 1]
                why = f"{quote(culprits)} is an AWS account, and this gateway's callers sign in with tokens."
                raise Refusal(why, culprits, "Name them by role, scope, department, team or user name.")
            line.mark(start, at + 1, "person", f"account {text}")
            return principal_account(text), at + 1
    return None


def value_at(line: Line, at: int, end: int) -> tuple[str, int]:
    """The value in one token, without its quotes."""
    token = line.tokens[at]
    return (token.value if token.kind == "quoted" else token.text), at + 1


def claim_phrase(line: Line, start: int, end: int) -> tuple[Logic | None, int] | None:
    """role X [or Y], scope X, scope containing X, claim K = V, department X, team = billing; the X role; the X team."""
    at, low = start, line.low(start)
    if low in CLAIM_NAMES and at + 1 < end:
        key = CLAIM_NAMES[low]
        if key == "claim":
            return _custom_claim(line, start, at + 1, end)
        return _values_of(line, start, at + 1, end, key)
    if at + 2 < end and line.low(at + 1) == "claim":
        return _custom_claim(line, start, at, end)
    # the X role, the X scope, the finance department, the billing team
    for stop in range(at + 1, min(at + 5, end)):
        if line.low(stop) in {"role", "roles", "scope", "scopes", "department", "departments", "team", "teams"}:
            words = line.tokens[at:stop]
            if any(token.low in STOPS or token.kind not in {"word", "quoted"} for token in words):
                return None
            if line.low(stop) in {"team", "teams"} and words[0].low in VAGUE:
                return None
            _no_quantity(line.tokens[at : stop + 1])
            return _trailing(line, at, stop, CLAIM_NAMES[singular(line.low(stop))])
        if line.low(stop) in STOPS or line.tokens[stop].kind not in {"word", "quoted"}:
            break
    return None


def _no_quantity(tokens: list[Token]) -> None:
    """ "The whole team" says how much of one, and not which."""
    if tokens[0].low in _QUANTITIES and tokens[0].kind == "word":
        raise Refusal(f"{quote(tokens)} does not say which.", tokens, "Name it, as in “the billing team”.", weight=6)


def _trailing(line: Line, at: int, stop: int, key: str) -> tuple[Logic | None, int] | None:
    words = line.tokens[at:stop]
    needs_claims(line.lexicon.gateway, line.tokens[at : stop + 1])
    if len(words) > 1 and (key in {"scope", "role"} or any(token.kind == "quoted" for token in words)):
        if key == "role" and not any(token.kind == "quoted" for token in words):
            quoted = f'role "{kebab(tuple(token.text for token in words))}"'
            raise Refusal(f"{quote(words)} could be one role name or several words.", words, f"Use quotes: {quoted}.")
        return None
    value = words[0].value if words[0].kind == "quoted" else " ".join(token.text for token in words)
    line.mark(at, stop + 1, "person", f'{key} == "{value}"')
    return plain_claim(key, value), stop + 1


def _custom_claim(line: Line, start: int, at: int, end: int) -> tuple[Logic | None, int] | None:
    """claim tier = gold, tier claim is gold, the claim tier equal to gold."""
    if line.low(at) == "named":
        at += 1
    if at >= end or line.tokens[at].kind not in {"word", "quoted"}:
        return None
    key = line.tokens[at].value or line.tokens[at].text
    at += 1
    if line.low(at) == "claim":
        at += 1
    return _values_of(line, start, at, end, key)


def _values_of(line: Line, start: int, at: int, end: int, key: str) -> tuple[Logic | None, int] | None:
    """The values after a claim's name: X, "X" or "Y", containing X, is not X."""
    negative, op = False, "word" if key == "scope" else "=="
    if found := _IS_NOT.at(line.tokens, at, end):
        negative, at = True, found[1]
    elif found := _ONE_OF.at(line.tokens, at, end) or _SET_TO.at(line.tokens, at, end):
        at = found[1]
        if one := _ONE_OF.at(line.tokens, at, end):
            at = one[1]
    elif found := _CONTAINS.at(line.tokens, at, end):
        op, at = "contains", found[1]
    if not _is_value(line, at, end):
        return None
    needs_claims(line.lexicon.gateway, line.tokens[start : at + 1])
    value, at = _claim_value(line, at, end, key)
    tests: list[Logic] = [claim(key, op, value)]
    values = [value]
    while True:
        joined = at
        while line.low(joined) in {",", "or", "nor"} and joined < end:
            joined += 1
        if joined > at and line.low(joined) in CLAIM_NAMES and CLAIM_NAMES[line.low(joined)] == key:
            joined += 1
        if (
            joined == at
            or not _is_value(line, joined, end)
            or _opens_subject(line, joined, end)
            or line.low(joined) in CLAIM_NAMES
        ):
            break
        value, at = _claim_value(line, joined, end, key)
        tests.append(claim(key, op, value))
        values.append(value)
    line.mark(start, at, "person", f"{key} {'is not' if negative else op} {' or '.join(values)}")
    condition = any_of(tests)
    return (Not(condition) if negative else condition), at


def _opens_subject(line: Line, at: int, end: int) -> bool:
    """Whether a word after a comma is the next person of a list and not the next value: it is plural, or has a verb."""
    return line.tokens[at].kind == "word" and is_plural(line.low(at)) and line.low(at + 1) not in {"role"}


def _is_value(line: Line, at: int, end: int) -> bool:
    if at >= end:
        return False
    token = line.tokens[at]
    return token.kind == "quoted" or (token.kind in {"word", "number"} and token.low not in STOPS)


def _claim_value(line: Line, at: int, end: int, key: str) -> tuple[str, int]:
    """One value; a department or a team keeps all its words."""
    token = line.tokens[at]
    if token.kind == "quoted":
        return token.value, at + 1
    stop = at + 1
    if key in {"department", "team"}:
        while (
            stop < end
            and stop < at + 3
            and line.tokens[stop].is_word
            and line.low(stop) not in STOPS
            and _title(line, at, stop)
        ):
            stop += 1
    return " ".join(each.text for each in line.tokens[at:stop]), stop


def _title(line: Line, at: int, stop: int) -> bool:
    """A further word of a name: capitalised like the first."""
    return line.tokens[at].text[0].isupper() and line.tokens[stop].text[0].isupper()


def claims_at(line: Line, start: int, at: int, end: int, negative: bool) -> tuple[Logic, int] | None:
    """Claims joined by "and" (all of them) or by "or" (any of them)."""
    found = _one_claim(line, at, end)
    if found is None:
        return None
    conditions, joiners, at = [found[0]], set(), found[1]
    while line.low(at) in {"and", "or", ","} and at < end:
        stop = at + 1 + (line.low(at) == "," and line.low(at + 1) in {"and", "or"})
        kind = line.low(stop - 1)
        while line.low(stop) in {"with", "a", "the", "an", "have", "who", "has"} and stop < end:
            stop += 1
        more = _one_claim(line, stop, end)
        if more is None:
            break
        joiners |= {kind} - {","}
        line.mark(at, stop, "joiner", kind)
        conditions.append(more[0])
        at = more[1]
    keys = [_key_of(condition) for condition in conditions]
    same = len(set(map(repr, keys))) < len(keys) and "scope" not in repr(keys)
    if len(joiners) > 1 or (len(conditions) > 1 and "or" not in joiners and (negative or same)):
        raise Refusal(f"{quote(line.tokens[start:at])} can be read in two ways.", line.tokens[start:at],
                      "Say “or”, or make it two rules.", weight=5)  # fmt: skip
    line.mark(start, at, "person", "without" if negative else "with")
    condition = any_of(conditions) if joiners == {"or"} else both(*conditions)
    assert condition is not None
    return (Not(condition) if negative else condition), at


def _one_claim(line: Line, at: int, end: int) -> tuple[Logic, int] | None:
    while line.low(at) in {"a", "an", "the", "any"} and at < end:
        at += 1
    found = claim_phrase(line, at, end)
    if found is None and at + 2 < end and line.tokens[at].is_word and line.low(at + 1) in {"=", "=="}:
        found = _values_of(line, at, at + 1, end, line.tokens[at].text)
    return (found[0], found[1]) if found is not None and found[0] is not None else None


def whose(line: Line, start: int, end: int) -> tuple[Logic, int] | None:
    """whose team is billing; whose tier claim is gold."""
    at = start + 1
    if at + 1 >= end or line.tokens[at].kind not in {"word", "quoted"}:
        return None
    key_token = line.tokens[at]
    stop = at + 2 if line.low(at + 1) == "claim" else at + 1
    if not (
        _SET_TO.at(line.tokens, stop, end) or _IS_NOT.at(line.tokens, stop, end) or _CONTAINS.at(line.tokens, stop, end)
    ):
        return None
    key = CLAIM_NAMES.get(key_token.low, key_token.value or key_token.text)
    found = _values_of(line, start, stop, end, key)
    if found is None or found[0] is None:
        return None
    more = _whose_too(line, found[1], end)
    return (found[0], found[1]) if more is None else (All((found[0], more[0])), more[1])


def _whose_too(line: Line, at: int, end: int) -> tuple[Logic, int] | None:
    """The claim after another: "… and role is lead", "… and whose role is lead"."""
    if line.low(at) != "and":
        return None
    stop = at + 1 + (line.low(at + 1) == "whose")
    told = _SET_TO.at(line.tokens, stop + 1, end) or _IS_NOT.at(line.tokens, stop + 1, end)
    if line.low(stop) not in CLAIM_NAMES or told is None:
        return None
    found = whose(line, stop - 1, end)
    if found is not None:
        line.mark(at, stop, "joiner", "and")
    return found


def membership(line: Line, start: int, end: int) -> tuple[Logic, int] | None:
    """in the finance department, from department finance, of team billing, on the billing team."""
    at = start + 1
    while line.low(at) in {"the", "our", "to", "a", "any", "in", "for"} and at < end:
        at += 1
    for stop in range(at, min(at + 5, end)):
        if stop > at and line.low(stop) in {"department", "departments", "team", "teams", "dept"}:
            words = line.tokens[at:stop]
            if any(
                word.kind not in {"word", "quoted"} or word.low in (STOPS - {"and", "or"}) | {"the", "a", "an"}
                for word in words
            ):
                return None
            _no_quantity(line.tokens[at : stop + 1])
            key = "team" if line.low(stop).startswith("team") else "department"
            return _membership_values(line, start, at, stop, key)
    if line.low(at) in {"department", "team", "dept"}:
        key = "team" if line.low(at) == "team" else "department"
        found = _values_of(line, start, at + 1, end, key)
        return (found[0], found[1]) if found is not None and found[0] is not None else None
    return None


def _membership_values(line: Line, start: int, at: int, stop: int, key: str) -> tuple[Logic, int]:
    needs_claims(line.lexicon.gateway, line.tokens[start : stop + 1])
    values: list[list[Token]] = [[]]
    for token in line.tokens[at:stop]:
        if token.low in {"and", "or", ","}:
            values.append([])
        elif token.low != "the":
            values[-1].append(token)
    texts = [" ".join(token.value or token.text for token in words) for words in values if words]
    line.mark(start, stop + 1, "person", f"{key} == {' or '.join(texts)}")
    return any_of([claim(key, "==", text) for text in texts]), stop + 1
