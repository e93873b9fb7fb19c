"""What the clients of docs/clients send, and when: nothing before they are greeted, and nothing twice."""

import asyncio
import json
import subprocess
from typing import Any

import pytest

from accounts.testing import Cast
from socialsite.lib.testing.client import ApiClient
from socialsite.lib.testing.sockets import LiveSite, live_site
from tests.programs import needs_node
from tests.test_clients import FOLDER, python_client

__all__ = ["live_site"]
WITH_A_FAKE_SOCKET = """
import { Client } from "%s";
const sent = [], sockets = [], events = [];
class Fake {
  readyState = 0;
  constructor() { sockets.push(this); setTimeout(() => { this.readyState = 1; this.onopen(); }, 5); }
  send(text) { sent.push(JSON.parse(text)); }
  close() { this.readyState = 3; this.onclose({ code: 1006 }); }
}
let asked = 0;
const ticket = async () => { if (!asked++) throw new Error("away"); return `ticket ${asked}`; };
const client = new Client({ site: "http://site", ticket, rooms: ["7"], WebSocket: Fake, onEvent: (e) => events.push(e) });
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
client.start();
const answered = client.call("ping");
while (!sent.length) await sleep(10);
client.call("late");
await sleep(20);
const before = sent.map((frame) => frame.event);
const push = (frame) => sockets[0].onmessage({ data: JSON.stringify(frame) });
push({ event: "hello", data: { user: { id: "1" }, useq: 4 } });
push({ event: "ack", id: "new rooms", data: { accepted: ["room:7"], refused: [], seqs: { "room:7": 9 } } });
push({ event: "message", topic: "room:7", seq: 9, data: {} });
push({ event: "message", topic: "room:7", seq: 10, data: {} });
push({ event: "ack", id: "1", data: { pong: true } });
const answer = await answered;
const seen = events.map((event) => event.seq ?? event.event);
console.log(JSON.stringify({ before, after: sent.slice(1).map((frame) => frame.event), answer, seen, positions: client.positions }));
client.stop();
"""


@needs_node
@pytest.mark.once
def test_b2_c30_a_command_before_the_greeting_is_sent_after_it_and_once() -> None:
    script = WITH_A_FAKE_SOCKET % (FOLDER / "client.js").as_uri()
    command = ["node", "--input-type=module", "-e", script]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "before": ["auth"],
        "after": ["resume", "subscribe", "ping", "late"],
        "answer": {"pong": True},
        "seen": ["hello", "ack", 10],
        "positions": {"user:1": 4, "room:7": 10},
    }


@pytest.mark.django_db(transaction=True)
def test_b2_c30_a_command_while_a_ticket_is_awaited_waits_for_the_greeting(
    live_site: LiveSite, cast: Cast, alice: ApiClient
) -> None:
    client = python_client()(live_site.url, alice.token, [], {})

    async def listen() -> None:
        async for _ in client.events():
            pass

    async def run() -> Any:
        asked = asyncio.Event()

        async def ticket() -> str:
            asked.set()
            await asyncio.sleep(0.2)
            return alice.token

        client.ticket = ticket
        listening = asyncio.create_task(listen())
        await asked.wait()
        await asyncio.sleep(0.05)
        answer = await asyncio.wait_for(client.call("ping"), 10)
        listening.cancel()
        return answer

    assert "server_time" in asyncio.run(run())
