"""The one door to the event log; handlers of effects call it, in the effect's transaction."""

from analytics.models import Activity
from analytics.types import TYPES


def record_activity(*, user_id: int, type_name: str, object_id: int | None = None) -> Activity:
    """Remember that a person did something."""
    return Activity.objects.create(
        user_id=user_id,
        type=type_name,
        object_id=object_id,
        is_public=TYPES[type_name].publicity is not None,
    )


def take_back_activity(*, user_id: int, type_name: str, object_id: int | None) -> None:
    """Keep a deed that was taken back from the person's page; their own log still has it."""
    rows = Activity.objects.public().filter(user=user_id, type=type_name, object_id=object_id)
    rows.update(is_public=False)
