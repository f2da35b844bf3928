"""policybot: a team writes, reviews and enacts the rules that bind its AI agents."""

__version__ = "0.1.0"
