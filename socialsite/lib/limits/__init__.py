"""How much one actor may do in a while: one sliding window over threads, processes and hosts.

A policy is a module constant, taken from before the work and outside any transaction:

    FOLLOW = Policy("follow", limit=60, window_s=3600)
    usage = take(FOLLOW, f"user:{actor.id}")

Shared policies count in Redis when REDIS_URL is set and in the database otherwise; local ones in the memory of
the process. Bursts on one socket have a `Bucket` of their own.
"""

from socialsite.lib.limits.addresses import actor_address, client_address
from socialsite.lib.limits.buckets import Bucket
from socialsite.lib.limits.database import purge
from socialsite.lib.limits.limiter import clear, forget, peek, refund, take
from socialsite.lib.limits.policies import POLICIES, Policy, Usage

__all__ = [
    "POLICIES",
    "Bucket",
    "Policy",
    "Usage",
    "actor_address",
    "clear",
    "client_address",
    "forget",
    "peek",
    "purge",
    "refund",
    "take",
]
