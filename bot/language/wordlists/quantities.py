"""Numbers in words, currencies and units."""

from __future__ import annotations

from typing import Final

CARDINALS: Final = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18,
    "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90,
}  # fmt: skip
MULTIPLIERS: Final = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000,
                      "trillion": 10**12,
                      "dozen": 12, "mn": 1_000_000, "bn": 10**9, "mil": 1_000_000, "grand": 1_000}  # fmt: skip
SUFFIXES: Final = {"k": 1_000, "m": 1_000_000, "b": 1_000_000_000}
CURRENCIES: Final = {
    "$": "dollar", "dollar": "dollar", "dollars": "dollar", "usd": "dollar", "bucks": "dollar", "us dollars": "dollar",
    "us dollar": "dollar", "€": "euro", "euro": "euro", "euros": "euro", "eur": "euro", "£": "pound",
    "pound sterling": "pound",
    "gbp": "pound", "pounds sterling": "pound", "¥": "yen", "yen": "yen", "jpy": "yen", "₹": "rupee", "rupee": "rupee",
    "rupees": "rupee", "inr": "rupee", "chf": "franc", "francs": "franc", "cad": "cad", "aud": "aud",
    "canadian dollars": "cad",
    "australian dollars": "aud", "cent": "cent", "cents": "cent", "pence": "pence", "krona": "krona", "sek": "krona",
}  # fmt: skip
CURRENCY_EVIDENCE: Final = {
    "dollar": ("dollar", "usd", "$"), "euro": ("euro", "eur", "€"), "pound": ("pound", "gbp", "£"), "yen": ("yen",
    "jpy", "¥"),
    "rupee": ("rupee", "inr", "₹"), "franc": ("franc", "chf"), "cad": ("cad", "canadian"), "aud": ("aud", "australian"),
    "cent": ("cent",), "pence": ("pence",), "krona": ("krona", "sek"),
}  # fmt: skip
# Units that convert into each other, by kind, in the smallest unit of the kind.
UNITS: Final[dict[str, tuple[str, int]]] = {
    **dict.fromkeys(("millisecond", "ms"), ("time", 1)), **dict.fromkeys(("second", "sec", "s"), ("time", 1_000)),
    **dict.fromkeys(("minute", "min", "mins"), ("time", 60_000)), **dict.fromkeys(("hour", "hr", "hrs", "h"), ("time",
    3_600_000)),
    "day": ("time", 86_400_000), "week": ("time", 7 * 86_400_000),
    "month": ("months", 1), "year": ("months", 12), "yr": ("months", 12), "quarter": ("months", 3),
    **dict.fromkeys(("gram", "g"), ("mass", 1)), **dict.fromkeys(("kilogram", "kg", "kilo", "kgs"), ("mass", 1_000)),
    **dict.fromkeys(("tonne",), ("mass", 1_000_000)), **dict.fromkeys(("milligram", "mg"), ("milli-mass", 1)),
    **dict.fromkeys(("pound", "lb", "lbs"), ("pounds", 1)), **dict.fromkeys(("ounce", "oz"), ("ounces", 1)),
    **dict.fromkeys(("millimeter", "millimetre", "mm"), ("length", 1)), **dict.fromkeys(("centimeter", "centimetre",
    "cm"), ("length", 10)),
    **dict.fromkeys(("meter", "metre"), ("length", 1_000)), **dict.fromkeys(("kilometer", "kilometre",
    "km"), ("length", 1_000_000)),
    **dict.fromkeys(("mile", "mi"), ("miles", 1)), **dict.fromkeys(("foot", "feet", "ft"), ("feet", 1)),
    **dict.fromkeys(("milliliter", "millilitre", "ml"), ("volume", 1)), **dict.fromkeys(("liter", "litre",
    "l"), ("volume", 1_000)),
    **dict.fromkeys(("byte",), ("bytes", 1)), **dict.fromkeys(("kilobyte", "kb"), ("bytes", 1_000)),
    **dict.fromkeys(("megabyte", "mb"), ("bytes", 1_000_000)), **dict.fromkeys(("gigabyte", "gb"), ("bytes", 10**9)),
    **dict.fromkeys(("terabyte", "tb"), ("bytes", 10**12)),
    **dict.fromkeys(("%", "percent", "percentage", "pct", "percents"), ("percent", 1)),
}  # fmt: skip
MONEY_WORDS: Final = frozenset({"amount", "total", "price", "cost", "value", "sum", "fee", "payment", "budget",
    "charge", "dollar", "usd",
                                "currency", "money", "refund", "premium", "payout", "salary", "balance", "euro",
                                "spend",
                                "deposit", "bid", "fare", "rent", "wage", "tip", "fund", "eur", "gbp"})  # fmt: skip
RATES: Final = frozenset(
    {"per", "daily", "weekly", "monthly", "hourly", "yearly", "times", "twice", "once", "annually", "a day", "an hour"}
)
