"""Programs of Node in tests: their libraries are installed once, beside the data and not in the repository."""

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import Any

import pytest
from django.conf import settings

HERE = Path(__file__).parent / "node"
NEEDED = ("package.json", "package-lock.json")

needs_node = pytest.mark.skipif(
    not (shutil.which("node") and shutil.which("npm")), reason="there is no Node on this machine"
)


def program(name: str) -> Path:
    """Return a program of `tests/node` beside its libraries; the first call installs them."""
    lock = hashlib.sha256((HERE / NEEDED[1]).read_bytes()).hexdigest()[:16]
    folder: Path = settings.DATA_DIR / f"node-{lock}"
    if not folder.exists():
        _install(folder)
    copy, text = folder / name, (HERE / name).read_bytes()
    if not copy.exists() or copy.read_bytes() != text:
        copy.write_bytes(text)
    return copy


def _install(folder: Path) -> None:
    """Install aside and then move it there, as others may do the same at once."""
    aside = Path(tempfile.mkdtemp(dir=settings.DATA_DIR, prefix="node-new-"))
    for name in NEEDED:
        shutil.copy(HERE / name, aside / name)
    command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    subprocess.run(command, cwd=aside, check=True, capture_output=True, timeout=170)
    try:
        aside.rename(folder)
    except OSError:
        shutil.rmtree(aside)


def run(name: str, *arguments: str) -> Any:
    """Run a program to its end and return the JSON it prints."""
    done = subprocess.run(
        ["node", program(name), *arguments], capture_output=True, timeout=60, check=False, text=True
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


class Running:
    """A program that goes on: it prints lines of JSON and takes some."""

    def __init__(self, name: str, *arguments: str, **variables: str) -> None:
        self.process = subprocess.Popen(
            ["node", program(name), *arguments],
            env={**os.environ, **variables},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.lines: Queue[dict[str, Any]] = Queue()
        Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in self.process.stdout or ():
            self.lines.put(json.loads(line))

    def say(self, **line: Any) -> None:
        assert self.process.stdin
        self.process.stdin.write(json.dumps(line) + "\n")
        self.process.stdin.flush()

    def next(self, timeout: float = 20) -> dict[str, Any]:
        try:
            return self.lines.get(timeout=timeout)
        except Empty:
            raise TimeoutError from None

    def named(self, name: str, timeout: float = 20) -> dict[str, Any]:
        deadline = time.monotonic() + timeout
        while (line := self.next(max(deadline - time.monotonic(), 0.01)))["event"] != name:
            pass
        return line

    def end(self) -> None:
        self.process.kill()
        self.process.wait(10)
