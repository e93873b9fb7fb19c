"""The list of people and the page of a person."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from unfold.contrib.filters.admin import (
    BooleanRadioFilter,
    ChoicesDropdownFilter,
    DropdownFilter,
    RangeDateTimeFilter,
)
from unfold.decorators import display

from accounts.industries import INDUSTRIES
from accounts.models import ApiToken, Block, FollowRequest, SecondFactor, Session, User
from socialsite.lib.admin import ADMINS, EvidenceAdmin, Panel, Table, add_panel, ago
from socialsite.lib.admin.cells import NOTHING
from socialsite.lib.admin.roles import has_role

SESSIONS_SHOWN = 20
STANDING, SUSPENDED = "in good standing", "suspended"

PROFILE = (
    "Profile",
    {
        "classes": ["tab"],
        "fields": [
            "display_name", "bio", "avatar", "headline", "location", "field_of_work", "first_name", "last_name",
        ],
    },
)  # fmt: skip
SETTINGS = (
    "Settings",
    {
        "classes": ["tab"],
        "fields": [
            "private_account", "hide_followers", "hide_following", "hide_likes", "search_opt_out",
            "leaderboard_opt_out", "dm_policy", "show_last_seen", "read_receipts", "follow_on_connect", "feed_mode",
            "digest", "time_zone", "language",
        ],
    },
)  # fmt: skip
COUNTERS = (
    "Counters",
    {
        "classes": ["tab"],
        "fields": ["post_count", "follower_count", "following_count", "connection_count"],
    },
)


class StateFilter(DropdownFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("standing", STANDING.capitalize()), ("suspended", SUSPENDED.capitalize())]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        if self.value() in {"standing", "suspended"}:
            return queryset.filter(suspended_by__isnull=self.value() == "standing")
        return queryset


class VerifiedMailFilter(DropdownFilter):
    title = "mail address"
    parameter_name = "mail"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("verified", "Verified"), ("unverified", "Not verified")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        if self.value() in {"verified", "unverified"}:
            return queryset.filter(email_verified_at__isnull=self.value() == "unverified")
        return queryset


class IndustryFilter(DropdownFilter):
    title = "industry"
    parameter_name = "industry"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, name.replace("_", " ").capitalize()) for name in INDUSTRIES]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        return queryset.filter(industry=self.value()) if self.value() else queryset


@admin.register(User)
class UserAdmin(EvidenceAdmin):
    icon = "group"
    place = 0
    list_display = [
        "who", "shown_role", "state", "marks", "field_of_work", "followers", "following", "connections", "joined",
    ]  # fmt: skip
    list_filter = [
        ("role", ChoicesDropdownFilter),
        StateFilter,
        ("private_account", BooleanRadioFilter),
        ("is_verified", BooleanRadioFilter),
        VerifiedMailFilter,
        IndustryFilter,
        ("created_at", RangeDateTimeFilter),
    ]
    search_fields = ["username", "display_name", "id__exact"]
    search_help_text = "Part of a username or name, or a whole id"
    ordering = ["-pk"]
    export_fields = (
        "id", "username", "display_name", "role", "is_verified", "private_account", "industry", "location",
        "follower_count", "following_count", "connection_count", "created_at",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return User.objects.visible_to(request.user)

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        # Mail addresses are for administrators: a search that knows them would tell them letter by letter.
        return [*self.search_fields, *(["email"] if has_role(request, ADMINS) else [])]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        mail = "email" if has_role(request, ADMINS) else "masked_email"
        account = [
            "id", "username", "shown_role", "state", "is_verified", mail, "email_verified_at", "created_at",
            "last_active_at", "version",
        ]  # fmt: skip
        return [("Account", {"classes": ["tab"], "fields": account}), PROFILE, SETTINGS, COUNTERS]

    @display(header=True, description="person", ordering="username")
    def who(self, user: User) -> list[str]:
        return [user.display_name, f"@{user.username}", user.username[:2]]

    @display(
        description="role",
        ordering="role",
        label={"member": "default", "analyst": "info", "moderator": "warning", "admin": "danger"},
    )
    def shown_role(self, user: User) -> str:
        return user.role

    @display(ordering="suspended_by", label={STANDING: "success", SUSPENDED: "danger"})
    def state(self, user: User) -> str:
        return SUSPENDED if user.suspended_by is not None else STANDING

    @display(label=True)
    def marks(self, user: User) -> list[str]:
        marks = ["verified"] * user.is_verified + ["private"] * user.private_account
        return marks + ["guest"] * user.is_guest

    @display(description="industry", ordering="industry")
    def field_of_work(self, user: User) -> str:
        return user.industry.replace("_", " ") or NOTHING

    @display(ordering="follower_count")
    def followers(self, user: User) -> int:
        return user.follower_count

    @display(ordering="following_count")
    def following(self, user: User) -> int:
        return user.following_count

    @display(ordering="connection_count")
    def connections(self, user: User) -> int:
        return user.connection_count

    @display(ordering="created_at")
    def joined(self, user: User) -> str:
        return ago(user.created_at)

    @display(description="mail address")
    def masked_email(self, user: User) -> str:
        name, _, domain = (user.email or "").partition("@")
        return f"{name[:1]}…@{domain}" if domain else NOTHING

    @display(description="avatar address")
    def avatar(self, user: User) -> str:
        # As text: neither loaded nor clicked, since it can be any address of the person's choice.
        return user.avatar_url


def credentials_of(user: User) -> Table:
    has_factor = SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).exists()
    tokens = ApiToken.objects.live().filter(user=user).count()
    return Table(
        ["Credential", "State"],
        [["Second factor", "on" if has_factor else "off"], ["Personal tokens", f"{tokens} live"]],
    )


def sessions_of(user: User) -> Table:
    rows = Session.objects.filter(user=user).order_by("-pk")[:SESSIONS_SHOWN]
    return Table(
        ["Begun", "Last used", "Address", "Program", "State"],
        [
            [
                ago(row.created_at),
                ago(row.last_used_at),
                row.address or "–",
                row.user_agent or "–",
                "ended" if row.ended_at else "open",
            ]
            for row in rows
        ],
    )


def edges_of(user: User) -> Table:
    """Count the edges that no counter holds, and lead to the lists of all of them."""
    blocks = Block.objects.filter(Q(blocker=user) | Q(blocked=user)).values_list(
        "blocker", flat=True
    )
    made = [blocker == user.pk for blocker in blocks]
    rows = [
        ("Followers", user.follower_count, "follow", "followed"),
        ("Following", user.following_count, "follow", "follower"),
        ("Requests to follow them", FollowRequest.objects.filter(target=user).count(), "followrequest", "target"),
        ("People they block", made.count(True), "block", "blocker"),
        ("People who block them", made.count(False), "block", "blocked"),
    ]  # fmt: skip
    return Table(["Edge", "Number"], [[_list(user, *row), f"{row[1]:,}"] for row in rows])


def _list(user: User, title: str, _count: int, model: str, end: str) -> str:
    page = reverse(f"admin:accounts_{model}_changelist")
    return format_html(
        '<a class="hover:underline" href="{}?{}={}">{}</a>', page, end, user.pk, title
    )


add_panel(User, Panel(title="Edges", table=edges_of))
add_panel(User, Panel(title="Credentials", table=credentials_of))
add_panel(User, Panel(title=f"Last {SESSIONS_SHOWN} sign-ins", table=sessions_of))
