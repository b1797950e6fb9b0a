"""A server: one that this process starts, or one that runs already."""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import json
import os
import re
import tempfile
import uuid
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Union

from ._binary import find_binary
from ._control import Control, segment
from ._errors import ControlError, ServerDied, UsertwinError
from ._process import Process
from ._types import Document
from ._world import World

# A state document, the path of one, or `demo` and `empty`.
Seed = Union[Document, "str", "os.PathLike[str]"]

START_TIMEOUT = 30.0

# Together with a hash and the number of a snapshot it stays below the 63 characters of a host name's label.
LONGEST_NAME = 40


class Server:
    """Where the APIs are served. `start` and `connect` make one."""

    def __init__(self, url: str, control: Control, process: Process | None, seed: Document | None, strict: bool):
        self.url = url
        self.control = control
        self.strict_advice = strict
        self._process = process
        self._seed = seed
        # Two runs that share a server never take each other's names.
        self._run = uuid.uuid4().hex
        self._made = 0
        self._origins: dict[str, str] = {}
        self._ca_file: str | None = None
        if process:
            atexit.register(self.stop)

    @property
    def shared(self) -> bool:
        """Whether it was running before, and goes on afterwards."""
        return self._process is None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def ca_file(self) -> str:
        """The PEM file of the CA that signed the server's certificates, for `verify=` and the like."""
        if self._ca_file is None:
            pem = self.control.raw("GET", "/ca.pem")
            handle, path = tempfile.mkstemp(prefix="usertwin-ca-", suffix=".pem")
            with os.fdopen(handle, "wb") as file:
                file.write(pem)
            self._ca_file = path
        return self._ca_file

    def world(self, name: str = "test", *, seed: Seed | None = None, strict_advice: bool | None = None) -> World:
        """A new world, whose name is this one and a hash. It starts from `seed`, or from the server's."""
        document = self._seed if seed is None else _document(seed)
        origin = None if document is None else self._origin(document)
        self._made += 1
        unique = _world_name(name, f"{self._run} {self._made} {os.getpid()}")
        self.control.call("POST", "/worlds", {"name": unique, "from": origin})
        return World(self, unique, origin, self.strict_advice if strict_advice is None else strict_advice)

    def died(self) -> str | None:
        """None while the server runs; else a sentence with its exit status and last words."""
        if self._process is None or self._process.running():
            return None
        return self._process.obituary()

    def stop(self) -> None:
        """Ends a server that was started here, and takes back what was left on one that was not."""
        if self._process:
            self._process.stop()
            atexit.unregister(self.stop)
        else:
            for name in self._origins.values():
                with contextlib.suppress(UsertwinError):
                    self.control.call("DELETE", f"/worlds/{segment(name)}")
        self._origins.clear()
        if self._ca_file:
            with contextlib.suppress(OSError):
                os.remove(self._ca_file)
            self._ca_file = None

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"<usertwin.Server {self.url}>"

    def _origin(self, document: Document) -> str:
        """The world that holds a document as it was given: what tests with that seed are copies of, `reset` goes back
        to and `diff` compares with. Made once for each document."""
        text = json.dumps(document, sort_keys=True)
        if text not in self._origins:
            name = _world_name("seed", f"{self._run} {os.getpid()} {text}")
            self.control.call("POST", "/worlds", {"name": name})
            try:
                self.control.call("PUT", f"/worlds/{name}/state", dict(document))
            except UsertwinError:
                self.control.call("DELETE", f"/worlds/{name}")
                raise
            self._origins[text] = name
        return self._origins[text]


def start(
    *,
    seed: Seed | None = None,
    args: Sequence[str] = (),
    tls: bool = False,
    strict_advice: bool = False,
    binary: str | None = None,
    timeout: float = START_TIMEOUT,
) -> Server:
    """Starts a server on a free port. It ends with this process, even if that is killed. `args` are flags."""
    arguments = list(args)
    with contextlib.ExitStack() as files:
        if isinstance(seed, Mapping):
            # Read before the first line is printed, so it need not outlive the start.
            folder = files.enter_context(tempfile.TemporaryDirectory(prefix="usertwin-"))
            path = os.path.join(folder, "seed.json")
            with open(path, "w", encoding="utf-8") as file:
                json.dump(dict(seed), file)
            arguments += ["--seed", path]
        elif seed is not None:
            arguments += ["--seed", os.fspath(seed)]
        if tls:
            arguments.append("--tls")
        process = Process(binary or find_binary(), arguments, timeout)
    address = process.url.split("://", 1)[1]
    # HTTP and HTTPS share the port: the control API needs no trust in a certificate.
    control = Control(f"http://{address}", process.obituary)
    return Server(f"https://{address}" if tls else f"http://{address}", control, process, None, strict_advice)


def connect(url: str, *, seed: Seed | None = None, tls: bool = False, strict_advice: bool = False) -> Server:
    """A server that runs already and is shared. Its worlds start from `seed`, if one is named, instead of its own."""
    url = url.rstrip("/")
    control = Control(url)
    try:
        control.call("GET", "/health")
    except ControlError as error:
        raise UsertwinError(f"{url} is no usertwin server: {error}") from None
    except UsertwinError as error:
        raise ServerDied(f"No usertwin server answers at {url}: {error}") from None
    if tls and url.startswith("http://"):
        url = "https://" + url[len("http://") :]
    document = None if seed is None else _document(seed)
    return Server(url, control, None, document, strict_advice)


def _document(seed: Seed) -> Document | None:
    """None is the server's own seed."""
    if isinstance(seed, Mapping):
        return seed
    path = os.fspath(seed)
    if path == "empty":
        return {}
    if path == "demo":
        return None
    try:
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
    except OSError as error:
        raise UsertwinError(f"The state document {path} cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise UsertwinError(f"The state document {path} is no JSON: {error}.") from None
    if not isinstance(document, dict):
        raise UsertwinError(f"The state document {path} is no object.")
    return document


def _world_name(text: str, salt: str) -> str:
    """In lower case and without dots, so that `http://NAME.localhost` reaches the world as well."""
    readable = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:LONGEST_NAME].strip("-")
    digest = hashlib.sha256(f"{text} {salt}".encode()).hexdigest()[:8]
    return f"{readable or 'test'}-{digest}"
