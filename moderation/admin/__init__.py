"""Moderation in the console: the queue, what was done, the trail, and what the screening looks for."""

from moderation.admin import actions, cases, keywords, people, reports, screening, trail

__all__ = ["actions", "cases", "keywords", "people", "reports", "screening", "trail"]
