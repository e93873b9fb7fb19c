"""What chat registers with the floors below."""

from chat.registry import messages, rooms


def register() -> None:
    rooms.register()
    messages.register()
