"""Telling people: what is stored, for whom, and by which channels it goes out."""

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import Mute, User
from notifications.events import TOLD
from notifications.models import MutedTarget, Notification, Preferences
from notifications.policy import verdict_on
from notifications.types import TYPES, NotificationType
from socialsite.lib.ids import Kind, mint
from socialsite.lib.realtime import streams
from socialsite.lib.rows import insert_once
from socialsite.lib.tasks import enqueue


@transaction.atomic
def notify_user(
    *,
    type_name: str,
    recipient_id: int,
    actor_id: int | None = None,
    target_id: int | None = None,
    about_ids: tuple[int | None, ...] = (),
    occasion: str = "",
    **params: str,
) -> Notification | None:
    """Tell a person that `actor_id` did something to `target_id`; handlers of effects call it, in the effect's transaction.

    `about_ids` are what the target stands below, as the post of a comment. Nothing is stored, and None returned, when the person did
    it themselves, mutes the actor, the target or what it is below, shares a block with the actor, has switched the type off, drops
    such senders by their policy, or was told before, on this `occasion` when one is named. Without actor and target every call
    tells anew.
    """
    known = TYPES[type_name]
    muted = () if known.fixed else tuple(filter(None, (target_id, *about_ids)))
    recipient = _find_listener(recipient_id, actor_id, muted)
    if recipient is None:
        return None
    preferences = Preferences.of(recipient)
    in_app, email = preferences.allows(known, "in_app"), preferences.allows(known, "email")
    verdict = verdict_on(known, actor_id, preferences)
    # The inbox of requests is a part of the list: who wants a type by mail alone has nothing held.
    if verdict == "drop" or not (in_app or (email and verdict == "accept")):
        return None
    cause = (
        f"{actor_id or ''}:{target_id or ''}" if actor_id or target_id else mint(Kind.NOTIFICATION)
    )
    made = insert_once(
        Notification,
        recipient=recipient,
        type=type_name,
        actor_id=actor_id,
        target_id=target_id,
        params=params,
        dedup_key=f"{type_name}:{cause}{occasion and f':{occasion}'}",
        in_app=in_app,
        is_held=verdict == "hold",
        group_id=_group_of(known, recipient, target_id) if in_app else None,
    )
    if made and in_app and verdict == "accept":
        streams.append_last(recipient_id, TOLD, person_id=actor_id, subject_id=made.pk)
    if made and email and verdict == "accept" and recipient.email_verified_at:
        enqueue("notifications.send_mail", notification_id=made.pk)
    return made


def mark_emailed(*, notification: Notification) -> bool:
    """Note that the mail went out; returns False when another did before."""
    rows = Notification.objects.filter(pk=notification.pk, emailed_at__isnull=True)
    return bool(rows.update(emailed_at=timezone.now()))


def _group_of(known: NotificationType, recipient: User, target_id: int | None) -> int | None:
    """Return the group that a new row joins or begins; None for a type that stays single."""
    if not known.plural:
        return None
    rows = Notification.objects.filter(recipient=recipient, type=known.name, target_id=target_id)
    found = rows.open_groups(timezone.now()).values_list("group_id", flat=True).first()
    # An id of its own, and not the first row's: the group is shown also to whom that row is hidden from.
    return found or mint(Kind.NOTIFICATION)


def _find_listener(
    recipient_id: int, actor_id: int | None, muted_ids: tuple[int, ...]
) -> User | None:
    """Return the person to tell, unless they would not hear of the actor, or of one of the things."""
    if actor_id == recipient_id:
        return None
    people = User.objects.filter(pk=recipient_id, deleted_at__isnull=True)
    if actor_id is not None:
        # Who the actor could not see, they could not have done anything to.
        people &= User.objects.visible_to(User(pk=actor_id))
        muted = Mute.objects.in_force().filter(muter=OuterRef("pk"), muted=actor_id)
        people = people.exclude(Exists(muted))
    if muted_ids:
        things = MutedTarget.objects.filter(user=OuterRef("pk"), target_id__in=muted_ids)
        people = people.exclude(Exists(things))
    return people.first()
