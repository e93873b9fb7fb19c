"""The paths of rooms and messages, under `/api/`."""

from chat.viewsets.conversations import MarksViewSet, MessagesViewSet
from chat.viewsets.joining import JoinViewSet
from chat.viewsets.members import MemberViewSet
from chat.viewsets.messages import MessageViewSet, VersionViewSet
from chat.viewsets.rooms import RoomViewSet
from socialsite.lib.api.paths import route

rooms = [
    *route("join", JoinViewSet, {"post": "join"}, "join"),
    *route("rooms", RoomViewSet, {"get": "list", "post": "create"}, "rooms"),
    *route(
        "rooms/<room:room>", RoomViewSet, {"get": "read", "put": "edit", "delete": "delete"}, "room"
    ),
    *route("rooms/<room:room>/join", RoomViewSet, {"post": "join"}, "room-join"),
    *route("rooms/<room:room>/leave", RoomViewSet, {"post": "leave"}, "room-leave"),
    *route("rooms/<room:room>/events", RoomViewSet, {"get": "events"}, "room-events"),
    *route(
        "rooms/<room:room>/members", MemberViewSet, {"get": "list", "post": "add"}, "room-members"
    ),
    *route(
        "rooms/<room:room>/members/<user:user>",
        MemberViewSet,
        {"put": "change", "delete": "remove"},
        "room-member",
    ),
    *route("users/<room:room>", MemberViewSet, {"get": "list"}, "room-people"),
    *route("users/<room_name:room>", MemberViewSet, {"get": "list"}, "room-people-by-name"),
]
messages = [
    *route("messages", MessagesViewSet, {"get": "list", "post": "send"}, "messages"),
    *route("messages/<room:room>", MessageViewSet, {"get": "history"}, "room-messages"),
    *route(
        "messages/<room:room>/<message:message>",
        MessageViewSet,
        {"get": "read", "put": "edit", "delete": "delete"},
        "message",
    ),
    *route(
        "messages/<room:room>/<message:message>/history",
        VersionViewSet,
        {"get": "read"},
        "message-history",
    ),
    *route(
        "messages/<room:room>/<message:message>/history/<int:number>",
        VersionViewSet,
        {"delete": "remove"},
        "message-version",
    ),
    *route(
        "messages/<room:room>/<message:message>/reactions",
        MessageViewSet,
        {"post": "react", "delete": "unreact"},
        "message-reactions",
    ),
    *route(
        "messages/<room:room>/<message:message>/pin",
        MessageViewSet,
        {"post": "pin", "delete": "unpin"},
        "message-pin",
    ),
    *route(
        "messages/<room:room>/<message:message>/star",
        MessageViewSet,
        {"post": "star", "delete": "unstar"},
        "message-star",
    ),
    *route(
        "messages/<room:room>/<message:message>/readers",
        MarksViewSet,
        {"get": "readers"},
        "message-readers",
    ),
    *route("rooms/<room:room>/read", MarksViewSet, {"post": "read"}, "room-read"),
]

urlpatterns = [*rooms, *messages]
