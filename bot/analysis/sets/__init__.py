"""Policies and sets of them beside Cedar and the solver: sessions, searches, comparisons, examples."""
