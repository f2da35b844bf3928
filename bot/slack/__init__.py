"""Slack: outward (messages, people) and inward (the Bolt app over Socket Mode or HTTP)."""
