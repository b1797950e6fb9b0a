#!/usr/bin/env python3
"""Uses a server as its users do, for profile-guided optimisation: packaging/train.py BINARY

The compiler lays out together what runs here, and treats what does not as rare. So this is a broad mix: every API, reads and
changes in every format, sign-in, lists, batches, mistakes, control calls, in memory, in a file and over TLS. Each request is
sent by 64 connections at once, because that is how a busy server meets them. Takes about half a minute; the server ends
with its standard input, on every system, and then writes its profile to $LLVM_PROFILE_FILE.
"""

import json
import os
import select
import socket
import ssl
import subprocess
import sys
import tempfile

CONNECTIONS = 64
ROUNDS = 400
USERS = 2000
# Of a seed of more than 32 MiB, which is stored another way.
MANY_USERS = 60_000

TENANT = "00000000-0000-4000-8000-000000000021"
ROLE = "00000000-0000-4000-8000-000000000031"


def user_id(number):
    return f"00000000-0000-4000-9000-{number:012}"


def seed(users):
    """A state document of users that have all four facets."""
    return {
        "pbnb": {"accounts": [{"id": 2}], "roles": [{"id": 1, "name": "Administrator"}]},
        "reseller": {"accounts": [{"id": TENANT, "name": "Account 1"}]},
        "expoints": {"roles": [{"id": ROLE, "name": "Beheer"}]},
        "adminUsers": {"accounts": [{"id": TENANT, "name": "Main"}], "languages": [{"id": TENANT, "name": "English"}]},
        "tokens": [{"token": "good", "state": "valid"}],
        "clients": [
            {"api": api, "clientId": "app", "clientSecret": "secret"} for api in ("reseller", "expoints", "adminUsers")
        ],
        "users": [
            {
                "id": user_id(number),
                "username": f"user{number}",
                "email": f"user{number}@example.com",
                "displayName": f"User {number}",
                "password": "Engine1842",
                "pbnb": {"accountId": 2, "userId": number, "maxDenials": 2, "resetPeriod": 3, "accessTypes": ["IOT"]},
                "reseller": {"primaryTenant": TENANT, "memberships": [{"tenant": TENANT, "roles": ["account.user"]}]},
                "expoints": {"type": "External", "hasSingleActiveRole": True, "roles": [ROLE]},
                "adminUsers": {"mobilePhone": "+44 7700 900123", "timeZone": "UTC"},
            }
            for number in range(1, users + 1)
        ],
    }


