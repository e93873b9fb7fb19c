"""A person: who they are, what they show, how they want things, and the counters of their edges."""

from typing import Any, Literal

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from accounts.models.edges import Block, Mute
from socialsite.lib.errors import NotFound, NotSignedIn
from socialsite.lib.ids import IdField, Kind
from socialsite.lib.rows import bounded

LENGTHS = {
    "username": 30,
    "email": 254,
    "pending_email": 254,
    "display_name": 50,
    "bio": 500,
    "avatar_url": 2000,
    "location": 100,
    "first_name": 50,
    "last_name": 50,
    "industry": 60,
    "headline": 120,
    "time_zone": 64,
    "language": 35,
}


class Anonymous:
    """A caller who has not signed in."""

    pk = id = None
    is_authenticated = is_staff = is_moderator = is_active = is_guest = False
    is_anonymous = True
    role = ""

    def __str__(self) -> str:
        return "anonymous"


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, viewer: "Viewer") -> "UserQuerySet":
        """People this viewer may know of: neither deleted nor suspended, and no block lies between the two.

        Moderators see the suspended, and no block hides anyone from them. Analysts read figures: of people they see no more than others.
        """
        if viewer.is_moderator:
            return self.filter(deleted_at__isnull=True)
        standing = self.filter(deleted_at__isnull=True, suspended_by__isnull=True)
        if not viewer.is_authenticated:
            return standing
        return standing.exclude(_blocked_by(viewer)).exclude(_blocks(viewer))

    def addressable_by(self, viewer: "Viewer") -> "UserQuerySet":
        """People this viewer may act on: as `visible_to`, and also those they blocked themselves, to take the block back."""
        if viewer.is_moderator:
            return self.filter(deleted_at__isnull=True)
        standing = self.filter(deleted_at__isnull=True, suspended_by__isnull=True)
        return standing.exclude(_blocks(viewer)) if viewer.is_authenticated else standing

    def followers_of(self, person: "User") -> "UserQuerySet":
        """Who follows a person; `edge` orders them by when they began."""
        return self.filter(follows__followed=person).cards().annotate(edge=F("follows__id"))

    def followed_by(self, person: "User") -> "UserQuerySet":
        """Whom a person follows; `edge` orders them by when that began."""
        return self.filter(followed_by__follower=person).cards().annotate(edge=F("followed_by__id"))

    def asking_to_follow(self, person: "User") -> "UserQuerySet":
        """Who waits for a person's leave to follow them."""
        return (
            self.filter(follow_requests_sent__target=person)
            .cards()
            .annotate(edge=F("follow_requests_sent__id"))
        )

    def blocked_by(self, person: "User") -> "UserQuerySet":
        """Whom a person blocks."""
        return self.filter(blocked_by__blocker=person).cards().annotate(edge=F("blocked_by__id"))

    def muted_by(self, person: "User") -> "UserQuerySet":
        """Whom a person mutes now."""
        in_force = Mute.objects.in_force().filter(muter=person)
        return self.filter(muted_by__in=in_force).cards().annotate(edge=F("muted_by__id"))

    def in_audience(self, audience_id: int) -> "UserQuerySet":
        """Who is in a list."""
        members = self.filter(memberships__audience=audience_id).cards()
        return members.annotate(edge=F("memberships__id"))

    def at(self, field: str) -> Exists:
        """Return the condition that the person in `field` of another table's row is one of these.

        Correlated: for an IN, SQLite would gather all the people first.
        """
        return Exists(self.filter(pk=OuterRef(field)))

    def for_api(self, viewer: "Viewer") -> "UserQuerySet":
        """All that a person's card or profile needs: the row itself."""
        return self

    def cards(self) -> "UserQuerySet":
        """Load only the columns of a person's card."""
        return self.only(
            "id", "username", "display_name", "avatar_url", "headline", "is_verified", "private_account",
            "follower_count", "version",
        )  # fmt: skip

    def named(self, reference: int | str, viewer: "Viewer") -> "User":
        """Return the person that a path names: an id, `@name` or `me`.

        Raises NotFound, and NotSignedIn for `me` without a sign-in.
        """
        if reference == "me":
            if isinstance(viewer, Anonymous):
                raise NotSignedIn("not_authenticated", "Sign in to do this.")
            reference = viewer.pk
        where = Q(username=reference[1:].lower()) if isinstance(reference, str) else Q(pk=reference)
        found = self.filter(where).first()
        if found is None:
            raise NotFound
        return found


