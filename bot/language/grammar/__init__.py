"""The grammar as data: one file for each theme. `bot.language.grammar.rules` says how they are written."""
