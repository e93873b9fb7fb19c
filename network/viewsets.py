"""The routes of connections and of suggestions."""

from functools import partial
from typing import Any

from django.db.models import QuerySet

from accounts.actions.connections import (
    accept_connection,
    decline_connection,
    remove_connection,
    request_connection,
)
from accounts.limits import CONNECTION_REQUESTS
from accounts.models import Connection, User
from accounts.models.users import Reference
from accounts.permissions import check_shows_profile
from accounts.serializers.people import PersonCard
from network.actions import dismiss_suggestion, restore_suggestion
from network.filters import matching
from network.limits import DISMISSALS
from network.mutual import mutual_with
from network.serializers import (
    ConnectionAnswer,
    ConnectionBody,
    ConnectionQuery,
    ConnectionSuggestion,
    ConnectionSuggestionQuery,
    FollowSuggestion,
    SuggestionQuery,
)
from network.suggestions.graphs import CONNECTIONS, FOLLOWS, Graph
from network.suggestions.lists import Wanted, pages_of
from socialsite.lib.api.calls import Call
from socialsite.lib.api.cursors import Ordered
from socialsite.lib.api.etags import check_if_match
from socialsite.lib.api.operations import lists, reads, writes
from socialsite.lib.api.views import ApiViewSet
from socialsite.lib.errors import NotFound


class ConnectionViewSet(ApiViewSet):
    @lists(ConnectionAnswer, query=ConnectionQuery)
    def list(self, request: Call, query: dict[str, Any]) -> QuerySet[Connection]:
        """The caller's connections, or requests by `state`, newest first."""
        rows = Connection.objects.visible_to(request.user).for_api(request.user)
        return matching(rows, request.user, **query)

    @reads(ConnectionAnswer)
    def read(self, request: Call, query: dict[str, Any], connection: int) -> Connection:
        """One connection or request of the caller's."""
        return ConnectionAnswer.find(request.user, connection)

    @writes(ConnectionAnswer, body=ConnectionBody, status=201, limit=CONNECTION_REQUESTS)
    def request_one(self, request: Call, data: dict[str, Any]) -> int:
        """Ask a person for a connection; when they asked already, this accepts theirs."""
        people = User.objects.addressable_by(request.user)
        target = people.named(data.pop("target_user_id"), request.user)
        return request_connection(actor=request.user, target=target, **data).pk

    @writes(ConnectionAnswer)
    def accept(self, request: Call, data: dict[str, Any], connection: int) -> int:
        """Say yes to a request."""
        check = partial(check_if_match, request)
        found = own(request, connection)
        return accept_connection(actor=request.user, connection=found, check=check).pk

    @writes()
    def decline(self, request: Call, data: dict[str, Any], connection: int) -> None:
        """Say no to a request; who asked is not told."""
        check = partial(check_if_match, request)
        decline_connection(actor=request.user, connection=own(request, connection), check=check)

    @writes()
    def remove(self, request: Call, data: dict[str, Any], connection: int) -> None:
        """End a connection, or withdraw one's request."""
        check = partial(check_if_match, request)
        remove_connection(actor=request.user, connection=own(request, connection), check=check)

    @lists(PersonCard)
    def mutual(self, request: Call, query: dict[str, Any], user: Reference) -> QuerySet[User]:
        """Whom the caller and a person are both connected to."""
        person = User.objects.visible_to(request.user).named(user, request.user)
        check_shows_profile(person, request.user)
        return mutual_with(person.pk, request.user)


class SuggestionViewSet(ApiViewSet):
    @lists(FollowSuggestion, key="place", query=SuggestionQuery)
    def to_follow(self, request: Call, query: dict[str, Any]) -> Ordered:
        """People the caller may want to follow, the best first, each with the reason."""
        return suggested(request, FOLLOWS, **query)

    @lists(ConnectionSuggestion, key="place", query=ConnectionSuggestionQuery)
    def to_connect(self, request: Call, query: dict[str, Any]) -> Ordered:
        """People the caller may want to connect with, the best first, each with the reason."""
        return suggested(request, CONNECTIONS, **query)

    @writes(limit=DISMISSALS)
    def dismiss(self, request: Call, data: dict[str, Any], user: Reference) -> None:
        """Keep a person out of one's suggestions, to follow and to connect with."""
        target = User.objects.visible_to(request.user).named(user, request.user)
        dismiss_suggestion(actor=request.user, target=target)

    @writes(limit=DISMISSALS)
    def restore(self, request: Call, data: dict[str, Any], user: Reference) -> None:
        """Let a person be suggested again."""
        target = User.objects.visible_to(request.user).named(user, request.user)
        restore_suggestion(actor=request.user, target=target)


def suggested(request: Call, graph: Graph, *, refresh: str, **filters: str) -> Ordered:
    """Return the caller's suggestions; only the first page makes them anew, so that further ones go on."""
    wanted = Wanted(graph, request.user, filters)
    return pages_of(wanted, anew=refresh == "1" and "cursor" not in request.query_params)


def own(request: Call, connection: int) -> Connection:
    """Return a connection or request of the caller's. Raises NotFound."""
    rows = Connection.objects.visible_to(request.user).for_api(request.user)
    found = rows.filter(pk=connection).first()
    if found is None:
        raise NotFound
    return found
