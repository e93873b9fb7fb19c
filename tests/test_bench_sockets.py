"""The parts of `python -m bench sockets` that need neither peers nor the site."""

import argparse
from pathlib import Path

import pytest

from bench.sockets import client, goals, report, tools
from bench.sockets.results import NO_OFFER, Results
from bench.sockets.targets import LIMIT, ONE, SITE_MESSAGE, SITE_TYPING, SOCKETIO, TARGETS, TWO, WS

pytestmark = pytest.mark.once
SECONDS = 0.2


def found(rate: float, cpu: float, kib: float = 20, lost: float = 0) -> client.Found:
    phase = {"rate": rate, "cpu": cpu, "p50": 1, "p99": 2, "lost": lost, "bytes": 150, "generator_share": 0.5}  # fmt: skip
    return {"kib": kib, "connect_cpu": 1, "phases": {"full": phase, "paced": phase}}


@pytest.mark.live
def test_every_delivery_of_the_limit_is_counted(tmp_path: Path) -> None:
    target = next(target for target in TARGETS if target.name == LIMIT)
    if not target.is_installed:
        pytest.skip("no C compiler")
    with client.running(target, tmp_path, {}) as servers:
        load = client.Load(50, phases=(f"paced:{SECONDS}", f"full:{SECONDS}"))
        phases = client.run(servers, target.wire, load)["phases"]
    assert phases["paced"]["messages"] * 50 == pytest.approx(5000 * SECONDS, rel=0.2)
    assert phases["full"]["rate"] > 1000
    assert {phase["lost"] for phase in phases.values()} == {0}
    assert {phase["doubled"] for phase in phases.values()} == {0}


def test_goals_compare_medians() -> None:
    results = Results(load_average=0)
    results.rooms[SITE_TYPING, 1000] = [found(100, 4), found(220, 4), found(900, 4)]
    results.rooms[WS, 1000] = [found(200, 8)]
    results.rooms[SOCKETIO, 1000] = [found(200, 8)]
    results.acks[SITE_MESSAGE, 8] = [found(299, 9)]
    results.idle[NO_OFFER] = [found(0, 0, kib=40)]
    text = report.render(results, argparse.Namespace(seconds=1, senders=8), ["Node"])
    assert f"1.1 × the deliveries of {WS}, 1000 members | 1.1 × | 2 × | met |" in text
    assert f"1.3 × the deliveries of {SOCKETIO}, 1000 members | 1.1 × | 2 × | **missed** |" in text
    assert "at least 300 a second | 299/s |  | **missed** |" in text
    assert "| 40 KiB |  | **missed** |" in text
    assert "* Node: missing here" in text


def test_goals_of_large_rooms_and_of_two_processes_want_nothing_lost() -> None:
    one, two = ONE.format(SITE_MESSAGE), TWO.format(SITE_MESSAGE)
    results = Results(load_average=0)
    for name, size, rate in ((SITE_MESSAGE, 5000, 9), (one, 1000, 10), (two, 1000, 20)):
        results.rooms[name, size] = [found(rate, 5)]
    large, both = f"{SITE_MESSAGE}: 5000 members", f"{SITE_MESSAGE}: two processes"
    told = {goal.text: goal.is_met for goal in goals.all_of(results)}
    assert [met for text, met in told.items() if text.startswith((large, both))] == [True, True]
    for rounds in results.rooms.values():
        rounds.append(found(30, 5, lost=0.001))
    told = {goal.text: goal.is_met for goal in goals.all_of(results)}
    assert [met for text, met in told.items() if text.startswith((large, both))] == [False, False]


def test_a_program_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tools, "CACHE", tmp_path)
    source = tmp_path / "nothing.c"
    source.write_text("int main(void) { return 0; }")
    first, again = (tools.compiled.__wrapped__(source) for _ in range(2))
    if not first:
        pytest.skip("no C compiler")
    assert first == again
    assert len(list(tmp_path.iterdir())) == 2
