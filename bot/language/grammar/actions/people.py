"""Who: groups, claims and callers, and lists of them."""

from __future__ import annotations

from dataclasses import replace

from bot.cedar.gateway import IAM_ENTITY
from bot.language import vocabulary
from bot.language.gateway.context import Context, share_a_tool
from bot.language.gateway.groups import NO_GROUP, heads_department, surely_people
from bot.language.gateway.refusals import Refusal, quote
from bot.language.gateway.verbs import is_verb
from bot.language.meaning.claims import (
    STAFF,
    any_of,
    claim,
    never_both,
    plain_claim,
    principal_account,
    principal_arn,
    value_of,
)
from bot.language.meaning.logic import Logic, Not, both, either
from bot.language.meaning.model import Draft, Fact, Neg, Value, Who
from bot.language.text.tokens import Token
from bot.language.text.words import is_plural, stem
from bot.language.wordlists import CLAIM_NAMES, DETERMINING, PEOPLE_NOUNS, TOOL_NOUNS, VAGUE


def everyone(context: Context) -> Who:
    """No condition on who."""
    return Who(None)


def group(context: Context, name: Value, form: str = "", sure: str = "yes") -> Who | None:
    """A group noun is the role of that name."""
    spelled = tuple(token.low for token in name.said) in context.lexicon.spelled_inputs
    if _by_arn(context):
        if sure == "yes" and not spelled:
            _no_claims(context, name.said)
        return None
    return Who(claim("role", "==", name.text), form or ("input" if spelled else ""), sure == "yes")


def bare_group(context: Context, name: Value) -> Who | None:
    """ "Unless manager"; a word of an input before them says that of the input ("tags contain legal"), and what is an
    input's whole name is nobody ("when recipients > 80")."""
    inputs, whole = context.lexicon.by_input_word, tuple(token.low for token in name.said)
    if whole in context.lexicon.spelled_inputs or any(token.stem in inputs for token in name.said[:-1]):
        return None
    return group(context, name)


def listed_group(context: Context, value: Value) -> Who | None:
    """A person whom an input lists as a value."""
    return group(context, value) if not value.quoted and surely_people(value.text) else None


def outsiders(context: Context, name: Value) -> Who | None:
    """Non-managers."""
    return None if _by_arn(context) else Who(Not(claim("role", "==", name.text)))


def claimed_alone(context: Context, key: str | Value, values: tuple[Value, ...], how: str = "") -> Who | None:
    """People by a claim: in "with role auditor or express", a flag may say what the call is like."""
    lexicon = context.lexicon
    more = [value.text.lower() for value in values[1:] if not value.quoted]
    flags = any(low in lexicon.flag_words and (low,) in lexicon.spelled_inputs for low in more)
    return None if flags else claimed(context, key, values, how)


def claimed(context: Context, key: str | Value, values: tuple[Value, ...], how: str = "") -> Who | None:
    """A claim with a value, or one of several."""
    if any(value.text.lower() in {"arn", "claim", "a", "an"} or value.text.startswith("arn:") for value in values):
        return None
    if _by_arn(context):
        keys = tuple(token for token in context.tokens if token.low in CLAIM_NAMES)
        _no_claims(context, (*keys, *(token for value in values for token in value.said)))
        return None
    name = key.text if isinstance(key, Value) else key
    tests: list[Logic] = [
        claim(name, "contains", v.text) if how == "contains" else plain_claim(name, v.text) for v in values
    ]
    return Who(any_of(tests), "claim")


def in_department(context: Context, values: tuple[Value, ...]) -> Who | None:
    """ "Department finance"; department heads are a role."""
    heads = any(not value.quoted and any(map(heads_department, value.said)) for value in values)
    return None if heads else claimed(context, "department", values)


def claim_label(context: Context, key: str, values: tuple[Value, ...]) -> Who | None:
    """ "Team mobile → …"; team leads are a role."""
    people = any(not value.quoted and any(map(heads_department, value.said)) for value in values)
    return None if people else claimed(context, key, values)


_NO_CLAIMS = frozenset({"my", "your", "their", "his", "her", "its"}) | VAGUE | DETERMINING | PEOPLE_NOUNS | TOOL_NOUNS


def claim_value(context: Context, value: Value) -> Value | None:
    """An unquoted word as the value of a claim."""
    low = value.text.lower()
    at = next((n for n, token in enumerate(context.tokens[:-1]) if token is value.said[0]), None)
    if at is not None and low == "operations" and context.tokens[at + 1].low in {"department", "dept", "team"}:
        return value
    if at is not None and value.said[0].kind == "number" and is_plural(context.tokens[at + 1].low):
        return None  # "heads of 5 teams" counts them
    return None if len(value.said) == 1 and low in _NO_CLAIMS else value


