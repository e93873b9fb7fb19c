"""`manage.py serve`: the whole site in one process."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from operations import serving
from socialsite.lib.tasks import Worker


class Command(BaseCommand):
    """Serve HTTP and WebSockets, and run the tasks and the schedule beside them."""

    help = "Serve the site: HTTP, WebSockets, tasks and schedule in one process."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=settings.HOST, help="address to listen on (HOST)")
        parser.add_argument(
            "--port", default=settings.PORT, type=int, help="port to listen on (PORT)"
        )
        parser.add_argument("--server", choices=sorted(serving.SERVERS), default="uvicorn")
        parser.add_argument(
            "--no-worker",
            action="store_true",
            help="leave tasks and schedule to `manage.py worker`",
        )
        parser.add_argument(
            "--migrate", action="store_true", help="bring the tables up to date first"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        host, port, server = options["host"], options["port"], options["server"]
        listener = serving.bind(host, port)
        lock = serving.hold_data_dir()
        self.prepare_tables(migrate=options["migrate"])
        worker = None if options["no_worker"] else Worker()
        line = serving.start_line(host, port, server, with_worker=worker is not None)
        try:
            serving.serve(listener, server, worker, lambda: self.say(line))
        finally:
            if lock:
                lock.close()

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def prepare_tables(self, *, migrate: bool) -> None:
        """Migrate when asked and due, otherwise say what is missing."""
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if plan and migrate:
            call_command("migrate", verbosity=0, interactive=False)
        elif plan:
            self.stderr.write(f"{len(plan)} migrations are not applied: run `manage.py migrate`.")
