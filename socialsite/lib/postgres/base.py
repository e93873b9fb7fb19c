"""The database backend."""

from django.db.backends.postgresql import base

from socialsite.lib.closing import Closing


class DatabaseWrapper(Closing, base.DatabaseWrapper):
    """Django's connection, and what a transaction does last."""
