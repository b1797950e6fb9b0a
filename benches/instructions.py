#!/usr/bin/env python3
"""What a request costs a processor's core and its caches, under callgrind: benches/instructions.py BINARY [REQUESTS]

Prints instructions and misses of the first-level caches per request, without the system's part, for reads and changes by 64
connections that always have one request under way. They are counts, so other programs on the machine do not change
them; misses are those of simulated caches (64 KiB for instructions, 32 KiB for data), and no time. Needs valgrind, which is
installed on Debian when it is missing. Takes about two minutes; loopback only.
"""

import re
import select
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

CONNECTIONS = 64
WARM_UP = 500
USER = "/v1/core/Accounts/2/users/1"
CACHES = ["--cache-sim=yes", "--I1=65536,4,64", "--D1=32768,8,64", "--LL=524288,8,64"]


def read(accept):
    head = f"GET {USER} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer good\r\nAccept: {accept}\r\n\r\n"
    return lambda _: head.encode()


def change(turn):
    body = f'{{"Username":"ada{turn:010}"}}'
    return (
        f"PATCH {USER} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer good\r\nAccept: application/json\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


REQUESTS = {
    "GET JSON": read("application/json"),
    "GET XML": read("application/xml"),
    "GET BSON": read("application/bson"),
    "PATCH": change,
}


def ask(connections, request, count):
    """Sends requests until `count` have been answered."""
    poll = select.epoll()
    known = {connection.fileno(): connection for connection in connections}
    sent = answered = 0
    for connection in connections:
        poll.register(connection.fileno(), select.EPOLLIN)
        connection.sendall(request(sent))
        sent += 1
    while answered < count:
        ready = poll.poll(60)
        if not ready:
            sys.exit("the server does not answer")
        for descriptor, _ in ready:
            head = known[descriptor].recv(65536)[:12]
            if head != b"HTTP/1.1 200":
                sys.exit(f"the server answered {head!r}")
            answered += 1
            if sent < count:
                known[descriptor].sendall(request(sent))
                sent += 1


def measured(binary, request, count):
    """The counts of one request, by callgrind's names."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "log")
        tool = ["valgrind", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={folder}/out", *CACHES]
        # One core, as with the load bench: then no thread waits for another.
        command = ["taskset", "-c", "0", *tool, binary, "serve", "--listen", "127.0.0.1:0"]
        with log.open("w") as errors:
            server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True)
        try:
            port = int(server.stdout.readline().rsplit(":", 1)[1])
            connections = [socket.create_connection(("127.0.0.1", port)) for _ in range(CONNECTIONS)]
            ask(connections, request, WARM_UP)
            control = ["callgrind_control", "-i"]
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "check": True}
            subprocess.run([*control, "on", str(server.pid)], **quiet)
            ask(connections, request, count)
            subprocess.run([*control, "off", str(server.pid)], **quiet)
        finally:
            server.terminate()
            server.wait()
        text = log.read_text()
    names, counts = (re.search(rf"{word} *: (.*)", text).group(1).split() for word in ("Events", "Collected"))
    return {name: int(value) / count for name, value in zip(names, counts)}


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    binary, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) == 3 else 3000
    if not shutil.which("valgrind"):
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "valgrind"]
        subprocess.run(install, check=True, stdout=subprocess.DEVNULL)
    print(f"{'per request':<12} {'instructions':>12} {'misses of code':>15} {'misses of data':>15}")
    for name, request in REQUESTS.items():
        found = measured(binary, request, count)
        data = found["D1mr"] + found["D1mw"]
        print(f"{name:<12} {found['Ir']:>12.0f} {found['I1mr']:>15.0f} {data:>15.0f}", flush=True)


if __name__ == "__main__":
    main()
