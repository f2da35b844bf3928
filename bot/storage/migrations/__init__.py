"""Migrations: append-only steps, expand first and contract in a later release."""