def may_know_of(field: str, viewer: "Viewer") -> Q:
    """Return the condition that the viewer may know of the person in `field` of another table's row, as `visible_to`.

    Asked of the joined row: within an OR, PostgreSQL would gather all people for `visible_to(…).at(field)`.
    """
    is_there = Q(**{f"{field}__deleted_at__isnull": True})
    if viewer.is_moderator:
        return is_there
    standing = is_there & Q(**{f"{field}__suspended_by__isnull": True})
    if not viewer.is_authenticated:
        return standing
    return standing & ~Q(_blocked_by(viewer, field)) & ~Q(_blocks(viewer, field))


def _blocked_by(viewer: "Viewer", field: str = "pk") -> Exists:
    return Exists(Block.objects.filter(blocker=viewer.pk, blocked=OuterRef(field)))


def _blocks(viewer: "Viewer", field: str = "pk") -> Exists:
    return Exists(Block.objects.filter(blocker=OuterRef(field), blocked=viewer.pk))


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Adds what Django's own commands ask of a manager."""

    def create_superuser(self, username: str, email: str, password: str, **fields: Any) -> "User":
        """Make an administrator, for `manage.py createsuperuser`."""
        user = self.model(username=username.lower(), email=email.lower(), role=User.Role.ADMIN)
        user.display_name = username
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=(username or "").lower())


class Identity(models.Model):
    """Who a person is."""

    class Role(models.TextChoices):
        MEMBER = "member"
        ANALYST = "analyst"
        MODERATOR = "moderator"
        ADMIN = "admin"

    id = IdField(Kind.USER)
    username = models.CharField(max_length=LENGTHS["username"], unique=True)
    """Always in lower case, so that the unique index ignores case."""
    # Nullable, since several guests have none; typed for everybody else.
    email: "models.EmailField[str, str]" = models.EmailField(  # type: ignore[misc] # noqa: DJ001
        max_length=LENGTHS["email"], unique=True, null=True
    )
    """Always in lower case; never shown to others. None for guests alone."""
    email_verified_at = models.DateTimeField(null=True, blank=True)
    pending_email = models.EmailField(max_length=LENGTHS["pending_email"], blank=True)
    """A new address that waits for its verification."""
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.MEMBER)
    is_guest = models.BooleanField(default=False)
    """Made by a name alone, to talk in rooms that admit guests; registering makes it a full account."""
    is_verified = models.BooleanField(default=False)
    """The badge that staff set; has nothing to do with the mail address."""
    version = models.PositiveIntegerField(default=1)
    """Raised by each edit; the first half of the ETag."""
    suspended_by = models.BigIntegerField(null=True, blank=True, db_index=True)
    """The moderation action that suspended the person: the cause, so that undo is exact."""
    deleted_at = models.DateTimeField(null=True, blank=True)
    last_active_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class Profile(models.Model):
    """What a person shows."""

    display_name = models.CharField(max_length=LENGTHS["display_name"])
    bio = models.CharField(max_length=LENGTHS["bio"], blank=True)
    avatar_url = models.URLField(max_length=LENGTHS["avatar_url"], blank=True)
    location = models.CharField(max_length=LENGTHS["location"], blank=True)
    first_name = models.CharField(max_length=LENGTHS["first_name"], blank=True)
    last_name = models.CharField(max_length=LENGTHS["last_name"], blank=True)
    industry = models.CharField(max_length=LENGTHS["industry"], blank=True, db_index=True)
    headline = models.CharField(max_length=LENGTHS["headline"], blank=True)

    class Meta:
        abstract = True