def more_claims(context: Context, values: tuple[Value, ...], value: Value) -> tuple[Value, ...] | None:
    """A further value of a claim; "role auditor or managers" lists a value and people."""
    from bot.language.grammar.value_leaves import free_text

    return None if not value.quoted and is_plural(value.text) and not free_text(context, value) else (*values, value)


def first_name(context: Context, value: Value) -> tuple[Value, ...] | None:
    """ "Users ana …", before more names: no verb, no word of the gateway, and nobody's role."""
    token = value.said[0]
    known = (VAGUE, NO_GROUP, vocabulary.group_words(), vocabulary.words(), context.lexicon.own_forms)
    people = is_plural(token.low) and surely_people(token.low)
    named = not (is_verb(token) or people or any(token.low in each for each in known))
    return (value,) if named or value.quoted else None


def more_names(context: Context, values: tuple[Value, ...], value: Value) -> tuple[Value, ...] | None:
    """ "Users ana and joris"."""
    return (*values, value) if first_name(context, value) is not None else None


def everyone_else(context: Context) -> Who:
    """ "Everyone else": all but the people of the rule before, and of those in front of it that say the same of a tool
    of its own."""
    before = context.before
    if before is None or before.who is None or before.who.condition is None:
        return Who(None, "else")  # of a rule that is still to come
    alike = [draft.who for draft in context.earlier if draft.effect == before.effect and share_a_tool(draft, before)]
    known = dict.fromkeys([*(who.condition if who is not None else None for who in alike), before.who.condition])
    if None in known:
        return Who(None, "else")
    said = tuple(condition for condition in known if condition is not None)
    return Who(Not(either(said)))


def _no_claims(context: Context, said: tuple[Token, ...]) -> None:
    inputs = context.lexicon.by_input_word
    if all(not token.is_word or (token.stem in inputs and not is_plural(token.low)) for token in said):
        return  # the "canary" of `canaryPercent` is nobody
    context.give_up(
        Refusal(
            f"{quote(said)} is a claim of a signed-in user, and the callers of this gateway are IAM roles.",
            said,
            "Say “the role arn:aws:sts::123456789012:assumed-role/NAME”, or “account 123456789012”.",
            weight=2,
        )
    )


def arn(context: Context, value: Value) -> Who | None:
    """A caller by ARN."""
    if not value.text.startswith("arn:"):
        return None
    if not _by_arn(context):
        context.give_up(
            Refusal(
                f"{quote(value.said)} is an ARN, and this gateway's callers sign in with tokens.",
                value.said,
                "Name them by role, scope, department, team or user name.",
                weight=9,
            )
        )
        return None
    if "*" in value.text:
        context.give_up(
            Refusal(f"{quote(value.said)} has a wildcard.", value.said, "Name one ARN, or an account.", weight=9)
        )
        return None
    return Who(principal_arn(value.text))


def account(context: Context, number: Value) -> Who | None:
    """The callers of an AWS account."""
    if not (number.text.isdigit() and len(number.text) == 12 and _by_arn(context)):
        return None
    return Who(principal_account(number.text))


def not_account(context: Context, number: Value) -> Who | None:
    """ "All callers outside account 123456789012"."""
    found = account(context, number)
    return not_people(context, found) if found is not None else None


def sure_people(context: Context, who: Who) -> Who | None:
    """People, and nothing that may be a thing: "refunds are for emergencies" is about no caller."""
    return who if who.sure else None


def any_people(context: Context, left: Who, right: Who) -> Who | None:
    """A list of people: any of them."""
    if left.condition is None or right.condition is None:
        return None
    if left.form == "but" or not {"whoever", "staff"}.isdisjoint({left.form, right.form}):
        return None
    if left.form == "one" and right.form != "one":
        return None  # "senior and junior clerks", "support and finance clerks"
    if left.form in {"claim", "qualified"} and right.form in {"", "one", "input"}:
        return None  # "role a or b" is a list of values, or of people
    if left.form == "qualified" and right.form == "claim":
        return None  # "users with scope A and role B" have both
    return Who(any_of([left.condition, right.condition]), right.form or "list", left.sure and right.sure)


def any_claim(context: Context, left: Who, right: Who) -> Who | None:
    """ "With role A or role B"."""
    assert left.condition is not None
    assert right.condition is not None
    if "qualified" in {left.form, right.form} or isinstance(left.condition, Not):
        return None  # "role a and team b or role c", "is no rep or in team red": which belong together is not said
    return Who(any_of([left.condition, right.condition]), "claim")


