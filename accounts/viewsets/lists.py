"""A person's lists and who is in them; nobody else learns of any of it."""

from functools import partial
from typing import Any

from django.db.models import QuerySet

from accounts.actions import audiences
from accounts.limits import LISTS
from accounts.models import Audience, User
from accounts.models.users import Reference
from accounts.serializers.lists import ListAnswer, ListBody, ListChanges
from accounts.serializers.people import PersonCard
from accounts.viewsets.people import addressed
from socialsite.lib.api.calls import Call
from socialsite.lib.api.etags import check_if_match
from socialsite.lib.api.operations import lists, reads, writes
from socialsite.lib.api.views import ApiViewSet


class ListViewSet(ApiViewSet):
    @lists(ListAnswer)
    def list(self, request: Call, query: dict[str, Any]) -> QuerySet[Audience]:
        """The caller's lists, newest first."""
        return Audience.objects.visible_to(request.user).lists()

    @reads(ListAnswer)
    def read(self, request: Call, query: dict[str, Any], list: int) -> Audience:  # noqa: A002 - the path's word
        """One list of the caller's."""
        return ListAnswer.find(request.user, list)

    @writes(ListAnswer, body=ListBody, status=201, limit=LISTS)
    def create(self, request: Call, data: dict[str, Any]) -> int:
        """Make a list."""
        return audiences.create_list(actor=request.user, **data).pk

    @writes(ListAnswer, body=ListChanges, limit=LISTS)
    def edit(self, request: Call, data: dict[str, Any], list: int) -> int:  # noqa: A002 - the path's word
        """Change what is sent of a list."""
        check = partial(check_if_match, request)
        audiences.change_list(actor=request.user, list_id=list, changes=data, check=check)
        return list

    @writes(limit=LISTS)
    def delete(self, request: Call, data: dict[str, Any], list: int) -> None:  # noqa: A002 - the path's word
        """Forget a list; posts that were for its members are the caller's alone from then on."""
        audiences.delete_list(actor=request.user, list_id=list)


class MemberViewSet(ApiViewSet):
    @lists(PersonCard, key="edge")
    def list(self, request: Call, query: dict[str, Any], list: int) -> QuerySet[User]:  # noqa: A002 - the path's word
        """Who is in a list of the caller's, who came last first."""
        found = audiences.own_list(request.user, list)
        return User.objects.visible_to(request.user).in_audience(found.pk)

    @writes(limit=LISTS)
    def add(self, request: Call, data: dict[str, Any], list: int, user: Reference) -> None:  # noqa: A002 - the path's word
        """Put a person in a list, followed or not; they are not told."""
        found = audiences.own_list(request.user, list)
        member = addressed(request, user)
        audiences.add_to_audience(actor=request.user, audience=found, member=member)

    @writes(limit=LISTS)
    def remove(self, request: Call, data: dict[str, Any], list: int, user: Reference) -> None:  # noqa: A002 - the path's word
        """Take a person out of a list; they are not told."""
        found = audiences.own_list(request.user, list)
        member = addressed(request, user)
        audiences.remove_from_audience(actor=request.user, audience=found, member=member)
