"""The server as a child process that cannot outlive its parent: it ends when the pipe to its standard input closes."""

from __future__ import annotations

import collections
import contextlib
import os
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from typing import IO

from ._errors import ServerDied

GREETING = "usertwin listening on "

# `python -m usertwin` and npm's wrapper pass both through, so USERTWIN_BIN may name them as well.
ALWAYS = ("serve", "--listen", "127.0.0.1:0", "--exit-with-stdin", "--log", "warn")


class Process:
    """A running server: its address, and what it said last."""

    def __init__(self, binary: str, arguments: Sequence[str], timeout: float) -> None:
        self._words: collections.deque[str] = collections.deque(maxlen=20)
        self._first: queue.Queue[str] = queue.Queue()
        self._owner = os.getpid()
        try:
            # A session of its own, so that Ctrl-C ends the tests and not the server under them.
            self._child = subprocess.Popen(
                [binary, *ALWAYS, *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                errors="replace",
                start_new_session=os.name != "nt",
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            )
        except OSError as error:
            raise ServerDied(f"{binary} could not be started: {error.strerror or error}.") from None
        if hasattr(os, "register_at_fork"):
            # A forked child that lived on would hold the pipe open, and with it the server.
            os.register_at_fork(after_in_child=self._let_go)
        self._readers = [
            threading.Thread(target=self._read_stdout, name="usertwin-stdout", daemon=True),
            threading.Thread(target=self._read_stderr, name="usertwin-stderr", daemon=True),
        ]
        for reader in self._readers:
            reader.start()
        self.url = self._greeting(binary, timeout)

    def obituary(self) -> str | None:
        """None while the server runs; else one sentence, with its last words."""
        # The connection breaks an instant before the system knows that the process is gone.
        deadline = time.monotonic() + 0.5
        while self._child.poll() is None:
            if time.monotonic() > deadline:
                return None
            time.sleep(0.01)
        return f"The usertwin server ended with {_status(self._child.returncode)}{self._last_words()}"

    def running(self) -> bool:
        return self._child.poll() is None

    @property
    def pid(self) -> int:
        return self._child.pid

    def stop(self) -> None:
        """Closes the pipe and waits; a server that does not take the hint is killed."""
        if os.getpid() != self._owner:
            return
        with contextlib.suppress(OSError):
            _pipe(self._child.stdin).close()
        try:
            self._child.wait(12)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        for reader in self._readers:
            reader.join(1)
        for pipe in (self._child.stdout, self._child.stderr):
            with contextlib.suppress(OSError):
                _pipe(pipe).close()

    def _greeting(self, binary: str, timeout: float) -> str:
        try:
            line = self._first.get(timeout=timeout)
        except queue.Empty:
            self._child.kill()
            self._child.wait()
            words = self._last_words()
            raise ServerDied(f"{binary} did not say within {timeout:g} s where it listens{words}") from None
        if line.startswith(GREETING):
            return line[len(GREETING) :].split()[0]
        if line:
            self._child.kill()
            self._child.wait()
            raise ServerDied(f"{binary} began with {line.strip()!r} instead of where it listens; is it usertwin?")
        self._child.wait()
        raise ServerDied(f"{binary} did not start; it ended with {_status(self._child.returncode)}{self._last_words()}")

    def _read_stdout(self) -> None:
        """Also after the first line: a pipe that nobody reads fills up, and then the server hangs."""
        stdout = _pipe(self._child.stdout)
        with contextlib.suppress(OSError, ValueError):
            self._first.put(stdout.readline())
            for _ in stdout:
                pass

    def _read_stderr(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            for line in _pipe(self._child.stderr):
                self._words.append(line.rstrip())

    def _last_words(self) -> str:
        self._readers[1].join(1)
        words = [line for line in self._words if line]
        return ", and said:\n  " + "\n  ".join(words) if words else ", without a word."

    def _let_go(self) -> None:
        """In a forked child. The number stays taken, or the file object would later close what came to bear it."""
        with contextlib.suppress(OSError, ValueError):
            nothing = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nothing, _pipe(self._child.stdin).fileno(), inheritable=False)
            os.close(nothing)


def _pipe(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None, "every pipe was asked for"
    return pipe


def _status(code: int) -> str:
    if code < 0:
        try:
            return f"signal {signal.Signals(-code).name}"
        except ValueError:
            return f"signal {-code}"
    return f"exit status {code}"
