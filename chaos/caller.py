"""One call to the site over a connection of its own, and what is known afterwards."""

import http.client
import json
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Reply:
    """What came back; status 0 when nothing did, so that nobody knows whether the call had its effect."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def is_ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def code(self) -> str:
        """The code of the refusal."""
        refused = self.status >= 400 and isinstance(self.body, dict)
        return str(self.body["errors"][0]["code"]) if refused else ""


def call(  # noqa: PLR0917 - as a request line reads
    port: int, method: str, path: str, body: Any = None, token: str = "", key: str = ""
) -> Reply:
    """Make one call to a port of the loopback address; never raises for what the network does."""
    headers = {"Host": "localhost", "Connection": "close", "Content-Type": "application/json"}
    headers |= {"Authorization": f"Bearer {token}"} if token else {}
    headers |= {"Idempotency-Key": key} if key else {}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = connection.getresponse()
        content = answer.read()
        named = {name.lower(): value for name, value in answer.getheaders()}
        return Reply(answer.status, json.loads(content) if content else None, named)
    except (OSError, http.client.HTTPException):
        return Reply(0)
    finally:
        connection.close()
