"""Rooms in the console, as far as moderators may know of them: public ones, and what was reported. What is said in them is not shown."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import BooleanRadioFilter, ChoicesDropdownFilter
from unfold.decorators import display

from accounts.models import User
from chat.actions.rooms import close_room
from chat.models import Membership, Room
from chat.names import fold_name
from engagement.admin.acts import add_standing_acts
from engagement.admin.content import CappedPaginator, excerpt_of, whole
from engagement.admin.filters import ReportedFilter, StateFilter, WrittenFilter
from engagement.admin.states import COLOURS, is_reported, state_now, state_of
from socialsite.lib.admin import (
    Act,
    EvidenceAdmin,
    Panel,
    Table,
    add_act,
    add_panel,
    ago,
    at,
    link,
    person,
)
from socialsite.lib.admin.cells import NOTHING
from socialsite.lib.ids import MAX_ID

MEMBERS_SHOWN = 50


@admin.register(Room)
class RoomAdmin(EvidenceAdmin):
    icon = "forum"
    place = 0
    paginator = CappedPaginator
    change_form_outer_after_template = "admin/panels_beside.html"
    list_display = [
        "title", "kind", person("owner"), "members", "state", "marks", at("archived_at", "archived"), "made",
    ]  # fmt: skip
    list_display_links = ["title"]
    list_filter = [
        StateFilter,
        ReportedFilter,
        ("kind", ChoicesDropdownFilter),
        ("guests_allowed", BooleanRadioFilter),
        ("created_at", WrittenFilter),
    ]
    links_by = ("owner",)
    search_fields = ["name"]
    search_help_text = "The beginning of a name, a whole username of the owner, or a whole id"
    ordering = ["-pk"]
    sortable_by = ("made",)
    export_fields = ("id", "name", "kind", "owner__username", "member_count", "created_at")
    fields = [
        "id", "title", "about", "kind", "slug", "owner", "created_by", "state", "all_marks", "members", "guests_allowed",
        "slow_mode", "archived_at", "created_at", "version",
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Room]:
        viewer: Any = request.user
        seen: Any = Room.objects.visible_to(viewer).select_related("owner", "created_by")
        found: QuerySet[Room] = seen.annotate(state_now=state_now(), is_reported=is_reported())
        return found

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Room], search_term: str
    ) -> tuple[QuerySet[Room], bool]:
        term = search_term.strip()
        if not term:
            return queryset, False
        owner = User.objects.filter(username=term.removeprefix("@").lower())
        named: QuerySet[Room] = Room.objects.named_like(fold_name(term))
        found = named | Room.objects.filter(owner__in=owner)
        # Not longer, before it is read as a number: Python refuses to read any.
        if term.isdecimal() and len(term) <= len(str(MAX_ID)) and int(term) <= MAX_ID:
            found |= Room.objects.filter(pk=int(term))
        return queryset.filter(pk__in=found.order_by().values("pk")), False

    @display(description="name")
    def title(self, room: Room) -> str:
        return excerpt_of(str(room))

    @display(description="description")
    def about(self, room: Room) -> str:
        return whole(room.description)

    @display(description="members")
    def members(self, room: Room) -> int:
        return room.member_count

    @display(label=COLOURS)
    def state(self, room: Room) -> str:
        return state_of(room)

    @display(label=True)
    def marks(self, room: Any) -> list[str]:
        return ["reported"] * room.is_reported + ["guests"] * room.guests_allowed

    @display(description="marks")
    def all_marks(self, room: Any) -> str:
        return ", ".join(self.marks(room)) or NOTHING

    @display(description="slow mode")
    def slow_mode(self, room: Room) -> str:
        return f"{room.slow_mode_s} s" if room.slow_mode_s else NOTHING

    @display(description="made", ordering="id")
    def made(self, room: Room) -> str:
        return ago(room.created_at)


def members_of(room: Room) -> Table:
    """Return who is in a room, invited or banned: its staff first, then who is there longest."""
    seats = Membership.objects.filter(room=room).select_related("user", "changed_by")
    rows = [
        [
            link(seat.user),
            seat.role if seat.state == Membership.State.JOINED else seat.state,
            ago(seat.joined_at),
            link(seat.changed_by),
        ]
        for seat in seats.order_by("-role", "pk")[:MEMBERS_SHOWN]
    ]
    return Table(["Person", "Role", "Joined", "Asked in or banned by"], rows)


def archive(*, actor: User, thing: Room) -> str:
    close_room(actor=actor, room=thing, closed=True)
    return "The room is archived."


def open_again(*, actor: User, thing: Room) -> str:
    close_room(actor=actor, room=thing, closed=False)
    return "The room is open again."


add_standing_acts(Room)
add_act(
    Room,
    Act(
        name="archive",
        title="Archive",
        note="Everybody in it still reads what was said; nobody writes or joins any more.",
        run=archive,
        fits=lambda room: room.archived_at is None and not room.is_direct,
        icon="archive",
    ),
)
add_act(
    Room,
    Act(
        name="open",
        title="Open again",
        note="Its members can write again, and others can join.",
        run=open_again,
        fits=lambda room: room.archived_at is not None,
        icon="unarchive",
    ),
)
add_panel(Room, Panel(title=f"Members, up to {MEMBERS_SHOWN}", table=members_of))
