"""Background work of chat."""

from chat.actions.edits import purge_old_messages
from chat.actions.rooms import purge_old_rooms
from chat.telling import tell_unless_read
from socialsite.lib.tasks import handler, periodic


@handler("chat.tell_recipient")
def tell_recipient(room_id: int, user_id: int, sender_id: int, seq: int) -> None:
    """Tell who was reading a conversation of a message that they have not read since."""
    tell_unless_read(room_id=room_id, user_id=user_id, sender_id=sender_id, seq=seq)


@periodic("chat.purge_old_rooms", every=3600)
def purge_rooms() -> None:
    """Forget rooms that were deleted more than thirty days ago."""
    purge_old_rooms()


@periodic("chat.purge_old_messages", every=3600)
def purge_messages() -> None:
    """Forget messages that were deleted more than thirty days ago."""
    purge_old_messages()
