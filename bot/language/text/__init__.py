"""The text of a rule before any gateway: its words, tokens, phrases and numbers."""