def all_people(context: Context, left: Who, right: Who) -> Who | None:
    """People with a further claim. "Staff of role nurse" are nurses; of two roles nobody has both."""
    if right.condition is None or left.form == "staff":
        return None
    if never_both(left.condition, right.condition):
        if left.condition in STAFF:
            return replace(right, form="qualified")
        first, then = value_of(left.condition), value_of(right.condition)
        said = tuple(token for token in context.tokens if token.stem in {stem(first), stem(then)})
        context.give_up(
            Refusal(
                f"A caller has one value of a claim, and nobody is both “{first}” and “{then}”.",
                said,
                "Name one of them, or say “or” between them.",
                weight=9,
            )
        )
        return None
    return Who(both(left.condition, right.condition), "qualified", left.sure)


def those_people(context: Context, right: Who) -> Who | None:
    """ "Those with scope X"; behind others, of whom they are some, it is not said who they are."""
    lows = [token.low for token in context.tokens]
    first = lows[: lows.index("those")] if "those" in lows else []
    return right if context.before is None and not {",", "and"} & {*first} else None


_UNITS = vocabulary.group_words() | {"it"}


def in_unit(context: Context, unit: Value, key: str) -> Who | None:
    """ "Someone from finance"; "people in berlin" are none of a department that is known."""
    if _by_arn(context) or len(unit.said) != 1 or unit.text not in _UNITS:
        return None
    return Who(claim(key, "==", unit.text if key == "role" else unit.said[0].text), "qualified")


def bearers(context: Context, word: str, right: Who) -> Who | None:
    """ "Tokens with the scope X", where no tool works on tokens."""
    return None if stem(word) in context.lexicon.by_any_stem else right


def some_people(context: Context, left: Who, who: Who) -> Who | None:
    """ "Tellers and managers, but not interns"."""
    without = not_people(context, who)
    return all_people(context, left, without) if left.condition is not None and without is not None else None


def not_people(context: Context, who: Who) -> Who | None:
    """People without a claim, or everyone but some."""
    return Who(Not(who.condition), sure=who.sure) if who.condition is not None else None


def staff_but(context: Context, who: Who) -> Who:
    """ "Personnel other than managers": nobody's role, and so everyone but these; a permit would be of whom else?"""
    return replace(who, form="staff")


def whoever(context: Context, who: Who) -> Who | None:
    """ "Whoever is a manager"; it stands alone, and is nobody of a list."""
    return replace(who, form="whoever") if who.condition is not None and who.form != "but" else None


def whoever_not(context: Context, who: Who) -> Who | None:
    """ "Who is not a manager"."""
    without = not_people(context, who)
    return whoever(context, without) if without is not None else None


def but_people(context: Context, who: Who) -> Who | None:
    """Everyone but some: a list goes on inside the exception."""
    return Who(Not(who.condition), "but") if who.condition is not None else None


def named_caller(
    context: Context, values: tuple[Value, ...], negative: str = "", key: str = "username"
) -> Fact | Neg | None:
    """ "The username is ana"."""
    who = claimed(context, key, values)
    if who is None or who.condition is None:
        return None
    return Neg(Fact(who.condition)) if negative else Fact(who.condition)


def caller_claims(context: Context, key: str, values: tuple[Value, ...], negative: str = "") -> Fact | Neg | None:
    """ "The role is finance-approver", where no tool has an input of that name."""
    told = any(stem(key) in found.leaf for tool in context.lexicon.tools for found in tool.inputs)
    return None if told else named_caller(context, values, negative, key)


def caller_is(context: Context, who: Who) -> Fact | None:
    """ "The user has role X", as a condition."""
    return Fact(who.condition) if who.condition is not None else None


def caller_is_not(context: Context, who: Who) -> Neg | None:
    """ "The user is not a manager", as a condition."""
    return Neg(Fact(who.condition)) if who.condition is not None else None


def if_caller(context: Context, who: Who) -> Draft | None:
    """ "If you are a manager"."""
    return Draft(when=Fact(who.condition)) if who.condition is not None else None


def if_not_caller(context: Context, who: Who) -> Draft | None:
    """ "If you are not a manager"."""
    return Draft(when=Neg(Fact(who.condition))) if who.condition is not None else None


def unless_caller(context: Context, who: Who) -> Draft | None:
    """ "Unless you are a manager"."""
    return Draft(unless=Fact(who.condition)) if who.condition is not None else None


def capital_value(context: Context, value: Value, more: Value) -> Value | None:
    """ "Clinical Pharmacy": a name of two words, both capitalised."""
    if not (value.text[:1].isupper() and more.text[:1].isupper()) or value.quoted or more.quoted:
        return None
    said: tuple[Token, ...] = (*value.said, *more.said)
    return Value(f"{value.text} {more.text}", False, said)


def _by_arn(context: Context) -> bool:
    return context.lexicon.gateway.principal_type == IAM_ENTITY


def unclaimed(context: Context, key: str | Value, values: tuple[Value, ...]) -> Who | None:
    """ "Whose role is not pharmacist"."""
    found = claimed(context, key, values)
    return not_people(context, found) if found is not None else None
