"""The whole site as one ASGI application: HTTP by Django's WSGI handler on kept threads, sockets by Channels.

uvicorn in `serve` and daphne in `runserver` run the same object.
"""

from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.urls import re_path

from socialsite.lib.asgi.bodies import BodyGuard
from socialsite.lib.asgi.bridge import WsgiBridge
from socialsite.lib.asgi.files import FileSender
from socialsite.lib.asgi.sockets import Lifespan, refuse_socket
from socialsite.lib.asgi.threads import Threads
from socialsite.lib.asgi.types import App
from socialsite.lib.realtime import hub
from socialsite.lib.realtime.gateway import Gateway
from socialsite.lib.realtime.siofront import SocketIO
from socialsite.lib.realtime.ssefront import EventStreams
from socialsite.wsgi import application as wsgi_application

web_threads = Threads(settings.WEB_THREADS, "web")
file_threads = Threads(2, "files")

http: App = EventStreams(WsgiBridge(wsgi_application, web_threads, file_threads), hub.current)
if not settings.ACCEL_REDIRECT:
    http = FileSender(http, settings.MEDIA_ROOT, file_threads)
http = BodyGuard(
    SocketIO(http), settings.MAX_BODY_BYTES, settings.UPLOAD_LIMITS, settings.SLOW_BODY_SECONDS
)

# Consumers stand before the last route, which refuses what nobody serves.
sockets = URLRouter(
    [
        re_path(r"^ws/?$", Gateway.as_asgi()),
        re_path(r"", SocketIO(refuse_socket)),  # type: ignore[arg-type] # Channels routes ASGI
    ]
)

application = ProtocolTypeRouter(
    {
        "http": http,
        "websocket": sockets,
        "lifespan": Lifespan(hub.stop, web_threads.stop, file_threads.stop),
    }
)
