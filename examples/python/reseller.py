"""Reseller from Python: a user of an account tenant changed by JSON Patch, all six operations.

    USERTWIN_URL=http://127.0.0.1:8080 python examples/python/reseller.py

The API's patch is .NET's dialect of RFC 6902; the `test` operation is how this client reads back what it wrote.
"""

import os
import re
import uuid

import requests

WORLD = f"python-reseller-{uuid.uuid4().hex[:8]}"
URL = os.environ.get("USERTWIN_URL", "http://127.0.0.1:8080").rstrip("/") + f"/w/{WORLD}"
TENANT = "6172bb3d-e843-46bb-93a3-334505974ad9"
ADA = "f4237dd3-01ff-48d8-8d90-16c06605724f"
TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z")  # always seven digits


def patch(operations, tenant=TENANT, user=ADA, token="good", **headers):
    if token:
        headers["Authorization"] = f"Bearer {token}"
    url = f"{URL}/api/v1.0/accounts/{tenant}/users/{user}"
    return requests.patch(url, json=operations, headers=headers, timeout=10)


def succeeds(*operations):
    answer = patch(list(operations))
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8", answer.headers
    assert answer.headers["Request-Context"].startswith("appId=cid-v1:"), answer.headers
    body = answer.json()
    assert list(body) == ["status", "timestamp"] and body["status"] == "success", "a PATCH answers no data"
    assert TIMESTAMP.fullmatch(body["timestamp"]), body


def refused(answer, status, message):
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert list(body) == ["error", "message", "status", "timestamp"], body
    assert body["error"] == status and body["status"] == "error", body
    assert body["message"] == message, body["message"]


def holds(path, value):
    succeeds({"op": "test", "path": path, "value": value})


def patches_with_all_six_operations():
    holds("/roles", ["account.user"])
    succeeds({"op": "replace", "path": "/displayName", "value": "Ada King"})
    holds("/displayName", "Ada King")
    succeeds({"op": "add", "path": "/roles/-", "value": "user.admin"})
    succeeds({"op": "move", "from": "/roles/1", "path": "/roles/0"})
    holds("/roles", ["user.admin", "account.user"])
    succeeds({"op": "remove", "path": "/roles/0"})
    holds("/roles", ["account.user"])
    succeeds({"op": "copy", "from": "/email", "path": "/displayName"})
    holds("/displayName", "ada@example.com")


def follows_the_library_not_the_rfc():
    # Names ignore case, the leading slash may be missing, and operations may be spelt as they like.
    succeeds({"op": "Replace", "path": "DISPLAYNAME", "value": "Ada Lovelace"})
    holds("/displayName", "Ada Lovelace")


def changes_everything_or_nothing():
    answer = patch([
        {"op": "replace", "path": "/displayName", "value": "Lost"},
        {"op": "replace", "path": "/nickname", "value": "ada"},
    ])
    refused(answer, 400, "The target location specified by path segment 'nickname' was not found.")
    holds("/displayName", "Ada Lovelace")

    answer = patch([{"op": "test", "path": "/displayName", "value": "Bob"}])
    refused(answer, 400, "The current value 'Ada Lovelace' at path 'displayName' is not equal to the test value 'Bob'.")
    answer = patch([{"op": "add", "path": "/roles/7", "value": "user.admin"}])
    refused(answer, 400, "The index value provided by path segment '7' is out of bounds of the array size.")
    answer = patch({"displayName": "an object is no patch"})
    refused(answer, 400, "The JSON patch document was malformed and could not be parsed.")


def is_refused_before_the_patch_is_read():
    refused(patch([], user="nobody"), 400, "The value 'nobody' is not valid.")
    refused(patch([], user=str(uuid.uuid4())), 404, "Not Found")
    refused(patch([], **{"Content-Type": "text/plain"}), 415, "Unsupported Media Type")

    missing = patch([], token=None)
    assert (missing.status_code, missing.content) == (401, b""), missing.text
    assert missing.headers["WWW-Authenticate"] == "Bearer", missing.headers
    expired = patch([], token="old")
    assert (expired.status_code, expired.content) == (401, b""), expired.text
    assert 'error="invalid_token"' in expired.headers["WWW-Authenticate"], expired.headers


if __name__ == "__main__":
    for step in (patches_with_all_six_operations, follows_the_library_not_the_rfc, changes_everything_or_nothing,
                 is_refused_before_the_patch_is_read):
        step()
        print(f"reseller {step.__name__}")
