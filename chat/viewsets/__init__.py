"""The routes of rooms and messages."""
