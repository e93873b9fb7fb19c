"""What Prometheus reads: one place that names the figures."""

from prometheus_client import Counter, Gauge, Histogram

REQUEST_SECONDS = Histogram(
    "http_request_seconds",
    "Time to answer a request, by route.",
    ["method", "route", "status"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
TASKS = Counter("tasks_total", "Task runs by name and outcome.", ["name", "outcome"])
MAILS = Counter("mails_total", "Mails handed to the mail server.", ["template"])
TASKS_WAITING = Gauge("tasks_waiting", "Tasks that are ready to run.")
SOCKETS = Gauge("sockets_open", "Sockets that people have open to this process.")
DELIVERIES = Counter("socket_deliveries", "Messages handed to sockets.")
WAKE_UPS = Counter("stream_wake_ups", "Times a stream with listeners was told to have gone on.")
SLOW_CLOSES = Counter("socket_slow_closes", "Sockets closed for a reader too far behind.")
