from django.contrib.admin.apps import AdminConfig


class ConsoleConfig(AdminConfig):
    """Django's admin with the console's site in place of its own."""

    default_site = "socialsite.admin.ConsoleSite"
