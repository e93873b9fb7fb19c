"""Who may call an operation. What a person may *see* is `visible_to`; this only answers what they may *do*."""

from enum import StrEnum
from typing import Any

from rest_framework.permissions import BasePermission

from socialsite.lib.api.calls import Call
from socialsite.lib.errors import Forbidden, NotSignedIn


class Access(StrEnum):
    """The least a caller must be."""

    ANYONE = "anyone"
    SIGNED_IN = "signed_in"
    ANALYST = "analyst"
    MODERATOR = "moderator"
    ADMIN = "admin"


RANKS = {"member": 1, "analyst": 2, "moderator": 3, "admin": 4}
NEEDED = {Access.SIGNED_IN: 1, Access.ANALYST: 2, Access.MODERATOR: 3, Access.ADMIN: 4}


class DenyAll(BasePermission):
    """The default: a view that names no policy answers nobody."""

    def has_permission(self, request: Any, view: Any) -> bool:
        return False


class AllowAll(BasePermission):
    """For pages that are the same for everyone: the published contract."""

    def has_permission(self, request: Any, view: Any) -> bool:
        return True


class OperationAccess(BasePermission):
    """Check the policy of the operation that is called: who, with which scope, and confirmed lately or not."""

    def has_permission(self, request: Any, view: Any) -> bool:
        operation = view.operation
        if operation is not None:
            check_rank(request, operation.access)
            check_guest(request, operation)
            check_scope(request, operation.scope)
            if operation.confirmed:
                check_confirmed(request)
        return True


def check_rank(request: Call, access: Access) -> None:
    """Raise NotSignedIn or Forbidden when the caller is less than the operation asks for."""
    if access is Access.ANYONE:
        return
    if not request.user.is_authenticated:
        raise NotSignedIn("not_authenticated", "Sign in to do this.")
    if RANKS[request.user.role] < NEEDED[access]:
        raise Forbidden("permission_denied", f"Only a person of the role {access} may do this.")


def check_guest(request: Call, operation: Any) -> None:
    """Raise Forbidden when a guest calls what asks for a sign-in, unless the operation lets guests in."""
    if operation.access is Access.ANYONE or operation.guests:
        return
    if request.user.is_guest:
        raise Forbidden("guest", "Guests may not do this: register first, your rooms stay.")


def check_scope(request: Call, scope: str) -> None:
    """Raise Forbidden when the credential is a token that lacks the scope; a sign-in carries all of them."""
    scopes = getattr(request.auth, "scopes", None)
    if scopes is not None and scope not in scopes:
        raise Forbidden("insufficient_scope", f"The token lacks the scope {scope}.")


def check_confirmed(request: Call) -> None:
    """Raise Forbidden unless this sign-in confirmed its password in the last ten minutes; tokens never can."""
    if not getattr(request.auth, "is_confirmed", False):
        raise Forbidden(
            "confirmation_required", "Confirm your password first: POST /api/auth/confirm."
        )
