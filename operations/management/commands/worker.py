"""`manage.py worker`: tasks and schedule alone."""

import threading
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connections

from operations.serving import KEEP_NODE_SECONDS, keep_node
from socialsite.lib import nodes
from socialsite.lib.tasks import Worker


class Command(BaseCommand):
    """Run tasks and the schedule until a signal; any number of workers may share PostgreSQL."""

    help = "Run tasks and the schedule, without a web server."

    def handle(self, *args: Any, **options: Any) -> None:
        nodes.claim()
        connections.close_all()
        worker, stopped = Worker(), threading.Event()
        worker.configure_signals()
        keeper = threading.Thread(target=keep_nodes, args=(stopped,), daemon=True, name="node")
        keeper.start()
        self.stdout.write("Worker: waiting for tasks.")
        self.stdout.flush()
        try:
            worker.run()
        finally:
            stopped.set()
            nodes.release()
            connections.close_all()


def keep_nodes(stopped: threading.Event) -> None:
    """Keep the lease of this process's node number until it stops."""
    while not stopped.wait(KEEP_NODE_SECONDS):
        keep_node()
