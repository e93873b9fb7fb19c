"""The routes of reports and of moderators."""
