"""The routes of posts."""
