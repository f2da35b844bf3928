"""A question about the rules to what it asks: "who can refund more than 500?", "may interns cancel orders?"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, cast

from bot.cedar import Gateway
from bot.language.gateway.compounds import compounded
from bot.language.gateway.context import Context
from bot.language.gateway.glossary import Glossary
from bot.language.gateway.lexicon import Lexicon, lexicon_for
from bot.language.gateway.refusals import Refusal
from bot.language.gateway.typed import no_mention
from bot.language.gateway.unseen import refuse_unseen
from bot.language.grammar.chart import TooMuch
from bot.language.intent import unled
from bot.language.lowering.lower import lower
from bot.language.meaning.emitter import expression_text
from bot.language.meaning.model import Asked
from bot.language.meaning.policy import Meaning
from bot.language.readback import read_back
from bot.language.reader import chart_of, normal, on_each_choice
from bot.language.refusal.culprits import explain
from bot.language.refusal.offers import candidates
from bot.language.text.tokens import Token, hidden_character, tokenise, unmarked

Kind = Literal["who", "whether", "what"]
_MOST_OFFERS = 3
_SPEAKERS = frozenset({"i", "we", "my", "us"})


@dataclass(frozen=True)
class Question:
    """What somebody asks of the rules.

    `kind` is "who" (the people are asked for), "whether" (may these people, or anybody) or "what" (the tools are asked
    for). `denied` says that it asks what is blocked: "who may not refund?". `statements` are permits that together
    match exactly the requests asked about, one for each group of tools that share a condition; none has an effect of
    its own. `actions` are the action ids asked about, every one of the gateway's where nothing narrows them. `people`
    is the condition on the caller as Cedar, empty where anybody is meant. `said` reads the statements back.
    """

    kind: Kind
    denied: bool
    statements: tuple[str, ...]
    actions: tuple[str, ...]
    people: str
    said: str


@dataclass(frozen=True)
class NotRead:
    """Why a question is not understood: a sentence that helps, its words at fault as typed, and questions that would
    be understood in its place, three at most."""

    description: str
    culprits: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()


def read_question(
    text: str, gateway: Gateway, *, glossary: Glossary | None = None, lexicon: Lexicon | None = None
) -> Question | NotRead:
    """The question that a text asks, by the same grammar as rules. Pure and deterministic; no text raises."""
    lexicon = lexicon or lexicon_for(gateway)
    if (hidden := hidden_character(text)) is not None:
        return NotRead(f"The question holds {hidden}, so it may not say what it seems to say.")
    said = unled(unmarked(text).strip(" \n\t?!."))
    if not any(char.isalnum() for char in said):
        return NotRead(f"The question has no words. {_example(lexicon)}")
    context = Context(compounded(tokenise(said), lexicon), lexicon, glossary or Glossary())
    try:
        no_mention(said, 0, context.tokens, lexicon)
        refuse_unseen(context.line())
        found = _readings(context)
    except Refusal as refusal:
        if (speaker := next((token for token in context.tokens if token.low in _SPEAKERS), None)) is not None:
            return NotRead(f"“{speaker.text}” does not say who. Name a role, team or user.", (speaker.text,))
        offers = tuple(dict.fromkeys(_offers(context, said)))[:_MOST_OFFERS]
        near = f" Did you mean: “{offers[0]}”?" if offers else "" if refusal.advice else f" {_example(lexicon)}"
        return NotRead(f"{refusal.description}{near}", _texts(refusal.culprits), offers)
    except RecursionError:
        return NotRead("The question nests or lists more than can be read. Ask it in parts.")
    told = [_question(asked, policies, lexicon) for asked, policies in found]
    if len(told) > 1:
        choices = " — or: ".join(question.said for question in told[:_MOST_OFFERS])
        return NotRead(f"This can be read in more than one way: {choices} Ask it with the one that you mean.")
    return told[0]


def _readings(context: Context) -> list[tuple[Asked, tuple[Meaning, ...]]]:
    """What the question may ask, each meaning once. Raises the Refusal that explains best why it asks nothing."""
    try:
        chart = chart_of(context)
    except TooMuch:
        raise Refusal("This is more than one question can ask.", context.tokens, "Ask it in parts.") from None
    found: dict[object, tuple[Asked, tuple[Meaning, ...]]] = {}
    refusals: list[Refusal] = []
    for phrase in chart.whole("Question"):
        asked = cast(Asked, phrase.meaning)
        for policies in on_each_choice(context, (asked.draft,), refusals):
            key = (asked.kind, asked.denied, normal(policies))
            found.setdefault(key, (asked, policies))
    if found:
        return list(found.values())
    raise explain(context, chart, refusals)


def _question(asked: Asked, policies: Sequence[Meaning], lexicon: Lexicon) -> Question:
    statements = tuple(lower(policy, lexicon) for policy in policies)
    condition = asked.draft.who.condition if asked.draft.who is not None else None
    return Question(
        cast(Kind, asked.kind),
        asked.denied,
        statements,
        tuple(dict.fromkeys(action for policy in policies for action in _actions(policy, lexicon))),
        expression_text(condition) if condition is not None else "",
        " ".join(read_back(text, lexicon.gateway) for text in statements),
    )


def _actions(policy: Meaning, lexicon: Lexicon) -> tuple[str, ...]:
    if policy.group:
        return tuple(tool.action for target in policy.actions for tool in lexicon.by_target[target])
    return policy.actions or tuple(tool.action for tool in lexicon.tools)


def _offers(context: Context, text: str) -> Iterator[str]:
    """The question with a slip put right, where it is one then."""
    for _, other in candidates(context, text, 0):
        try:
            tokens = compounded(tokenise(other), context.lexicon)
            if len(_readings(Context(tokens, context.lexicon, context.glossary))) == 1:
                yield f"{other}?"
        except Refusal:
            continue


def _texts(tokens: Sequence[Token]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(token.text for token in tokens))


def _example(lexicon: Lexicon) -> str:
    name = lexicon.tools[0].tool.name if lexicon.tools else "a tool"
    return f"A question that works: “who can use {name}?”."
