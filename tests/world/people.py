"""The people of the world: one in each state with every edge to the callers, and how everybody signs in."""

from typing import Any, cast

from django.utils import timezone

from accounts.actions import api_tokens, blocks, connections, follows, sessions
from accounts.actions.profiles import change_settings
from accounts.actions.versions import any_version
from accounts.models import (
    ApiToken,
    Connection,
    FollowRequest,
    KnownDevice,
    SecondFactor,
    User,
)
from accounts.testing import PASSWORD, UserFactory, token_client_of
from moderation.actions import suspend_user, undo_action
from notifications.actions import dismiss_notification, notify_user
from notifications.models import Notification
from notifications.unsubscribing import token_for
from socialsite.lib.ids import Kind, mint
from socialsite.lib.testing.client import ApiClient
from tests.world.base import CALLERS, KINDS, OWNERS, STATES, World, owners

EVERYBODY = (
    "anonymous stranger follower friend named moderator admin analyst owner reader writer browser"
)
PROFILE_READERS = {
    "public": EVERYBODY,
    "hidden": EVERYBODY,
    "private": f"follower friend moderator admin {owners('private')}",
    "suspended": "moderator admin",
    "deleted": "",
}
"""Who may read bio, location and headline of a person in each state."""


def make_people(world: World) -> None:
    for name, role in CALLERS.items():
        world.callers[name] = person(world, f"the_{name}", name, role=role)
    for state in STATES:
        world.subjects[state] = make_subject(world, state)


def person(world: World, username: str, reader: str, **fields: Any) -> User:
    """Make a person all of whose private columns are secrets that only `reader` may read."""
    plant = world.canaries.plant
    made: Any = UserFactory(
        username=username,
        password=PASSWORD,
        email=f"{plant(f'email of {username}', reader)}@example.org",
        pending_email=f"{plant(f'new email of {username}', reader)}@example.org",
        first_name=plant(f"first name of {username}", reader),
        last_name=plant(f"last name of {username}", reader),
        **fields,
    )
    return cast(User, made)


def make_subject(world: World, state: str) -> User:
    """Make the person of a state with every edge to the callers, while the state still allows it."""
    readers = PROFILE_READERS[state]
    readers += "".join(
        f" {word}:{other}"
        for word in OWNERS
        if word in readers.split()
        for other in PROFILE_READERS
    )
    shown = {
        name: world.canaries.plant(f"{name} of {state}", readers) for name in ("bio", "location")
    }
    # Whoever blocks a person finds their card in the list of blocks.
    card_readers = f"{readers} blocker" if "anonymous" in readers else readers
    shown["headline"] = world.canaries.plant(f"headline of {state}", card_readers)
    made = person(
        world,
        f"{state}_person",
        owners(state),
        follow_on_connect=False,
        **shown,
    )
    callers = world.callers
    # Told before the block: the notification stays, and must not be seen.
    follows.follow_user(actor=callers["blocked"], target=made)
    follows.follow_user(actor=callers["follower"], target=made)
    follows.follow_user(actor=made, target=callers["follower"])
    message = world.canaries.plant(
        f"message of the connection with {state}",
        f"friend {owners(state)}",
    )
    User.objects.filter(pk=callers["friend"].pk).update(follow_on_connect=False)
    asked = connections.request_connection(actor=callers["friend"], target=made, message=message)
    connections.accept_connection(actor=made, connection=asked)
    blocks.block_user(actor=made, target=callers["blocked"])
    blocks.block_user(actor=callers["blocker"], target=made)
    SecondFactor.objects.create(user=made, secret=world.canaries.plant(f"second factor of {state}"))
    KnownDevice.objects.create(user=made, fingerprint=world.canaries.plant(f"device of {state}"))
    return made


def make_states(world: World) -> None:
    """Put each person into the state it stands for, once everybody has signed in."""
    changes: dict[str, dict[str, Any]] = {
        "hidden": {"hide_followers": True, "hide_following": True},
        "deleted": {"deleted_at": timezone.now()},
    }
    for state, change in changes.items():
        User.objects.filter(pk=world.subjects[state].pk).update(**change)
    private = world.subjects["private"]
    change_settings(actor=private, changes={"private_account": True}, check=any_version)
    suspended = User.objects.filter(pk=world.callers["suspended"].pk)
    suspended.update(suspended_by=mint(Kind.MODERATION_ACTION))


def make_clients(world: World) -> None:
    """Sign everybody in."""
    world.clients["anonymous"] = ApiClient()
    for name, user in world.callers.items():
        world.clients[name] = client(world, user, name)
    for state, user in world.subjects.items():
        agent_readers = owners(state)
        world.clients[f"owner:{state}"] = client(world, user, agent_readers)
        world.clients[f"reader:{state}"] = token_client_of(user, ApiToken.Scope.READ)
        scopes = (ApiToken.Scope.READ, ApiToken.Scope.WRITE, ApiToken.Scope.CHAT)
        world.clients[f"writer:{state}"] = token_client_of(user, *scopes)
        world.clients[f"browser:{state}"] = browser(user)


