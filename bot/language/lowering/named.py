"""The input of a tool that words name."""

from __future__ import annotations

from bot.language.gateway import beside
from bot.language.gateway.glossary import Glossary
from bot.language.gateway.inputs import lists
from bot.language.gateway.line import Line
from bot.language.gateway.refusals import Refusal, unknown_input
from bot.language.gateway.schema_inputs import Input
from bot.language.gateway.subjects import fitting, stems_of
from bot.language.gateway.tool_words import ToolWords
from bot.language.meaning.model import Said
from bot.language.text.tokens import Token
from bot.language.text.words import parts


def named(line: Line, tool: ToolWords, glossary: Glossary, subject: Said) -> Input:
    """The one input that the words name. Raises Refusal where none does, or several do."""
    glossed = glossary.inputs.get(tuple(token.stem for token in subject if token.low not in {"the", "a", "an"}))
    if glossed is not None:
        fits = [found for found in tool.inputs if glossed in {found.name, found.path[-1]}]
    else:
        fits = fitting(tool, stems_of(subject, tool))
        if not fits and [token.low for token in subject] == ["name"]:
            # "Create branches whose name starts with …"
            fits = [found for found in tool.inputs if found.kind == "String" and beside.is_name(tool, found)]
            _no_name_of_another(line, tool, subject[0], fits)
        if not fits and len(subject) == 1:
            fits = [found for found in tool.inputs if beside.short_for(found, subject[0])]
    said = " ".join(token.text for token in subject)
    if len(fits) == 1 and glossed is None and lists(tool, fits[0], said):
        raise Refusal.of("value_of", subject, input=fits[0])
    if len(fits) == 1:
        _no_value_in(tool, subject, fits[0])
        return fits[0]
    if fits:
        raise Refusal.of("which_input", subject, listed=fits)
    raise unknown_input(tool, list(subject))


def _no_value_in(tool: ToolWords, subject: Said, found: Input) -> None:
    """Raise Refusal for "with currency EUR 500": a value of the input in what would be its name."""
    own = {word for name in found.path for word in parts(name)}
    for token in subject:
        if token.low not in own and lists(tool, found, token.text):
            raise Refusal.of("value_of", [token], input=found)


def _no_name_of_another(line: Line, tool: ToolWords, name: Token, fits: list[Input]) -> None:
    """Raise Refusal for "branches in repositories whose name …": the name is of the noun that stands before it."""
    texts = [found for found in tool.inputs if found.kind == "String"]
    for token in reversed([each for each in line.tokens if each.start < name.start]):
        told = [found for found in texts if beside.names_input(found, token)]
        if told:
            if told != fits:
                raise unknown_input(tool, [token, name])
            return
