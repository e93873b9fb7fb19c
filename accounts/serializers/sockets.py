"""Where the sockets are, tickets, and figures."""

from rest_framework import serializers

from socialsite.lib.api.serializers import Answer


class DoorsAnswer(Answer):
    """Where real time is: the socket itself, Socket.IO and Server-Sent Events."""

    url = serializers.CharField(read_only=True)
    socketio_url = serializers.CharField(read_only=True)
    sse_url = serializers.CharField(read_only=True)
    protocol = serializers.IntegerField(read_only=True)
    heartbeat_s = serializers.IntegerField(read_only=True)


class TicketAnswer(Answer):
    """What opens one socket; shown once."""

    ticket = serializers.CharField(read_only=True)
    expires_in = serializers.IntegerField(read_only=True, help_text="Seconds")


class SocketFigures(Answer):
    """The sockets of the process that answers, and who is there in all processes."""

    sockets = serializers.IntegerField(read_only=True, help_text="Open in this process")
    people = serializers.IntegerField(read_only=True, help_text="With a socket in this process")
    people_online = serializers.IntegerField(
        read_only=True, help_text="With a socket in any process"
    )
    topics = serializers.IntegerField(read_only=True, help_text="That somebody listens to here")
    streams = serializers.IntegerField(read_only=True, help_text="Of them with numbered events")
    deliveries = serializers.IntegerField(
        read_only=True, help_text="Messages written since the start"
    )
    wake_ups = serializers.IntegerField(
        read_only=True, help_text="Times that a stream went on since the start"
    )
    slow_closes = serializers.IntegerField(
        read_only=True, help_text="Sockets closed because they did not read"
    )
    linked = serializers.BooleanField(
        read_only=True, help_text="Whether signals reach the other processes at once"
    )
