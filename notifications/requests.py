"""The inbox of requests: the people whose acts a policy holds back."""

from django.db.models import Count, Max, Min, OuterRef, QuerySet, Subquery

from accounts.models import User
from notifications.models import Notification


def held_senders(viewer: User) -> QuerySet[User]:
    """Return who is held back from a viewer; `first` is the id of what began it, and orders them: it does not move."""
    held = Notification.objects.held_for(viewer, within=True).order_by()
    of_sender = held.filter(actor=OuterRef("pk")).values("actor")
    people = User.objects.filter(pk__in=held.values("actor_id")).cards()
    return people.annotate(
        first=Subquery(of_sender.annotate(n=Min("pk")).values("n")),
        newest=Subquery(of_sender.annotate(n=Max("pk")).values("n")),
        held_count=Subquery(of_sender.annotate(n=Count("pk")).values("n")),
    )
