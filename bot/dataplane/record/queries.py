"""CloudWatch Logs' StartQuery and GetQueryResults over the record. A query is run when it is started."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from cachetools import LRUCache

from bot.dataplane.record.faults import ApiFault
from bot.dataplane.record.store import RecordStore

_KEPT = 100
_SECONDS = 10_000_000_000
"""A time below this is in seconds, as the API has it; above, in milliseconds, which the service takes too."""

Parameters = Mapping[str, Any]


class Queries:
    """The queries of late, with what they found."""

    def __init__(self, store: RecordStore) -> None:
        self._store = store
        self._found: LRUCache[str, dict[str, Any]] = LRUCache(_KEPT)

    def start(self, asked: Parameters) -> dict[str, Any]:
        """StartQuery."""
        from bot.dataplane.record.insights import MOST, read_query, results  # a parser, for the few who query

        if asked.get("queryLanguage", "CWLI") != "CWLI":
            raise ApiFault("InvalidParameterException", "This embedded service reads CWLI, Logs Insights' own language")
        groups = self._groups(asked)
        query = read_query(asked["queryString"])
        query.limit = min(query.limit, asked.get("limit", MOST))
        start, end = _milliseconds(asked["startTime"], 0), _milliseconds(asked["endTime"], 999)
        if start > end:
            raise ApiFault("InvalidParameterException", "The end time is before the start time")
        rows, matched, scanned = query.run(self._store.events(groups, start, end), groups[0])
        size = float(sum(len(row["@message"]) for row in rows))
        query_id = str(uuid.uuid4())
        self._found[query_id] = {
            "results": results(rows, query.shown),
            "statistics": {"recordsMatched": float(matched), "recordsScanned": float(scanned), "bytesScanned": size},
            "status": "Complete",
            "queryLanguage": "CWLI",
        }
        return {"queryId": query_id}

    def results(self, asked: Parameters) -> dict[str, Any]:
        """GetQueryResults."""
        found = self._found.get(asked["queryId"])
        if found is None:
            raise ApiFault("ResourceNotFoundException", f"Query {asked['queryId']} does not exist")
        return found

    def _groups(self, asked: Parameters) -> list[str]:
        named = [*([asked["logGroupName"]] if "logGroupName" in asked else []), *asked.get("logGroupNames", ())]
        named += [
            text.partition(":log-group:")[2].removesuffix(":*") or text for text in asked.get("logGroupIdentifiers", ())
        ]
        if not named:
            raise ApiFault("InvalidParameterException", "Name the log groups that are queried")
        for name in named:
            if self._store.get("group", name) is None:
                raise ApiFault("ResourceNotFoundException", f"Log group '{name}' does not exist for account")
        return named


def _milliseconds(moment: int, within: int) -> int:
    """A time in milliseconds; one given in seconds stands for its first millisecond, or `within` later."""
    return moment * 1000 + within if moment < _SECONDS else moment
