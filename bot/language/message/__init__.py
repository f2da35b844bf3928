"""A message as rules: its sentences and pieces, what they share, and what its pronouns stand for."""
