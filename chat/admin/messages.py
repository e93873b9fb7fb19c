"""Reported messages in the console. The list shows no texts: they are on the page of each, and who opens it stands in the trail."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from unfold.decorators import display

from accounts.models import User
from chat.actions.edits import remove_message_version, version_of
from chat.actions.opening import note_opening
from chat.models import Message
from engagement.admin.acts import add_content_acts
from engagement.admin.content import CappedPaginator, whole
from engagement.admin.filters import StateFilter, WrittenFilter
from engagement.admin.panels import add_content_panels
from engagement.admin.states import COLOURS, is_reported, state_now, state_of
from moderation.models import Report
from socialsite.lib.admin import EvidenceAdmin, ago, link_to_id, person
from socialsite.lib.admin.cells import NOTHING
from socialsite.lib.ids import MAX_ID


@admin.register(Message)
class MessageAdmin(EvidenceAdmin):
    icon = "chat"
    place = 1
    paginator = CappedPaginator
    change_form_outer_after_template = "admin/panels_beside.html"
    list_display = ["number", person("sender"), "kind_of_room", "state", "marks", "written"]
    list_display_links = ["number"]
    list_filter = [StateFilter, ("created_at", WrittenFilter)]
    links_by = ("sender",)
    search_fields = ["sender__username"]
    search_help_text = "A whole username, or a whole id"
    ordering = ["-pk"]
    sortable_by = ("written",)
    export_fields = ("id", "room_id", "sender__username", "created_at", "edited_at")
    fields = [
        "id", "sender", "state", "all_marks", "text", "kind_of_room", "place_of", "answered", "version", "created_at",
        "edited_at", "deleted_at", "deleter",
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        reports = Report.objects.filter(target_id=OuterRef("pk"))
        rows: Any = Message.objects.filter(Exists(reports)).select_related("sender", "room")
        found: QuerySet[Message] = rows.annotate(state_now=state_now(), is_reported=is_reported())
        return found

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Message], search_term: str
    ) -> tuple[QuerySet[Message], bool]:
        term = search_term.strip()
        if not term:
            return queryset, False
        # Not longer, before it is read as a number: Python refuses to read any.
        if term.isdecimal() and len(term) <= len(str(MAX_ID)) and int(term) <= MAX_ID:
            return queryset.filter(pk=int(term)), False
        sender = User.objects.filter(username=term.removeprefix("@").lower())
        return queryset.filter(sender__in=sender), False

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        thing: Message | None = kwargs.get("obj") or context.get("original")
        if thing is not None:
            reader: Any = request.user
            note_opening(reader, thing)
        return super().render_change_form(request, context, *args, **kwargs)

    @display(description="message", ordering="id")
    def number(self, message: Message) -> str:
        return str(message.pk)

    @display(description="text")
    def text(self, message: Message) -> str:
        return whole(message.content)

    @display(description="kind of room")
    def kind_of_room(self, message: Message) -> str:
        return str(message.room.get_kind_display())

    @display(description="room")
    def place_of(self, message: Message) -> str:
        return link_to_id(message.room_id)

    @display(description="in answer to")
    def answered(self, message: Message) -> str:
        return link_to_id(message.reply_to_id)

    @display(label=COLOURS)
    def state(self, message: Message) -> str:
        return state_of(message)

    @display(label=True)
    def marks(self, message: Any) -> list[str]:
        marks = {
            "open report": message.is_reported,
            "edited": message.edited_at is not None,
            "author suspended": message.sender.suspended_by is not None,
        }
        return [mark for mark, is_set in marks.items() if is_set]

    @display(description="marks")
    def all_marks(self, message: Any) -> str:
        return ", ".join(self.marks(message)) or NOTHING

    @display(description="written", ordering="id")
    def written(self, message: Message) -> str:
        return ago(message.created_at)

    @display(description="deleted by")
    def deleter(self, message: Message) -> str:
        return link_to_id(message.deleted_by)


def _remove_version(actor: User, message: Any, number: int) -> None:
    remove_message_version(actor=actor, message=message, number=number)


add_content_acts(Message, _remove_version)
add_content_panels(Message, version_of)
