"""The request as our viewsets see it."""

from typing import TYPE_CHECKING, Any

from rest_framework.request import Request

if TYPE_CHECKING:

    class Call(Request):
        """A request whose `user` is the site's own person or `Anonymous`, and whose `auth` is their credential."""

        user: Any
        auth: Any

else:
    Call = Request

__all__ = ["Call"]
