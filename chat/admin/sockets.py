"""Who is there now, in the console: the servers that hold sockets, the people at each, and a word to all of them."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from accounts.models import SocketHost, SocketUser, User
from moderation.actions import announce
from moderation.actions.announcing import LONGEST
from moderation.events import AnnouncementKind
from socialsite.lib.admin import (
    ADMINS,
    Act,
    ActForm,
    EvidenceAdmin,
    Panel,
    Table,
    add_panel,
    ago,
    at,
    link,
    link_to_id,
)
from socialsite.lib.admin.roles import has_role
from socialsite.lib.realtime import hub

ROWS_SHOWN = 100
LIST = "admin:accounts_sockethost_changelist"


class AnnouncementForm(ActForm):
    kind = forms.ChoiceField(
        choices=AnnouncementKind.choices,
        widget=UnfoldAdminSelectWidget(),
    )
    text = forms.CharField(
        max_length=LONGEST, widget=UnfoldAdminTextareaWidget({"rows": 3, "autofocus": True})
    )


def send(*, actor: User, thing: Any, text: str, kind: str) -> str:
    announce(actor=actor, text=text, kind=kind)
    return "It is sent to everybody who is there."


ANNOUNCE = Act(
    name="announce",
    title="Send an announcement",
    note="Every open socket hears it once, now; nothing is kept for who comes later.",
    run=send,
    form=AnnouncementForm,
    roles=ADMINS,
)


@admin.register(SocketHost)
class SocketHostAdmin(EvidenceAdmin):
    icon = "cable"
    place = 90
    list_display = ["name", "is_live", "people", at("leased_until", "lease until")]
    search_fields = ["name"]
    ordering = ["name"]
    sortable_by = ()
    fields = ["name", "is_live", "leased_until"]
    actions_list = ["announce_to_all"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[SocketHost]:
        return SocketHost.objects.annotate(people_count=Count("people"))

    @display(description="state", label={"here": "success", "gone": "default"})
    def is_live(self, host: SocketHost) -> str:
        return "here" if host.leased_until > timezone.now() else "gone"

    @display(description="people")
    def people(self, host: Any) -> int:
        return int(host.people_count)

    def has_announce_permission(self, request: HttpRequest) -> bool:
        return has_role(request, ADMINS)

    @action(
        description=ANNOUNCE.title, url_path="announce", permissions=["announce"], icon="campaign"
    )
    def announce_to_all(self, request: HttpRequest) -> HttpResponse:
        """Ask for a text, and send it to every open socket."""
        form = AnnouncementForm(request.POST if request.method == "POST" else None)
        if form.is_valid() and self._do(request, ANNOUNCE, None, form):
            return HttpResponseRedirect(reverse(LIST))
        page = {
            **self.admin_site.each_context(request),
            "title": ANNOUNCE.title,
            "opts": self.opts,
            "original": "everybody who is there",
            "act": ANNOUNCE,
            "form": form,
            "back": reverse(LIST),
            "media": self.media + form.media,
        }
        return TemplateResponse(request, "admin/act.html", page)


def people_at(host: SocketHost) -> Table:
    """Return people with a socket at a server, in the order of their names."""
    rows = SocketUser.objects.filter(host=host).select_related("user").order_by("user__username")
    return Table(["Person"], [[link(row.user)] for row in rows[:ROWS_SHOWN]])


def sockets_here(host: SocketHost) -> Table:
    """Return the sockets that are open at the server that makes this page; those of another it does not see."""
    here = set(SocketUser.objects.filter(host=host).values_list("user", flat=True))
    found = hub.find()
    shown = [row for row in found.open_sockets() if row["user_id"] in here] if found else []
    headers = ["Socket", "Kind", "Person", "Credential", "Address", "Topics", "Waiting", "Open"]
    rows = [
        [
            row["connection_id"],
            row["kind"],
            link_to_id(row["user_id"]),
            row["credential"],
            row["address"],
            row["topics"],
            f"{row['buffered']} bytes",
            ago(row["opened_at"]),
        ]
        for row in shown[:ROWS_SHOWN]
    ]
    return Table(headers, rows)


add_panel(SocketHost, Panel(title=f"People, up to {ROWS_SHOWN}", table=people_at))
add_panel(
    SocketHost, Panel(title="Sockets now open at this server", table=sockets_here, roles=ADMINS)
)
