"""The trail of what anybody does."""

import re
from dataclasses import fields

from django.db.models import Choices
from django.utils import timezone

from moderation.models import AuditEntry
from socialsite.lib import context
from socialsite.lib.effects import Effect
from socialsite.lib.ids import Kind, mint
from socialsite.lib.inserting import PreparedInsert

_ENTRY = PreparedInsert(
    AuditEntry, "id", "actor_id", "credential", "verb", "target_id", "request_id", "detail", "created_at"
)  # fmt: skip
INNER_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


def write_audit(effect: Effect) -> None:
    """Note an effect in the trail. The first id an effect carries after its actor's is what it was done to."""
    carried = {field.name: getattr(effect, field.name) for field in fields(effect)}
    actor_id = carried.pop("actor_id")
    target = next((name for name in carried if name.endswith("_id")), "")
    target_id = carried.pop(target, None)
    _ENTRY.run(
        mint(Kind.AUDIT_ENTRY),
        actor_id or None,
        context.credential.get(),
        verb_of(type(effect)),
        target_id,
        context.request_id.get(),
        {name: _plain(value) for name, value in carried.items() if _is_impersonal(value)},
        timezone.now(),
    )


def verb_of(effect: type[Effect]) -> str:
    """Return the name of an effect in the trail: `ConnectionRequested` is `connection_requested`."""
    return INNER_CAPITAL.sub("_", effect.__name__).lower()


def _is_impersonal(value: object) -> bool:
    """Tell whether a value may stand in the trail for ever: an id, yes or no, a word of a closed list, but no free text."""
    return isinstance(value, int | Choices)


def _plain(value: object) -> bool | str:
    return value if isinstance(value, bool) else str(value)
