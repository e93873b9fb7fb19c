"""The checker of what clients heard finds each kind of error, and the proxy does what it says."""

import socket
import threading
import time

import pytest

from socialsite.lib.testing.faultproxy import FAULTS, FaultProxy
from socialsite.lib.testing.history import Entry, differences, said, wrong_numbers

pytestmark = pytest.mark.once


def log(*numbers: int) -> list[Entry]:
    return [Entry("7", seq, "message", str(seq * 10), f"text {seq}", 0.0) for seq in numbers]


def test_c29_t54_whole_log_is_not_complained_about() -> None:
    heard = log(4, 5, 6)
    assert wrong_numbers(heard, {"7": 3}) == []
    assert differences(said(heard, "7"), said(log(4, 5, 6), "7")) == []


@pytest.mark.parametrize(
    "numbers", [(5, 6), (4, 6), (4, 5, 5), (4, 6, 5), (4, 5, 6, 4), (3, 4)], ids=str
)
def test_c29_t54_planted_gap_double_and_disorder_are_found(numbers: tuple[int, ...]) -> None:
    assert wrong_numbers(log(*numbers), {"7": 3}) != []


@pytest.mark.parametrize("numbers", [(4, 5), (4, 5, 6, 7), (4, 6, 5), (4, 5, 5, 6)], ids=str)
def test_c29_t54_planted_difference_to_what_is_stored_is_found(numbers: tuple[int, ...]) -> None:
    assert differences(said(log(*numbers), "7"), said(log(4, 5, 6), "7")) != []


def test_c29_t54_planted_change_of_a_text_is_found() -> None:
    heard = [log(4)[0]._replace(content="something else")]
    assert len(differences(said(heard, "7"), said(log(4), "7"))) == 2


class Echo:
    """A server that sends back what it gets; `ended` is set when a connection to it is gone."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.listener.getsockname()[1])
        self.ended = threading.Event()
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        while True:
            found, _ = self.listener.accept()
            threading.Thread(target=self.talk, args=(found,), daemon=True).start()

    def talk(self, raw: socket.socket) -> None:
        try:
            while chunk := raw.recv(65_536):
                raw.sendall(chunk)
        except OSError:
            pass
        raw.close()
        self.ended.set()


def ask(raw: socket.socket, words: bytes = b"hello", seconds: float = 2) -> bytes | str:
    """Return what comes back of some words, or what became of the connection."""
    raw.settimeout(seconds)
    try:
        raw.sendall(words)
        return raw.recv(100) or "closed"
    except TimeoutError:
        return "silence"
    except ConnectionResetError:
        return "reset"


def test_proxy_takes_bytes_there_and_back_with_a_delay() -> None:
    with FaultProxy(Echo().port, delay_s=0.1) as proxy:
        with socket.create_connection(("127.0.0.1", proxy.port)) as raw:
            started = time.monotonic()
            assert ask(raw) == b"hello"
            assert time.monotonic() - started >= 0.2
        assert (proxy.forwarded, proxy.dropped) == (1, 0)


@pytest.mark.parametrize("fault", FAULTS)
def test_proxy_strikes_connections_as_it_is_told(fault: str) -> None:
    echo = Echo()
    with FaultProxy(echo.port) as proxy:
        with socket.create_connection(("127.0.0.1", proxy.port)) as raw:
            assert ask(raw) == b"hello"
            assert proxy.strike(fault, 5) == 1  # type: ignore[arg-type]
            assert ask(raw, seconds=0.3) == ("reset" if fault == "reset" else "silence")
        assert echo.ended.wait(0.3) is (fault == "reset")
        assert proxy.strike("reset") == 0
        with socket.create_connection(("127.0.0.1", proxy.port)) as raw:
            assert ask(raw) == b"hello"


def test_proxy_loses_answers_and_not_calls() -> None:
    with (
        FaultProxy(Echo().port, share=1) as swallowing,
        socket.create_connection(("127.0.0.1", swallowing.port)) as raw,
    ):
        assert ask(raw, seconds=0.3) == "silence"
    echo = Echo()
    with FaultProxy(echo.port, cut_share=1) as cutting:
        with socket.create_connection(("127.0.0.1", cutting.port)) as raw:
            assert ask(raw) in {"reset", "closed"}
        assert cutting.dropped == 1
    assert echo.ended.wait(2)
