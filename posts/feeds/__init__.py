"""Feeds: what may stand in a person's home, in which order, and why."""
