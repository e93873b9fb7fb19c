"""Fault points: places where a test lets the process die as by `kill -9`.

`FAULT=tasks.after_effect:2` in the environment ends the process at the second time it comes by that point.
"""

import os
from collections import Counter

KILLED = 128 + 9

_hits: Counter[str] = Counter()


def hit(name: str) -> None:
    """End the process when the environment asks for it here; otherwise do nothing."""
    fault = os.environ.get("FAULT")
    if fault is None:
        return
    point, _, number = fault.partition(":")
    _hits[name] += 1
    if name == point and _hits[name] == int(number or 1):
        os._exit(KILLED)
