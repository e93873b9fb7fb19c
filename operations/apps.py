"""The desk of the operator: commands that run and repair the site, health and metrics."""

from django.apps import AppConfig
from django.core.checks import Tags, register

from operations import checks


class OperationsConfig(AppConfig):
    name = "operations"
    label = "operations"
    verbose_name = "Operations"

    def ready(self) -> None:
        register(checks.check_processes, Tags.compatibility)
