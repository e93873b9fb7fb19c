"""How much a person keeps for themselves; what it says is nobody else's business."""

from accounts.models import Audience, User
from socialsite.lib.admin import Panel, Table, add_panel


def counts_of(user: User) -> Table:
    """Return how many lists and filters a person has, and nothing of what is in them."""
    lists = Audience.objects.filter(owner=user).lists().count()
    return Table(["lists", "filters"], [[lists, user.filter_count]])


add_panel(User, Panel(title="Lists and filters", table=counts_of))