def request(method, path, body=None, accept="application/json", content="application/json", token="good"):
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", f"Accept: {accept}"]
    if token:
        lines.append(f"Authorization: Bearer {token}")
    body = (body or "").encode()
    if body:
        lines += [f"Content-Type: {content}", f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def requests(turn):
    """One round: the usual requests several times, the rarer ones once."""
    number = turn % USERS + 1
    pbnb = f"/v1/core/Accounts/2/users/{number}"
    reseller = f"/api/v1.0/accounts/{TENANT}/users/{user_id(number)}"
    admin = f"/api/v1/admin/users/{user_id(number)}"
    for accept in ("application/json", "application/xml", "application/bson", "application/json", "text/xml"):
        yield request("GET", pbnb, accept=accept)
    yield request("GET", reseller)
    yield request("GET", admin)
    yield request("GET", admin, accept="application/xml")
    yield request("PATCH", admin + "/status", json.dumps({"isActive": True}))
    yield request("GET", "/external/api/v3/role")
    for field, value in (("Username", f"user{number}"), ("DisplayName", f"Ada {turn}"), ("Username", f"user{number}")):
        yield request("PATCH", pbnb, json.dumps({field: value}))
    yield request("PATCH", pbnb, f"DisplayName=Ada+{turn}", content="application/x-www-form-urlencoded")
    patch = [{"op": "replace", "path": "/displayName", "value": f"Ada {turn}"}]
    yield request("PATCH", reseller, json.dumps(patch))
    yield request("PATCH", reseller, json.dumps(patch), content="application/json-patch+json")
    batch = [
        {
            "Username": f"user{at % USERS + 1}",
            "Email": f"user{at % USERS + 1}@example.{turn % 7}.org",
            "Roles": [{"Id": ROLE}],
            "Type": "External",
            "HasSingleActiveRole": True,
        }
        for at in range(number, number + 10)
    ]
    yield request("PUT", "/external/api/v3/user", json.dumps(batch))
    # Mistakes.
    yield request("GET", f"/v1/core/Accounts/2/users/{USERS + turn}")
    yield request("PATCH", pbnb, '{"Username":')
    yield request("PATCH", reseller, '[{"op":"replace","path":"/nothing","value":1}]')
    yield request("GET", reseller, token=None)
    yield request("GET", "/nothing/here")
    if turn % 20 == 0:
        yield request("GET", "/v1/core/Accounts/2/users/paged?page=2&pageSize=20")
        yield request("GET", f"/api/v1.0/accounts/{TENANT}/users")
        yield request("GET", "/_usertwin/worlds/main/requests?limit=5")
        yield request("GET", "/_usertwin/worlds/main/advice")
        yield request("GET", f"/w/t{turn % 40}{pbnb}")
        yield request("POST", "/_usertwin/worlds/main/verify", json.dumps({"match": {"api": "pbnb"}, "atLeast": 1}))
        form = "grant_type=client_credentials&client_id=app&client_secret=secret"
        yield request("POST", "/connect/token", form, content="application/x-www-form-urlencoded", token=None)


def whole(received):
    """The length of the first answer, when all of it is there."""
    head, separator, _ = received.partition(b"\r\n\r\n")
    if not separator:
        return None
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
        elif name.lower() == b"transfer-encoding":
            end = received.find(b"0\r\n\r\n", len(head))
            return end + 5 if end >= 0 else None
    whole_length = len(head) + 4 + length
    return whole_length if len(received) >= whole_length else None


def drive(port, rounds):
    """Sends the rounds over many connections; returns the number of answers by status."""
    work = (one for turn in range(rounds) for one in requests(turn))
    statuses = {}
    sockets, received = {}, {}
    poll = select.epoll() if hasattr(select, "epoll") else None
    for _ in range(CONNECTIONS):
        connection = socket.create_connection(("127.0.0.1", port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sockets[connection.fileno()], received[connection.fileno()] = connection, b""
        if poll:
            poll.register(connection.fileno(), select.EPOLLIN)
    busy = set()

    def ask(number):
        following = next(work, None)
        if following is None:
            busy.discard(number)
        else:
            busy.add(number)
            sockets[number].sendall(following)

    for number in list(sockets):
        ask(number)
    while busy:
        if poll:
            ready = [number for number, _ in poll.poll(10)]
        else:
            ready = [one.fileno() for one in select.select([sockets[number] for number in busy], [], [], 10)[0]]
        assert ready, "the server is silent"
        for number in ready:
            received[number] += sockets[number].recv(1 << 16)
            length = whole(received[number])
            if length is not None:
                status = received[number][9:12].decode()
                statuses[status] = statuses.get(status, 0) + 1
                received[number] = received[number][length:]
                ask(number)
    for connection in sockets.values():
        connection.close()
    return statuses


def drive_tls(port, authority):
    """Some requests over TLS, with a handshake each."""
    context = ssl.create_default_context(cafile=authority)
    for turn in range(60):
        with socket.create_connection(("127.0.0.1", port)) as plain:
            with context.wrap_socket(plain, server_hostname="localhost") as connection:
                for _ in range(20):
                    connection.sendall(request("GET", f"/v1/core/Accounts/2/users/{turn + 1}"))
                    data = b""
                    while whole(data) is None:
                        data += connection.recv(1 << 16)


def serve(binary, flags, use):
    environment = {key: value for key, value in os.environ.items() if not key.startswith("USERTWIN_")}
    command = [binary, "serve", "--listen", "127.0.0.1:0", "--exit-with-stdin", *flags]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen(command, **pipes, env=environment, text=True)
    try:
        port = int(server.stdout.readline().rsplit(":", 1)[1])
        use(port)
    finally:
        server.stdin.close()
        server.wait(timeout=60)


def main():
    binary = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        document, long = os.path.join(folder, "seed.json"), os.path.join(folder, "long.json")
        for file, users in ((document, USERS), (long, MANY_USERS)):
            with open(file, "w", encoding="utf-8") as out:
                json.dump(seed(users), out)
        serve(binary, ["--seed", long], lambda port: print(drive(port, 1)))
        for flags in ([], ["--database", f"sqlite:{folder}/worlds.db"]):
            serve(binary, ["--seed", document, *flags], lambda port: print(drive(port, ROUNDS)))
        os.environ["XDG_DATA_HOME"] = folder
        authority = os.path.join(folder, "ca.pem")

        def over_tls(port):
            connection = socket.create_connection(("127.0.0.1", port))
            connection.sendall(request("GET", "/_usertwin/ca.pem"))
            data = b""
            while whole(data) is None:
                data += connection.recv(1 << 16)
            with open(authority, "wb") as out:
                out.write(data.partition(b"\r\n\r\n")[2])
            drive_tls(port, authority)

        serve(binary, ["--seed", document, "--tls"], over_tls)


if __name__ == "__main__":
    main()
