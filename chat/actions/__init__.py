"""The one door to change rooms and messages."""