def client(world: World, user: User, readers: str) -> ApiClient:
    program = world.canaries.plant(f"program of {user.username}", readers)
    origin = sessions.Origin("192.0.2.7", program)
    return ApiClient(sessions.open_session(actor=user, origin=origin, is_first=True).access_token)


def browser(user: User) -> ApiClient:
    """Return a client that calls by its session cookie, with the CSRF token of its cookie."""
    made = sessions.open_session(actor=user, origin=sessions.Origin("192.0.2.8"), is_first=True)
    found = ApiClient(enforce_csrf_checks=True)
    token = found.read("/api/auth/csrf").json()["csrf_token"]
    found.defaults["HTTP_X_CSRFTOKEN"] = token
    found.cookies["session"] = made.cookie
    return found


def make_places(world: World) -> None:
    """Say what stands at each variable of a path in each state."""
    owner = world.subjects["public"]
    asker: Any = UserFactory(username="asker")
    FollowRequest.objects.create(requester=asker, target=owner)
    session = sessions.open_session(actor=owner, origin=sessions.Origin("192.0.2.9"), is_first=True)
    ended = sessions.open_session(actor=owner, origin=sessions.Origin("192.0.2.9"), is_first=True)
    sessions.end_session(actor=owner, session=ended.session)
    name = world.canaries.plant("name of a token", owners("public"))
    token, _ = api_tokens.create_api_token(actor=owner, name=name, scopes=["read"])
    revoked, _ = api_tokens.create_api_token(actor=owner, name="old", scopes=["read"])
    api_tokens.revoke_api_token(actor=owner, token=revoked)
    for state, user in world.subjects.items():
        world.put(state, user=user.pk, username=user.username)
    signing_in: Any = UserFactory(username="signing_in", password=PASSWORD)
    banned: Any = UserFactory(username="banned")
    note = world.canaries.plant("note of a moderator", "moderator admin")
    live, undone = (
        suspend_user(actor=world.callers["admin"], user=user, note=note)
        for user in (world.subjects["suspended"], banned)
    )
    undo_action(actor=world.callers["admin"], action=undone)
    world.put(
        "public",
        session=session.session.pk,
        token=token.pk,
        person=signing_in.username,
        follower=world.callers["follower"].pk,
        action=live.pk,
    )
    world.put(
        "missing", username="nobody_here", **{name: mint(kind) for name, kind in KINDS.items()}
    )
    world.put("me", user="me")
    world.put("asking", user=asker.pk)
    world.put("ended", session=ended.session.pk)
    world.put("revoked", token=revoked.pk)
    world.put("undone", action=undone.pk)
    world.put("public", number=1)
    world.put("around", user=world.callers["follower"].pk)
    make_connections(world)
    make_notifications(world)


def make_connections(world: World) -> None:
    """Add a request that waits and one that was declined; their ids are secrets like their messages."""
    owner, friend, plant = world.subjects["public"], world.callers["friend"], world.canaries.plant
    accepted = Connection.objects.between(owner.pk, friend.pk).accepted().get()
    world.put("accepted", connection=accepted.pk)
    for state, caller, readers in (
        ("pending", "follower", f"follower {owners('public')}"),
        ("declined", "analyst", ""),
    ):
        message = plant(f"message of a {state} request", readers)
        asked = connections.request_connection(
            actor=world.callers[caller], target=owner, message=message
        )
        world.put(state, connection=asked.pk)
        world.canaries.guard(asked.pk, f"a {state} request", readers)
    connections.decline_connection(actor=owner, connection=asked)
    hidden = Connection.objects.between(world.subjects["suspended"].pk, friend.pk).get()
    world.put("suspended", connection=hidden.pk)


def make_notifications(world: World) -> None:
    """Find what the owner was told by a person they see, by one they blocked, and what they dismissed."""
    owner = world.subjects["public"]
    follows.follow_user(actor=world.callers["admin"], target=owner)
    follows.unfollow_user(actor=world.callers["admin"], target=owner)
    told = Notification.objects.filter(recipient=owner)
    rows = {
        "told": told.filter(actor=world.callers["follower"]).earliest("pk"),
        "unseen": told.filter(actor=world.callers["blocked"]).latest("pk"),
        "dismissed": told.get(actor=world.callers["admin"]),
    }
    dismiss_notification(actor=owner, notification=rows["dismissed"])
    # A group of its own: nobody in it is seen.
    told.filter(pk=rows["unseen"].pk).update(group_id=mint(Kind.NOTIFICATION))
    rows["unseen"].refresh_from_db()
    for state, row in rows.items():
        world.put(state, notification=row.pk, group=row.group_id)
        world.canaries.guard(
            row.pk, f"{state} notification", owners("public") if state == "told" else ""
        )
    make_held_notification(world, owner)


def make_held_notification(world: World, owner: User) -> None:
    """Hold back what the analyst did; and let a link end the owner's digest."""
    sender = world.callers["analyst"]
    held = notify_user(type_name="follow", recipient_id=owner.pk, actor_id=sender.pk)
    assert held is not None
    Notification.objects.filter(pk=held.pk).update(is_held=True)
    world.put("held", user=sender.pk, username=sender.username)
    world.put("own", unsubscribing=token_for(owner, "digest"))
    world.canaries.guard(held.pk, "a held notification", "")
