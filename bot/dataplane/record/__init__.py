"""What the gateway did, as AgentCore publishes it: metrics, spans and application logs, read over CloudWatch's APIs."""

from bot.dataplane.record.api import CloudWatch
from bot.dataplane.record.entries import Call, Listing
from bot.dataplane.record.publishing import Record
from bot.dataplane.record.store import RecordLimits, RecordStore

__all__ = ["Call", "CloudWatch", "Listing", "Record", "RecordLimits", "RecordStore"]
