import ast
import gc
import importlib
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import chain
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import find, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisException

from socialsite.lib.errors import Invalid
from socialsite.lib.text.entities import extract
from socialsite.lib.text.names import clean_display_name, clean_text, clean_url, clean_username

pytestmark = pytest.mark.once

ROOT = Path(__file__).parents[3]
NOT_SHIPPED = {"migrations", "tests", "testing"}

FULL = 100_000  # characters
LIMIT = 0.050  # seconds for them
SLOW_MACHINE = (
    8  # CPU time is counted, so this covers slower cores; a quadratic pattern takes seconds
)
NOISE = 0.010  # seconds below which a ratio says nothing
GIVE_UP = 0.5  # seconds after which an exponential pattern is stopped

# What comes again and again. Every other string starts as a mention, and all end in what closes nothing.
PARTS = [
    "a", "a", "A", "0", "_", "-", ".", "/", "@", "#", ":", "(", "?", " ", "\t", "\n", "é", "語", "\u0301", "😀",
    "a.", "a-", "a ", "0.", "a_", "aA", "(a", "()", "a=", "a,", "\r\n", "\\",
    "@a", "#a", "http://", "a.co/", "http://a.co/(", "a@a.", "<a ", "%41",
]  # fmt: skip

Run = Callable[[str], object]


