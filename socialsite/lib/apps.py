"""The ground floor as an installed app, and the base of every other app's configuration."""

from importlib import import_module

from django.apps import AppConfig
from django.conf import settings
from django.utils.module_loading import module_has_submodule

from socialsite.lib import converters


class SiteApp(AppConfig):
    """An app of the site: once the models are loaded, its `tasks`, its `commands` and its `registry.register()` fill the registries below."""

    default = False

    def ready(self) -> None:
        for filling in ("tasks", "commands"):
            if module_has_submodule(self.module, filling):
                import_module(f"{self.name}.{filling}")
        if module_has_submodule(self.module, "registry"):
            import_module(f"{self.name}.registry").register()


class LibConfig(AppConfig):
    """The infrastructure tables; imports no other app."""

    name = "socialsite.lib"
    label = "lib"
    verbose_name = "Infrastructure"

    def ready(self) -> None:
        converters.register_all()
        import_module("socialsite.lib.retention")
        import_module("socialsite.lib.realtime.checks")
        import_module("socialsite.lib.realtime.standard")
        import_module("socialsite.lib.realtime.carrying").link.start()
        if settings.SENTRY_DSN:
            import_module("socialsite.lib.reporting").start()
