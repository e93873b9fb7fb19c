"""Rooms and reported messages in the console."""

from chat.admin import sockets
from chat.admin.messages import MessageAdmin
from chat.admin.rooms import RoomAdmin

__all__ = ["MessageAdmin", "RoomAdmin", "sockets"]
