"""Errors that a caller can cause, raised in actions and turned into one body by REST and by sockets.

The body is that of drf-standardized-errors with the request id: {"type", "errors": [{"code", "detail", "attr"}], "request_id"}.
"""

from typing import TYPE_CHECKING

from rest_framework.exceptions import APIException

if TYPE_CHECKING:
    from socialsite.lib.limits.policies import Usage


class AppError(APIException):
    """A refusal with its status, a code of the closed list `CODES`, a sentence for people and the field it is about."""

    status_code = 400

    def __init__(self, code: str, detail: str, attr: str | None = None) -> None:
        if code not in CODES:
            raise LookupError(f"{code!r} is not in socialsite.lib.errors.CODES")
        super().__init__(detail, code)
        self.code, self.message, self.attr = code, detail, attr


class Invalid(AppError):
    status_code = 400


class NotSignedIn(AppError):
    status_code = 401


class Forbidden(AppError):
    status_code = 403


class NotFound(AppError):
    status_code = 404

    def __init__(
        self, code: str = "not_found", detail: str = "Not found.", attr: str | None = None
    ) -> None:
        super().__init__(code, detail, attr)


class Conflict(AppError):
    status_code = 409


class Gone(AppError):
    status_code = 410


class PreconditionFailed(AppError):
    status_code = 412


class TooLarge(AppError):
    status_code = 413


class Unprocessable(AppError):
    status_code = 422


class RateLimited(AppError):
    """Too many calls; `retry_after` is in seconds, `usage` is where the caller stands when the limiter knows."""

    status_code = 429

    def __init__(
        self,
        retry_after: int,
        detail: str = "Too many requests.",
        code: str = "throttled",
        usage: "Usage | None" = None,
    ) -> None:
        super().__init__(code, detail)
        self.retry_after, self.usage = retry_after, usage


class Unavailable(AppError):
    status_code = 503


CODES: dict[str, str] = {
    # shape of a request
    "invalid": "a value is not acceptable",
    "parse_error": "the body is not the JSON this server accepts",
    "unknown_field": "a field or query parameter is not known here",
    "required": "a field is missing",
    "null": "a field must not be null",
    "blank": "a text must not be empty",
    "max_length": "a text is too long",
    "min_length": "a text is too short",
    "max_value": "a number is too large",
    "min_value": "a number is too small",
    "invalid_choice": "a value is not one of the allowed ones",
    "not_a_list": "a list was expected",
    "not_a_dict": "an object was expected",
    "empty": "a list must not be empty",
    "feed_expired": "the feed that the cursor goes on with is too long ago; begin anew",
    "invalid_cursor": "the cursor is damaged, or belongs to another list or person",
    "invalid_text": "a text holds characters that are not allowed",
    "invalid_url": "the address is not an http or https URL",
    "head_too_large": "the head of the request is larger than this server reads",
    "body_too_large": "the body is larger than this route accepts",
    "body_too_slow": "the body came too slowly",
    "unsupported_media_type": "the content type is not supported here",
    "not_acceptable": "none of the accepted content types is offered",
    "method_not_allowed": "the route does not know this method",
    "precondition_failed": "the thing has changed since it was read",
    "idempotency_key_reused": "the key was used with another body",
    "in_progress": "a call with the same key is still running",
    "unknown_event": "no command of a socket has this name",
    "too_many_topics": "one socket, or one person, hears so many topics at most",
    # who and what
    "not_authenticated": "sign in first",
    "authentication_failed": "the credential is not valid",
    "invalid_credentials": "name or password is wrong",
    "invalid_token": "the token is not valid, was used, or has expired",
    "account_suspended": "the account is suspended",
    "mfa_required": "a second factor is due",
    "invalid_code": "the code of the second factor is wrong",
    "mfa_enabled": "the second factor is already on",
    "confirmation_required": "confirm the password first",
    "csrf_failed": "the CSRF token or the origin is wrong",
    "permission_denied": "the act is not allowed to this person",
    "insufficient_scope": "the token does not carry the scope",
    "guest": "guests may not do this; they can register",
    "not_found": "no such thing, or not one this person may see",
    "conflict": "the state of things does not allow it",
    "throttled": "too many calls",
    "error": "the server failed",
    "unavailable": "the server cannot do this now",
    # accounts
    "username_taken": "the username is taken",
    "email_taken": "the address belongs to an account",
    "invalid_username": "the username is not allowed",
    "reserved_username": "the username is reserved",
    "invalid_display_name": "the display name is not allowed",
    "weak_password": "the password is too weak",
    "wrong_password": "the password is wrong",
    "already_verified": "the address is verified already",
    # relations
    "self_target": "one cannot do this to oneself",
    "blocked": "a block lies between the two",
    "already_connected": "the two are connected",
    "already_pending": "a request is pending",
    "cooldown": "the request was declined lately",
    "invalid_state": "the thing is not in a state for this",
    # content
    "alt_text_required": "what a medium shows must be described",
    "not_allowed_by_owner": "the thing's owner does not let this person do it",
    # chat
    "banned": "a moderator of the room keeps this person out",
    "silenced": "a moderator of the room lets this person read, not write, for a while",
    "guests_off": "guests are not let in here",
    "not_member": "only who is in the room may do this",
    "not_connected": "the two are not connected, and the person takes messages from connections alone",
    "owner_must_stay": "the owner hands the room over first",
    "room_archived": "the room can be read, not written to",
    "room_full": "the room takes no more people",
    "room_name_taken": "a public room has this name",
    "slow_mode": "the room takes a message of each member only so often",
    "events_expired": "events this old are not kept; read from the oldest that is",
    # search
    "search_expired": "the search that a cursor belongs to is forgotten",
    # moderation
    "already_suspended": "the account is suspended already",
    "already_undone": "the action was undone already",
    "already_hidden": "a moderator has hidden the thing already",
    "already_removed": "a moderator has removed the thing already",
    "already_reported": "an earlier report of the thing by the same person is open",
    "already_decided": "another moderator decided the case",
    "spam_refused": "the text is taken for spam",
}
"""The closed list of codes, each with its meaning."""
