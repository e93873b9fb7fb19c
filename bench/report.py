"""The figures as Markdown: on the terminal, and between two marks in docs/PERFORMANCE.md."""

import argparse
import importlib.metadata
import os
import platform
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench.contenders import CONTENDERS, DAPHNE, FLASK, FLOOR, PURE_WSGI, UVICORN
from bench.load import Generator, Sample, median
from bench.pages import PAGES

Samples = dict[tuple[str, str], list[Sample]]
Goal = tuple[str, float, str, bool]
"""What is wanted, what was measured, its unit, and whether that is met"""

DOCUMENT = Path(__file__).parent.parent / "docs" / "PERFORMANCE.md"
BEGIN, END = "<!-- figures: python -m bench{} -->", "<!-- end of figures -->"
PACKAGES = ["Django", "djangorestframework", "uvicorn", "daphne", "gunicorn", "Flask", "orjson"]


def write(text: str, suite: str) -> None:
    """Put the figures into the document, in the place of the last ones of the suite."""
    begin = BEGIN.format("" if suite == "people" else f" {suite}")
    before, found, rest = DOCUMENT.read_text().partition(begin)
    if not found:
        raise SystemExit(f"{DOCUMENT} has no line {begin}")
    after = rest.partition(END)[2]
    DOCUMENT.write_text(f"{before}{begin}\n\n{text}\n{END}{after}")


def render(
    samples: Samples,
    inside: dict[str, Any],
    generator: Generator,
    options: argparse.Namespace,
    missing: list[str],
) -> str:
    lines = [versions(), "", conditions(generator, options, samples), ""]
    lines += goals(CHECKS[options.suite], samples, inside)
    for page in PAGES:
        if any(name == page.name for _, name in samples):
            lines += ["", f"### {page.what}", "", *table(samples, page.name)]
    lines += ["", *legend()]
    lines += [f"* {name}: missing, not installed here" for name in missing]
    return "\n".join(lines) + "\n"


def versions() -> str:
    named = [f"Python {platform.python_version()}", f"SQLite {sqlite3.sqlite_version}"]
    named += [f"{package} {installed(package)}" for package in PACKAGES]
    return ", ".join(named) + "."


