"""Amazon Bedrock AgentCore over boto3, as the review domain's policy service."""

from bot.agentcore.calllog import CloudWatchCallLog
from bot.agentcore.client import Call, Client, Connection, connect
from bot.agentcore.pacing import Pace
from bot.agentcore.places import AgentCores, CallLogs, EvidenceInPlaces, InPlaces, Place, WhereIs
from bot.agentcore.service import AgentCore
from bot.agentcore.telemetry import CloudWatchEvidence
from bot.agentcore.tools import Sources

__all__ = [
    "AgentCore",
    "AgentCores",
    "Call",
    "CallLogs",
    "Client",
    "CloudWatchCallLog",
    "CloudWatchEvidence",
    "Connection",
    "EvidenceInPlaces",
    "InPlaces",
    "Pace",
    "Place",
    "Sources",
    "WhereIs",
    "connect",
]
