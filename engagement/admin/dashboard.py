"""What waits for moderators of all that people write, on the first page."""

from moderation.models import Action
from socialsite.lib.admin import MODERATORS, Figure, add_figure


def count_held() -> int:
    return Action.objects.live().filter(kind=Action.Kind.HOLD).count()


add_figure(
    Figure(
        title="Held texts",
        note="wait for a moderator",
        icon="hourglass_top",
        count=count_held,
        page="admin:moderation_action_changelist",
        query=f"?kind__exact={Action.Kind.HOLD}&state=live",
        warns=True,
        roles=MODERATORS,
    )
)