def installed(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "missing"


def conditions(generator: Generator, options: argparse.Namespace, samples: Samples) -> str:
    shares = [sample.generator_share for found in samples.values() for sample in found]
    rounds = max(len(found) for found in samples.values())
    data = f"{options.people} people" if options.suite == "people" else f"{options.posts} posts"
    return (
        f"{platform.machine()}, {os.cpu_count()} cores; {data}; {rounds} rounds of "
        f"{options.seconds} s, {options.connections} connections; {generator.name} used "
        f"{min(shares):.0%} to {max(shares):.0%} of its core."
    )


def goals(
    checks: Callable[..., Iterator[Goal]], samples: Samples, inside: dict[str, Any]
) -> list[str]:
    """Return the table of goals; those whose contenders were not run are left out."""
    lines = ["| goal | measured | |", "| --- | --- | --- |"]
    for text, value, unit, is_met in checks(samples, inside):
        lines.append(f"| {text} | {value:.3g}{unit} | {'met' if is_met else '**missed**'} |")
    return lines


def people_checks(samples: Samples, inside: dict[str, Any]) -> Iterator[Goal]:
    if found := ratio(samples, "profile", UVICORN, FLASK):
        yield "profile page: at most 1 × the CPU of the Flask page", found, " ×", found <= 1
    if found := ratio(samples, "followers", UVICORN, FLASK):
        yield "followers: at most 2 × the CPU of the Flask page", found, " ×", found <= 2
    yield from server_checks(samples)
    cost = inside["middleware"]
    yield f"middleware ({inside['layers']} layers): at most 150 µs", cost, " µs", cost <= 150
    count = inside["authentication_statements"]
    yield "SQL statements of authentication: 1", count, "", count == 1
    yield (
        "SQL statements of a profile with its sign-in and recent activity: 3",
        inside["profile_statements"],
        "",
        True,
    )
    yield (
        "SQL statements of a page of followers with its sign-in: 3",
        inside["followers_statements"],
        "",
        True,
    )


def server_checks(samples: Samples) -> Iterator[Goal]:
    for page in PAGES:
        if found := ratio(samples, page.name, PURE_WSGI, UVICORN):
            text = f"{page.name}: `serve` does at least 0.9 × a pure WSGI server for the same CPU"
            yield text, found, " ×", found >= 0.9


def posts_checks(samples: Samples, inside: dict[str, Any]) -> Iterator[Goal]:
    for page in PAGES:
        if page.suite == "posts" and (found := ratio(samples, page.name, UVICORN, FLASK)):
            yield f"{page.name}: at most 1.2 × the CPU of the Flask page", found, " ×", found <= 1.2
    yield from server_checks(samples)
    for name, count in inside["statements"].items():
        yield f"SQL statements of {name} with its sign-in: at most 4", count, "", count <= 4
    for name, cost in inside["pages"].items():
        yield f"{name}: page 50 at most 1.3 × the CPU of page 1", cost, " ×", cost <= 1.3
    for database, found in (("SQLite", inside), ("PostgreSQL", inside.get("postgres"))):
        if found:
            cost = found["followed_author"]
            text = (
                "a post by an author with 10 000 followers at most 1.5 × one by an author with none"
            )
            yield f"{text}, {database}", cost, " ×", cost <= 1.5
            for deed, rate in found["written"].items():
                yield f"{deed} a second, one caller, {database}", rate, "", True


def feed_checks(samples: Samples, inside: dict[str, Any]) -> Iterator[Goal]:
    for peer, most in ((FLASK, 0.45), (FLOOR, 4.5)):
        for server in (UVICORN, DAPHNE):
            if found := ratio(samples, "feed", server, peer):
                text = f"feed, {server}: at most {most} × the CPU of {peer}"
                yield text, found, " ×", found <= most
    for page in PAGES:
        is_twin = page.suite == "feed" and page.name != "feed"
        if is_twin and (found := ratio(samples, page.name, UVICORN, FLASK)):
            yield f"{page.name}: at most 2 × the CPU of the Flask page", found, " ×", found <= 2
    yield from server_checks(samples)
    for database, found in (("SQLite", inside), ("PostgreSQL", inside.get("postgres"))):
        if found:
            yield from _feed_inside(database, found)
    if many := inside.get("many"):
        found = many["p50_ms"] / inside["p50_ms"]
        text = f"p50 with {many['posts']} posts at most 1.3 × that with {inside['posts']}"
        yield text, found, " ×", found <= 1.3


def _feed_inside(database: str, found: dict[str, Any]) -> Iterator[Goal]:
    for number, count in found["statements"].items():
        text = f"SQL statements for who follows {number}, with the sign-in: at most 3, {database}"
        yield text, count, "", count <= 3
    text = f"page 50 at most 1.3 × the CPU of page 1, {database}"
    yield text, found["pages"], " ×", found["pages"] <= 1.3
    text = f"mode=ranked at most 2 × the CPU of chronological, {database}"
    yield text, found["ranked"], " ×", found["ranked"] <= 2
    text = f"mode=ranked ranked anew at most 4 × the CPU of chronological, {database}"
    yield text, found["ranked_anew"], " ×", found["ranked_anew"] <= 4
    text = f"mode=ranked after a deed of its reader, CPU of chronological, {database}"
    yield text, found["ranked_first"], " ×", True
    text = f"a post by an author with {found['followers']} followers at most 1.5 × one by an author with none, {database}"
    yield text, found["followed_author"], " ×", found["followed_author"] <= 1.5
    yield f"p50 of a page without a server, {database}", found["p50_ms"], " ms", True


CHECKS = {"people": people_checks, "posts": posts_checks, "feed": feed_checks}


def ratio(samples: Samples, page: str, one: str, other: str) -> float | None:
    """Return the CPU of one contender over that of another, by their medians."""
    if (one, page) not in samples or (other, page) not in samples:
        return None
    return median(samples[one, page], "cpu") / median(samples[other, page], "cpu")


def table(samples: Samples, page: str) -> list[str]:
    lines = [
        "| contender | req/s (range) | p50 ms | p99 ms | CPU µs/request (range) | × Flask | × floor |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for contender in CONTENDERS:
        if found := samples.get((contender.name, page)):
            times = [
                f"{ratio(samples, page, contender.name, peer) or float('nan'):.2f}"
                for peer in (FLASK, FLOOR)
            ]
            cells = [
                contender.name,
                spread(found, "requests_a_second"),
                f"{median(found, 'p50'):.1f}",
                f"{median(found, 'p99'):.1f}",
                spread(found, "cpu"),
                *times,
            ]
            lines.append(f"| {' | '.join(cells)} |")
    return lines


def spread(samples: list[Sample], field: str) -> str:
    values = [getattr(sample, field) for sample in samples]
    return f"{median(samples, field):.0f} ({min(values):.0f}-{max(values):.0f})"


def legend() -> list[str]:
    return [f"* {contender.name}: {contender.what}" for contender in CONTENDERS]
