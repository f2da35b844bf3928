"""Words of times and dates."""

from __future__ import annotations

from typing import Final

UTC: Final = frozenset({"utc", "gmt", "z"})
MONTHS: Final = {name: number for number, names in enumerate(
    (("january", "jan"), ("february", "feb"), ("march", "mar"), ("april", "apr"), ("may",), ("june", "jun"), ("july",
    "jul"),
     ("august", "aug"), ("september", "sep", "sept"), ("october", "oct"), ("november", "nov"), ("december", "dec")), 1)
    for name in names}  # fmt: skip
RELATIVE_TIMES: Final = ("tomorrow", "today", "yesterday", "tonight", "now", "next week", "next month", "next year",
    "this week",
                         "this month", "this year", "last week", "last month", "last year", "this morning",
                         "this afternoon",
                         "this evening", "next quarter", "this quarter", "the weekend", "weekends", "weekend",
                         "weekdays", "weekday",
                         "business hours", "office hours", "working hours", "work hours", "business days",
                         "working days",
                         "opening hours", "working time", "shift", "holidays", "holiday", "the night", "night",
                         "nights", "overnight",
                         "daytime", "lunch", "after hours", "off hours", "off-hours", "quiet hours", "the holidays",
                         "month end",
                         "mondays", "monday", "tuesdays", "tuesday", "wednesdays", "wednesday", "thursdays",
                         "thursday", "fridays",
                         "friday", "saturdays", "saturday", "sundays", "sunday", "christmas", "easter", "new year",
                         "the morning",
                         "the evening", "the afternoon", "morning", "evening", "afternoon", "ago", "the last",
                         "the past",
                         "within the last", "recently", "lately", "soon", "later", "end of month",
                         "black friday")  # fmt: skip
DAILY: Final = ("daily", "every day", "each day", "on any day", "on all days", "every single day")
