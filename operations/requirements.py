"""Which test proves which requirement: read from the names of the tests, written into the table."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROW = re.compile(r"\| ([MCNGYB]\d{1,3}) \| ")
NUMBER = re.compile(r"[mcngyb]\d{1,3}\Z")
SHOWN = 3


def proofs_by_row(root: Path, folders: list[str]) -> dict[str, list[str]]:
    """Return the tests under `root` that carry each row's number: `test_m19_y104_…` proves M19 and Y104."""
    found: dict[str, list[str]] = {}
    for folder in folders:
        for file in sorted((root / folder).rglob("test_*.py")):
            for name in _functions(file):
                for row in rows_in(name):
                    found.setdefault(row, []).append(f"{file.relative_to(root).as_posix()}::{name}")
    return found


def rows_in(test_name: str) -> list[str]:
    """Return the row numbers at the head of a test's name, in capitals."""
    words = test_name.removeprefix("test_").split("_")
    rows = []
    for word in words:
        if not NUMBER.match(word):
            break
        rows.append(word.upper())
    return rows


def fill(table: str, tests: dict[str, list[str]]) -> str:
    """Return the table with its last column made anew."""
    return "\n".join(_filled(line, tests) for line in table.split("\n"))


def unproven(table: str) -> list[str]:
    """Return the numbers of the rows whose last column is empty."""
    lines = [line for line in table.split("\n") if ROW.match(line)]
    return [
        line.split(" | ")[0].removeprefix("| ")
        for line in lines
        if not line.rstrip(" |").count("::")
    ]


def _filled(line: str, tests: dict[str, list[str]]) -> str:
    match = ROW.match(line)
    if match is None:
        return line
    kept = line.rstrip().rstrip("|").rpartition(" | ")[0]
    names = tests.get(match.group(1), [])
    shown = ", ".join(f"`{name}`" for name in names[:SHOWN])
    more = f", and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"{kept} | {shown}{more} |"


def _functions(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith(
            "test_"
        ):
            yield node.name