@cache
def hostile(length: int) -> list[str]:
    repeated = [(part * (length // len(part) + 1))[:length] for part in PARTS]
    return [f"{'@' if at % 2 else ''}{text}!" for at, text in enumerate(repeated)]


@contextmanager
def cpu_limit(seconds: float) -> Iterator[None]:
    """Raise TimeoutError inside; the timer of CPU time, as pytest-timeout holds the other one."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def seconds(run: Run, text: str, times: int = 1) -> float:
    """Give the CPU time of the best run, `GIVE_UP` where one had to be stopped."""
    best = GIVE_UP
    gc.disable()
    try:
        for _ in range(times):
            start = time.thread_time()
            with cpu_limit(GIVE_UP):
                run(text)
            best = min(best, time.thread_time() - start)
    except TimeoutError:
        return GIVE_UP
    finally:
        gc.enable()
    return best


def find_fault(run: Run, at: int) -> str | None:
    """Say what is wrong with the time for hostile string `at`; short strings first, as bad ones hang."""
    for length in (FULL >> halvings for halvings in (5, 4, 3, 2, 1, 0)):
        took = seconds(run, hostile(length)[at])
        if took > LIMIT * SLOW_MACHINE:
            return f"{PARTS[at]!r}: {took:.2f} s for {length} characters"
    # A neighbour on the same core can spoil a round, not each of three.
    ratios = [] if took < NOISE else (growth(run, at) for _ in range(3))
    if took < NOISE or any(ratio < 3 for ratio in ratios):
        return None
    return f"{PARTS[at]!r}: three times the time for twice the length, or more"


def growth(run: Run, at: int) -> float:
    return seconds(run, hostile(FULL)[at], 5) / seconds(run, hostile(FULL // 2)[at], 5)


def find_faults(run: Run) -> list[str]:
    return [fault for at in range(len(PARTS)) if (fault := find_fault(run, at))]


def find_pattern_faults(pattern: re.Pattern[Any]) -> Iterator[str]:
    """Give the faults in a search, in a full match, and in one that is under way when the trouble starts."""

    def given(text: str) -> Any:
        return text.encode() if isinstance(pattern.pattern, bytes) else text

    yield from find_faults(lambda text: pattern.search(given(text)))
    yield from find_faults(lambda text: pattern.fullmatch(given(text)))
    for start in beginnings(pattern):
        for at, part in enumerate(PARTS):
            took = seconds(pattern.fullmatch, given(start + hostile(FULL // 4)[at].lstrip("@")))
            if took > LIMIT * SLOW_MACHINE:
                yield f"{start!r} and {part!r}: {took:.2f} s for {FULL // 4} characters"


def beginnings(pattern: re.Pattern[Any]) -> list[str]:
    """Give the beginnings of the shortest text that matches, none where it is not found."""
    quick = settings(database=None, derandomize=True, max_examples=200)
    try:
        shortest = find(st.from_regex(pattern, fullmatch=True), lambda _: True, settings=quick)
    except HypothesisException:
        return []
    text = shortest.decode("latin-1") if isinstance(shortest, bytes) else shortest
    return [text[:length] for length in range(1, min(len(text), 30) + 1)]


def shipped_modules() -> list[str]:
    """Name the modules of the site that mention `re`."""
    packages = [path.parent for path in ROOT.glob("*/__init__.py")]
    files = chain.from_iterable(package.rglob("*.py") for package in packages)
    names = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in files
        if not NOT_SHIPPED & set(path.relative_to(ROOT).parts)
        and re.search(r"^\s*(?:import|from) re\b", path.read_text("utf-8"), re.MULTILINE)
    ]
    return sorted(names)


def attribute_patterns(owner: Any) -> Iterator[re.Pattern[Any]]:
    """Give the patterns in a module, in its classes, and in the lists and tables of both."""
    for value in list(vars(owner).values()):
        if isinstance(value, type) and value.__module__ == getattr(owner, "__name__", None):
            yield from attribute_patterns(value)
        members = value.values() if isinstance(value, dict) else value
        several = members if isinstance(value, dict | list | tuple | set | frozenset) else [value]
        yield from (one for one in several if isinstance(one, re.Pattern))


def inline_patterns(source: str) -> Iterator[re.Pattern[Any]]:
    """Give the patterns written straight into a call, as in `re.sub("…", …)`."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="re"), attr=called),
                args=[ast.Constant(value=str() | bytes() as written), *_],
            ) if called != "escape":
                yield re.compile(written)


def patterns_of(name: str) -> set[re.Pattern[Any]]:
    module = importlib.import_module(name)
    source = Path(str(module.__file__)).read_text("utf-8")
    return {*attribute_patterns(module), *inline_patterns(source)}


@pytest.mark.parametrize("name", shipped_modules())
def test_t24_every_pattern_is_linear_in_a_hostile_text(name: str) -> None:
    faults = {
        pattern.pattern: found
        for pattern in patterns_of(name)
        if (found := list(find_pattern_faults(pattern)))
    }
    assert not faults, "anchor it by \\A, bound its repeats, or split it in two"


def test_t24_patterns_of_modules_classes_tables_and_calls_are_found() -> None:
    assert "socialsite.lib.text.links" in shipped_modules()
    written = {pattern.pattern for pattern in patterns_of(__name__)}
    assert {"(a+)+$", r"\s+$", r"^\s*(?:import|from) re\b"} <= written
    assert len(PARTS) == 40


class Planted:
    exponential = re.compile("(a+)+$")
    table = {
        "mention": re.compile(r"@([a-z0-9]+([._-]?[a-z0-9]+)*)+$"),  # 182 s for 22 characters
        "blanks": re.compile(r"\s+$"),
        "bytes": re.compile(rb"(?:a|aa)+$"),
        "under way": re.compile(r"\Arange=\s*\d*\s*-\Z"),
    }


@pytest.mark.parametrize("pattern", [Planted.exponential, *Planted.table.values()])
def test_t24_planted_bad_pattern_is_caught(pattern: re.Pattern[Any]) -> None:
    assert next(find_pattern_faults(pattern), None), "the search for bad patterns finds nothing"


def test_t24_quadratic_code_is_caught_by_its_ratio() -> None:
    def count_pairs(text: str) -> int:
        return sum(text[:at].count("a") for at in range(0, len(text), 50))

    assert find_fault(count_pairs, 0)


@pytest.mark.parametrize(
    "run", [extract, clean_text, clean_url, clean_display_name, clean_username]
)
def test_t24_f12_entities_and_names_take_linear_time(run: Run) -> None:
    def refused_or_not(text: str) -> None:
        try:
            run(text)
        except Invalid:
            return

    assert find_faults(refused_or_not) == []
