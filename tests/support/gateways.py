"""Gateways out of files, each read once in a process: the reader keeps the words of a gateway as long as it lives."""

from __future__ import annotations

import functools

from bot.cedar import load_gateway as _load

load_gateway = functools.cache(_load)
