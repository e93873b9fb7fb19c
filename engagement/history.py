"""The history of a text: its versions, and what each changed, word by word."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any, Literal

from accounts.models import User
from engagement.actions.texts import Version
from engagement.models import Revision

MAX_VERSIONS = 100
BUDGET = 120_000
"""Steps that all comparisons of one history may take together: about 60 ms"""
MAX_STEPS = 30_000
"""Steps that one comparison may take; beyond, words give way to lines, and lines to the whole text"""

OPEN = {"public", "unlisted"}
"""What everybody who had the address could read"""
WORDS, LINES = re.compile(r"\w+|\s+|[^\w\s]"), re.compile(r"[^\n]*\n|[^\n]+")

Op = Literal["equal", "insert", "delete"]
Part = tuple[Op, str]
Change = dict[str, str]
"""`{"op", "text"}`"""
Edits = tuple[Any, Op, int, int] | None
"""The edits before it, what the last one does, and where in the old and the new list"""


@dataclass(frozen=True, kw_only=True)
class PastVersion:
    """One version of a text, and how it differs from the one before it."""

    number: int
    content: str
    content_warning: str
    editor: User | None
    created_at: datetime
    is_removed: bool
    diff: list[Change]


@dataclass
class Effort:
    """What is left of the steps that comparing may take."""

    left: int = BUDGET
    spent: int = field(default=0, init=False)

    def begin(self) -> None:
        self.spent = 0

    def take(self, steps: int) -> bool:
        """Take steps; returns False when this comparison has had enough."""
        self.spent += steps
        self.left -= steps
        return self.left > 0 and self.spent <= MAX_STEPS


def versions_of(thing_id: int, current: Version, *, reads_all: bool) -> list[PastVersion]:
    """Return the newest hundred versions of a text, newest first, the present one included.

    A removed version is listed without its text, and the one after it is compared with the nearest that is still there. So is one
    that was not meant for those who read the thing now, unless the reader is its author or a moderator (`reads_all`).
    """
    rows = list(_earlier(thing_id, current))
    people = User.objects.in_bulk({current.editor_id, *(row.editor_id for row in rows)})
    found: list[PastVersion] = []
    effort, before = Effort(), ""
    for row in [*reversed(rows), _as_row(current)]:
        is_shown = row.number == current.number or reads_all or _is_open(row, current)
        is_removed = row.removed_at is not None or not is_shown
        found.append(
            PastVersion(
                number=row.number,
                content="" if is_removed else row.content,
                content_warning="" if is_removed else row.content_warning,
                editor=people.get(row.editor_id),
                created_at=row.created_at,
                is_removed=is_removed,
                diff=[] if is_removed else changes(before, row.content, effort),
            )
        )
        before = before if is_removed else row.content
    return found[::-1][:MAX_VERSIONS]


def _is_open(row: Revision, current: Version) -> bool:
    """Tell whether whoever reads the present version may read an earlier one."""
    return row.meant_for in OPEN or bool(row.meant_for and row.meant_for == current.meant_for)


def changes(before: str, after: str, effort: Effort | None = None) -> list[Change]:
    """Return what turns one text into another: word by word, by lines or as a whole when that would take too long."""
    effort = effort or Effort()
    for unit in (WORDS, LINES):
        effort.begin()
        if effort.left <= 0:
            break
        if (found := _compare(unit.findall(before), unit.findall(after), effort)) is not None:
            return list(_joined(found))
    return list(_joined([("delete", before), ("insert", after)]))


def _earlier(thing_id: int, current: Version) -> Iterable[Revision]:
    """Return the newest earlier versions, newest first: one more than is shown, for the oldest to be compared with."""
    rows = Revision.objects.of(thing_id).filter(number__lt=current.number)
    return rows.order_by("-number")[:MAX_VERSIONS]


def _as_row(current: Version) -> Revision:
    return Revision(
        number=current.number,
        content=current.content,
        content_warning=current.content_warning,
        editor_id=current.editor_id,
        created_at=current.written_at,
    )


def _compare(before: list[str], after: list[str], effort: Effort) -> list[Part] | None:
    """Return the shortest way from one list to the other, or None when it takes too many steps."""
    start = _common(before, after)
    end = _common(before[start:][::-1], after[start:][::-1])
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    found, edits = _shortest(old, new, effort)
    if not found:
        return None
    same_start, same_end = before[:start], before[len(before) - end :]
    return [*_equal(same_start), *_applied(old, new, edits), *_equal(same_end)]


def _common(one: list[str], other: list[str]) -> int:
    """Return how many items two lists have in common from the start."""
    pairs = zip(one, other, strict=False)
    return next(
        (at for at, (left, right) in enumerate(pairs) if left != right), min(len(one), len(other))
    )


def _shortest(old: list[str], new: list[str], effort: Effort) -> tuple[bool, Edits]:
    """Return whether a shortest way was found in time, and its edits, the last one outermost.

    Myers, "An O(ND) Difference Algorithm and Its Variations" (1986): `reach` has how far into `old` each diagonal got, and how.
    """
    reach: dict[int, tuple[int, Edits]] = {0: (0, None)}
    for distance in range(1 if old or new else 0, len(old) + len(new) + 1):
        steps = 0
        for diagonal in range(-distance, distance + 1, 2):
            start, edits = _one_edit_on(reach, diagonal) if distance else reach[0]
            x = start
            while x < len(old) and x - diagonal < len(new) and old[x] == new[x - diagonal]:
                x += 1
            if x >= len(old) and x - diagonal >= len(new):
                return True, edits
            reach[diagonal] = x, edits
            steps += 1 + x - start
        if not effort.take(steps):
            break
    return False, None


def _one_edit_on(reach: dict[int, tuple[int, Edits]], diagonal: int) -> tuple[int, Edits]:
    """Return where a diagonal is entered by an insertion or a deletion, whichever gets further into the old text."""
    above, left = reach.get(diagonal + 1), reach.get(diagonal - 1)
    if left is None or (above is not None and left[0] < above[0]):
        x, edits = above or (0, None)
        return x, (edits, "insert", x, x - diagonal - 1)
    x, edits = left
    return x + 1, (edits, "delete", x, x - diagonal + 1)


def _applied(old: list[str], new: list[str], edits: Edits) -> Iterator[Part]:
    in_order: list[tuple[Op, int, int]] = []
    while edits:
        edits, op, x, y = edits
        in_order.append((op, x, y))
    at = 0
    for op, x, y in reversed(in_order):
        yield from _equal(old[at:x])
        yield op, old[x] if op == "delete" else new[y]
        at = x + (op == "delete")
    yield from _equal(old[at:])


def _equal(texts: list[str]) -> Iterator[Part]:
    return (("equal", text) for text in texts)


def _joined(parts: Iterable[Part]) -> Iterator[Change]:
    """Yield the parts with neighbours of one kind joined, what goes before what comes."""
    for is_equal, group in groupby(parts, key=lambda part: part[0] == "equal"):
        run = list(group)
        ops: tuple[Op, ...] = ("equal",) if is_equal else ("delete", "insert")
        for op in ops:
            if text := "".join(part for kind, part in run if kind == op):
                yield {"op": op, "text": text}
