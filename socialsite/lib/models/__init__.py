"""The infrastructure tables: the only ones the ground floor owns."""

from socialsite.lib.models.idempotency import IdempotencyKey
from socialsite.lib.models.jobs import PeriodicJob
from socialsite.lib.models.limits import LimitWindow
from socialsite.lib.models.nodes import NodeSlot
from socialsite.lib.models.streams import Stream, StreamEvent

__all__ = ["IdempotencyKey", "LimitWindow", "NodeSlot", "PeriodicJob", "Stream", "StreamEvent"]
