"""The figures of the sockets as Markdown."""

import argparse
import importlib.metadata
import json
import os
import platform
import shutil
import statistics
import subprocess
from collections.abc import Iterator

from bench.sockets import goals, tools
from bench.sockets.client import PACED_DELIVERIES, Found
from bench.sockets.results import Results
from bench.sockets.targets import TARGETS

PACKAGES = ["Django", "channels", "uvicorn", "uvloop", "daphne", "python-socketio", "Flask-SocketIO", "gevent"]  # fmt: skip


def render(results: Results, options: argparse.Namespace, missing: list[str]) -> str:
    lines = [versions(), "", conditions(results, options), "", *goal_table(results)]
    for size in sorted({size for _, size in results.rooms}):
        lines += ["", f"### A room of {size} members", "", *room_table(results, size)]
    if results.acks:
        lines += ["", "### Stored and acknowledged", "", *ack_table(results)]
    if results.idle:
        lines += ["", "### Sockets that only listen", "", *idle_table(results)]
    measured = {name for name, _ in results.rooms}
    lines += ["", *(f"* {t.name}: {t.what}" for t in TARGETS if t.name in measured)]
    lines += [
        f"* {name}: missing here (not installed, or --postgres and --redis not given)"
        for name in missing
    ]
    return "\n".join(lines) + "\n"


def versions() -> str:
    named = [f"Python {platform.python_version()}", *map(python_package, PACKAGES)]
    if node := shutil.which("node"):
        asked = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
        wanted = json.loads((tools.NODE_PEERS / "package.json").read_text())["dependencies"]
        named += [f"Node {asked.stdout.strip()}", *(f"{n} {v}" for n, v in wanted.items())]
    return ", ".join(named) + "."


def python_package(name: str) -> str:
    try:
        return f"{name} {importlib.metadata.version(name)}"
    except importlib.metadata.PackageNotFoundError:
        return f"{name} missing"


def conditions(results: Results, options: argparse.Namespace) -> str:
    rounds = max(len(found) for found in results.rooms.values())
    return (
        f"{platform.machine()}, {os.cpu_count()} cores, load average {results.load_average:.1f} at the start; {rounds} rounds "
        f"of {options.seconds} s each paced and full; {options.senders or 'all'} members send in turn. Full: 4 messages outstanding. Paced: "
        f"{PACED_DELIVERIES} deliveries a second in all."
    )


def goal_table(results: Results) -> list[str]:
    lines = ["| goal | measured | by CPU | |", "| --- | --- | --- | --- |"]
    for goal in goals.all_of(results):
        by_cpu = f"{goal.by_cpu:.3g} ×" if goal.by_cpu is not None else ""
        verdict = "met" if goal.is_met else "**missed**"
        lines.append(f"| {goal.text} | {goal.value:.3g}{goal.unit} | {by_cpu} | {verdict} |")
    return lines


def rows(results: Results, size: int) -> Iterator[tuple[str, list[Found]]]:
    for target in TARGETS:
        if found := results.rooms.get((target.name, size)):
            yield target.name, found


def room_table(results: Results, size: int) -> list[str]:
    lines = [
        "| server | full: deliveries/s (range) | p50 / p99 ms | CPU µs/delivery (range) | paced: p50 / p99 ms | CPU µs | lost "
        "| bytes | KiB/connection | generator's core |",
        f"|{' --- |' * 10}",
    ]
    for name, found in rows(results, size):
        full, paced = phases(found, "full"), phases(found, "paced")
        lost = max(phase["lost"] for phase in (*full, *paced))
        cells = [
            name, spread(full, "rate"), pair(full), spread(full, "cpu", 1), pair(paced), f"{middle(paced, 'cpu'):.1f}",
            f"{lost:.2%}" if lost else "0", f"{middle(full, 'bytes'):.0f}", f"{middle(found, 'kib'):.1f}",
            f"{max(phase['generator_share'] for phase in full):.0%}",
        ]  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def ack_table(results: Results) -> list[str]:
    lines = [
        "| server | senders | messages/s (range) | p50 / p99 ms | CPU µs a message (range) |",
        "| --- | --- | --- | --- | --- |",
    ]
    for (name, senders), found in results.acks.items():
        full = phases(found, "full")
        cells = [name, str(senders), spread(full, "rate"), pair(full), spread(full, "cpu")]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def idle_table(results: Results) -> list[str]:
    lines = ["| handshake | KiB a socket | CPU ms to open one |", "| --- | --- | --- |"]
    for name, found in results.idle.items():
        cells = [name, f"{middle(found, 'kib'):.1f}", f"{middle(found, 'connect_cpu'):.2f}"]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def phases(found: list[Found], mode: str) -> list[Found]:
    return [one["phases"][mode] for one in found]


def middle(found: list[Found], field: str) -> float:
    return statistics.median(one[field] for one in found)


def pair(found: list[Found]) -> str:
    if middle(found, "p50") < 0:
        return "none arrived"
    return f"{middle(found, 'p50'):.1f} / {middle(found, 'p99'):.1f}"


def spread(found: list[Found], field: str, digits: int = 0) -> str:
    values = [one[field] for one in found]
    if min(values) < 0:
        return "-"
    return f"{middle(found, field):.{digits}f} ({min(values):.{digits}f}-{max(values):.{digits}f})"
