"""What people may say of themselves over a socket."""

from typing import Any

from accounts.actions import presence
from accounts.limits import PRESENCE
from accounts.serializers.presence import OwnPresence, PresenceBody
from socialsite.lib.realtime.commands import Caller, command


@command("set_presence", body=PresenceBody, answer=OwnPresence, limit=PRESENCE)
def set_presence(caller: Caller, data: dict[str, Any]) -> dict[str, Any]:
    """Choose how to be seen, on all devices, until a time if one is given; invisible looks offline to everybody else."""
    return OwnPresence(presence.set_presence(actor=caller.user, **data)).data
