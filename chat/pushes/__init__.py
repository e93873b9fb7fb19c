"""What sockets are sent of chat: the kinds of stored events, and how each is rendered."""
