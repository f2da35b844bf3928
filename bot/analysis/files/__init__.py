"""Policies and schemas from files, whole sets of them analysed, and the outcome as JSON and text."""
