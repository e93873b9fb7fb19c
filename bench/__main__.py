"""`python -m bench`: run every contender in turn, print the figures and write them into docs/PERFORMANCE.md.

The server has core 0 and the load generator core 1; contenders are interleaved over the rounds and the medians count.
Ratios of CPU per request are what to compare: requests a second move with whatever else the machine does.
"""

import argparse
import json
import os
import re
import shutil
import tempfile
from pathlib import Path

from bench import load, report, site
from bench.contenders import CONTENDERS, Contender, environment
from bench.pages import PAGES, Page, check_same_answers
from bench.processes import Server
from bench.sockets import suite as sockets


def main() -> None:
    options = arguments()
    data_dir = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        if options.suite == "sockets":
            sockets.run(options, data_dir)
        else:
            run(options, data_dir)
    finally:
        shutil.rmtree(data_dir)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "suite",
        nargs="?",
        default="people",
        choices=("people", "posts", "feed", "sockets"),
        help="which pages, or the rooms over WebSockets",
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=4, help="of load for a page and round")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--posts", type=int, default=100_000)
    parser.add_argument(
        "--postgres", default="", help="address of an empty database, to measure there too"
    )
    parser.add_argument(
        "--many", action="store_true", help="of the feed: fill a million posts too, and compare"
    )
    parser.add_argument("--only", default="", help="contenders whose name matches this expression")
    parser.add_argument("--page", default="", choices=["", *(page.name for page in PAGES)])
    parser.add_argument("--members", default="200,1000,5000", help="of the rooms over WebSockets")
    parser.add_argument("--senders", type=int, default=0, help="how many of them send; 0: all")
    parser.add_argument(
        "--redis", default="", help="address of a Redis, with --postgres: rooms over both"
    )
    parser.add_argument("--own-generator", action="store_true", help="even if wrk is installed")
    parser.add_argument("--dry", action="store_true", help="print, leave docs/PERFORMANCE.md alone")
    return parser.parse_args()


def run(options: argparse.Namespace, data_dir: Path) -> None:
    contenders = [c for c in CONTENDERS if re.search(options.only, c.name)]
    missing = [c.name for c in contenders if not c.is_installed]
    present = [c for c in contenders if c.is_installed]
    pages = [p for p in PAGES if p.suite == options.suite and options.page in {"", p.name}]
    number = options.people if options.suite == "people" else options.posts
    seed = site.seed(data_dir, options.suite, number)
    inside = site.measure_inside(data_dir, options.suite, options.postgres, many=options.many)
    generator = load.Generator(
        options.connections, options.seconds, own=options.own_generator or not shutil.which("wrk")
    )
    samples: report.Samples = {}
    for number in range(options.rounds):
        for contender in present:
            print(f"round {number + 1}: {contender.name}", flush=True)
            found = measure(contender, pages, seed, data_dir, generator)
            for page, sample in found.items():
                samples.setdefault((contender.name, page), []).append(sample)
        # After each round, so that a run that is broken off has not been for nothing.
        text = report.render(samples, inside, generator, options, missing)
        if not options.dry:
            report.write(text, options.suite)
    print(text)


def measure(
    contender: Contender,
    pages: list[Page],
    seed: site.Seed,
    data_dir: Path,
    generator: load.Generator,
) -> dict[str, load.Sample]:
    """Start a contender, load each page, and stop it; return the figures by page."""
    found = {}
    with Server(contender, environment(contender, data_dir), data_dir / "server.log") as server:
        for page in pages:
            requests = page.requests(seed, contender.credential)
            check_same_answers(server.port, page, requests)
            found[page.name] = generator.measure(server, requests, data_dir)
            print(f"    {page.name:10} {json.dumps(found[page.name].short())}", flush=True)
    return found


if __name__ == "__main__":
    os.chdir(Path(__file__).parent.parent)
    main()
