"""Who may see a page of the console, or do an act on it."""

from django.http import HttpRequest

ADMINS = frozenset({"admin"})
MODERATORS = ADMINS | {"moderator"}
STAFF = MODERATORS | {"analyst"}


def has_role(request: HttpRequest, roles: frozenset[str]) -> bool:
    """Tell whether the person of a request is staff, and in one of the roles."""
    return bool(request.user.is_staff) and getattr(request.user, "role", "") in roles
