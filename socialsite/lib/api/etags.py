"""Conditional requests: the ETag is `"<version>.<digest>"` (DECISIONS 19).

`If-None-Match` compares all of it. `If-Match` compares the version only, so that somebody's like does not break an edit.
"""

import hashlib
from typing import Any

from socialsite.lib.api.calls import Call
from socialsite.lib.errors import PreconditionFailed


def etag(thing: Any, body: bytes) -> str:
    """Return the ETag of a thing whose rendered answer is `body`."""
    return f'"{getattr(thing, "version", 0)}.{hashlib.sha256(body).hexdigest()[:16]}"'


def is_fresh(request: Call, tag: str) -> bool:
    """Tell whether the caller already has this answer."""
    sent = request.META.get("HTTP_IF_NONE_MATCH", "")
    return sent == "*" or tag in {part.strip().removeprefix("W/") for part in sent.split(",")}


def check_if_match(request: Call, version: int) -> None:
    """Raise PreconditionFailed when the caller edits another version than `version`.

    Actions call it through `expected` under the row's lock, so that two editors cannot both pass.
    """
    sent = request.headers.get("If-Match", "")
    if not sent or sent == "*":
        return
    versions = {part.strip().strip('"').split(".")[0] for part in sent.split(",")}
    if str(version) not in versions:
        raise PreconditionFailed(
            "precondition_failed", "It has changed since you read it. Read it again."
        )
