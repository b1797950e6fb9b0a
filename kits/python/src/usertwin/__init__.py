"""usertwin in a test: one import, a world a test.

With pytest the fixtures `usertwin` (a world) and `usertwin_server` are there once the package is installed. Without it:

    with usertwin.start() as server, server.world() as world:
        client = Client(base_url=world.url)
"""

from ._binary import find_binary
from ._errors import BinaryNotFound, ControlError, ServerDied, UsertwinError
from ._server import Server, connect, start
from ._types import Advice, Diff, Document, Entry, Fault, Mail, User
from ._world import Clock, Snapshot, Urls, Users, World

__all__ = [
    "Advice",
    "BinaryNotFound",
    "Clock",
    "ControlError",
    "Diff",
    "Document",
    "Entry",
    "Fault",
    "Mail",
    "Server",
    "ServerDied",
    "Snapshot",
    "Urls",
    "User",
    "Users",
    "UsertwinError",
    "World",
    "connect",
    "find_binary",
    "start",
]
