"""How many people put which emoji on a thing, as a column of its row: `[{"emoji", "count"}]` in the order in which they came."""

from typing import Any

Tally = list[dict[str, Any]]


def counted(rows: Tally, emoji: str, by: int) -> Tally:
    """Return the counts after one of them changed by a number; what nobody put there any more is left out."""
    if by > 0 and all(row["emoji"] != emoji for row in rows):
        return [*rows, {"emoji": emoji, "count": by}]
    changed = [row | {"count": row["count"] + by * (row["emoji"] == emoji)} for row in rows]
    return [row for row in changed if row["count"] > 0]
