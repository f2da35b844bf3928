"""The embedded gateway: MCP in, Cedar decides, its record out."""

from bot.dataplane.deciding import GatewayState, InForce
from bot.dataplane.record.store import RecordLimits
from bot.dataplane.serving import Dataplane, DataplaneConfig
from bot.dataplane.tokens import TokenKey

__all__ = ["Dataplane", "DataplaneConfig", "GatewayState", "InForce", "RecordLimits", "TokenKey"]
