"""The grammar as data: one file for each theme. `bot.language.rules` says how they are written."""