class Settings(models.Model):
    """How a person wants things (API.md section 5)."""

    class DmPolicy(models.TextChoices):
        CONNECTIONS = "connections"
        FOLLOWERS = "followers"
        EVERYONE = "everyone"
        REQUESTS = "requests"
        NOBODY = "nobody"

    class FeedMode(models.TextChoices):
        RANKED = "ranked"
        CHRONOLOGICAL = "chronological"
        POPULAR = "popular"

    class Digest(models.TextChoices):
        OFF = "off"
        DAILY = "daily"
        WEEKLY = "weekly"

    private_account = models.BooleanField(default=False)
    """Followers are asked for; others see a reduced profile."""
    hide_followers = models.BooleanField(default=False)
    hide_following = models.BooleanField(default=False)
    hide_likes = models.BooleanField(default=False)
    search_opt_out = models.BooleanField(default=False)
    leaderboard_opt_out = models.BooleanField(default=False)
    follow_on_connect = models.BooleanField(default=True)
    """Follow the people one connects with."""
    dm_policy = models.CharField(
        max_length=12, choices=DmPolicy.choices, default=DmPolicy.CONNECTIONS
    )
    show_last_seen = models.BooleanField(default=True)
    read_receipts = models.BooleanField(default=True)
    feed_mode = models.CharField(max_length=14, choices=FeedMode.choices, default=FeedMode.RANKED)
    digest = models.CharField(max_length=6, choices=Digest.choices, default=Digest.WEEKLY)
    time_zone = models.CharField(max_length=LENGTHS["time_zone"], default="UTC")
    language = models.CharField(max_length=LENGTHS["language"], default="en")

    class Meta:
        abstract = True


class Counters(models.Model):
    """How many rows there are of each kind, the same for every viewer; `recount` mends drift."""

    post_count = models.PositiveIntegerField(default=0)
    follower_count = models.PositiveIntegerField(default=0)
    following_count = models.PositiveIntegerField(default=0)
    connection_count = models.PositiveIntegerField(default=0)
    filter_count = models.PositiveIntegerField(default=0)
    """Theirs alone: who has none pays nothing for filters"""

    class Meta:
        abstract = True


class User(Identity, Profile, Settings, Counters, AbstractBaseUser):
    """A person with an account."""

    last_login = None

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["email"]

    class Meta:
        ordering = ["-id"]
        constraints = [
            *bounded("user", **LENGTHS),
            models.CheckConstraint(
                condition=Q(username=models.functions.Lower("username")), name="user_username_lower"
            ),
            models.CheckConstraint(
                condition=Q(email=models.functions.Lower("email")), name="user_email_lower"
            ),
            models.CheckConstraint(
                condition=Q(is_guest=False, email__isnull=False)
                | Q(
                    is_guest=True,
                    email__isnull=True,
                    role="member",
                    search_opt_out=True,
                    leaderboard_opt_out=True,
                ),
                name="user_guest",
            ),
        ]

    def __str__(self) -> str:
        return f"@{self.username}"

    @property
    def is_staff(self) -> bool:
        """Whether the person may open the admin."""
        return self.role != self.Role.MEMBER and self.suspended_by is None

    @property
    def is_moderator(self) -> bool:
        return self.is_staff and self.role in {self.Role.MODERATOR, self.Role.ADMIN}

    @property
    def is_superuser(self) -> bool:
        return self.is_staff and self.role == self.Role.ADMIN

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        return self.suspended_by is None and self.deleted_at is None

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Answer the admin: administrators may all, moderators read all; writes go through actions with their own checks."""
        return self.is_superuser or (self.is_staff and ".view_" in perm)

    def has_perms(self, perms: Any, obj: Any = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perms)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff


Viewer = User | Anonymous
Reference = int | str | Literal["me"]
