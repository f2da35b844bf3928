"""What a rule means: terms and drafts, the conditions of its policies as data, and their Cedar text."""
