"""The domain: a rule is proposed, reviewed and enacted. Imports no vendor."""
