"""Rooms, members and messages as they are sent, and what is accepted of them."""
