"""The embedded AgentCore policy control plane: any AWS SDK that is pointed at it works unchanged."""

from bot.controlplane.config import ControlPlaneConfig
from bot.controlplane.plane import ControlPlane
from bot.controlplane.server import Serving, build_app, run, serve

__all__ = ["ControlPlane", "ControlPlaneConfig", "Serving", "build_app", "run", "serve"]
