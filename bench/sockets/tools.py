"""What has to be built first: the load generator and the limit by the C compiler, the Node peers by npm; kept in var/bench."""

import hashlib
import shutil
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
CACHE = ROOT / "var" / "bench"
LOAD = Path(__file__).parent / "load.c"
LIMIT = ROOT / "bench" / "peers" / "socket_limit.c"
NODE_PEERS = ROOT / "bench" / "peers" / "node"


@cache
def compiled(source: Path) -> Path | None:
    """Return the program made of a C file and the headers beside it, None without a compiler; made again when they change."""
    program = CACHE / f"{source.stem}-{digest(source, *sorted(source.parent.glob('*.h')))}"
    compiler = shutil.which("cc")
    if not program.exists() and compiler:
        CACHE.mkdir(parents=True, exist_ok=True)
        subprocess.run([compiler, "-O2", "-o", str(program), str(source)], check=True)
    return program if program.exists() else None


@cache
def node_peers() -> Path | None:
    """Return the folder of the Node peers with what they need installed, None without Node or npm."""
    files = sorted(NODE_PEERS.glob("*.js*"))
    folder = CACHE / f"node-{digest(*files)}"
    npm = shutil.which("npm")
    if not (folder / "node_modules").exists() and npm and shutil.which("node"):
        folder.mkdir(parents=True, exist_ok=True)
        for file in files:
            shutil.copy(file, folder)
        done = subprocess.run([npm, "ci", "--silent"], cwd=folder, check=False)
        if done.returncode:
            print("npm ci failed: the Node peers are missing")
    return folder if (folder / "node_modules").exists() else None


def digest(*files: Path) -> str:
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]
