"""The scenarios that every kit passes."""

from __future__ import annotations

import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
from typing import TYPE_CHECKING

import pytest
import requests
from conftest import KIT, bare_environment

import usertwin as kit

if TYPE_CHECKING:
    from conftest import Inner

ADA = "/v1/core/Accounts/2/users/1"
ADA_ID = "f4237dd3-01ff-48d8-8d90-16c06605724f"
TENANT = "6172bb3d-e843-46bb-93a3-334505974ad9"
GOOD = {"Authorization": "Bearer good"}
UNNOTICED = {"Email": "countess@example.com"}  # PBNB answers with success and changes nothing.


def username(world: kit.World) -> str:
    return str(requests.get(world.url + ADA, headers=GOOD, timeout=10).json()["Data"]["Username"])


def rename(world: kit.World, name: str) -> None:
    answer = requests.patch(world.url + ADA, json={"Username": name}, headers=GOOD, timeout=10)
    assert answer.json()["Success"]


def worlds(server: kit.Server) -> set[str]:
    return {world["name"] for world in server.control.call("GET", "/worlds")["worlds"]}


def answers(url: str) -> bool:
    address = urllib.parse.urlsplit(url)
    assert address.hostname
    assert address.port
    try:
        socket.create_connection((address.hostname, address.port), 1).close()
    except OSError:
        return False
    return True


def test_worlds_apart__users_requests_and_faults_are_not_shared(
    usertwin: kit.World, usertwin_server: kit.Server
) -> None:
    with usertwin_server.world("other") as other:
        usertwin.fault({"status": 503}, api="expoints")
        rename(usertwin, "countess")
        assert username(other) == "ada"
        assert requests.get(other.urls.expoints + "/external/api/v3/role", headers=GOOD, timeout=10).ok
        assert [entry["method"] for entry in usertwin.requests()] == ["PATCH"]
        assert other.diff()["empty"]


def test_worlds_apart__also_in_parallel_processes_with_a_server_each(inner: Inner) -> None:
    result = inner.run(
        """
        import pytest, requests
        @pytest.mark.parametrize("n", range(12))
        def test_rename(usertwin, usertwin_server, n):
            url = usertwin.url + "/v1/core/Accounts/2/users/1"
            assert requests.get(url).json()["Data"]["Username"] == "ada"
            assert requests.patch(url, json={"Username": f"ada{n}"}).json()["Success"]
            usertwin.verify(exactly=2)
            print("PID", usertwin_server.pid)
        """,
        *("-n", "2", "-rP"),
        apart=True,
    )
    result.assert_outcomes(passed=12)
    assert len(set(re.findall(r"PID (\d+)", result.stdout.str()))) == 2


def test_urls__are_base_addresses_of_each_api_in_this_world(usertwin: kit.World) -> None:
    for url, path in (
        (usertwin.urls.pbnb, ADA),
        (usertwin.urls.reseller, f"/v1.0/accounts/{TENANT}/users/{ADA_ID}"),
        (usertwin.urls.expoints, "/external/api/v3/user"),
        (usertwin.urls.admin_users, f"/api/v1/admin/users/{ADA_ID}"),
    ):
        answer = requests.get(url + path, headers=GOOD, timeout=10)
        assert answer.ok, (url, answer.text)
        assert "ada" in answer.text
    assert usertwin.url.endswith("/w/" + usertwin.name)
    apis = [entry["api"] for entry in usertwin.requests()]
    assert apis == ["pbnb", "reseller", "expoints", "adminUsers"]


def test_fault__for_one_request_is_a_503_once(usertwin: kit.World) -> None:
    made = usertwin.fault({"status": 503, "retryAfter": 2}, times=1, api="pbnb", operation="getUser")
    first = requests.get(usertwin.url + ADA, headers=GOOD, timeout=10)
    assert (first.status_code, first.headers["Retry-After"]) == (503, "2")
    assert requests.get(usertwin.url + ADA, headers=GOOD, timeout=10).status_code == 200
    assert [(fault["id"], fault["applied"]) for fault in usertwin.faults()] == [(made["id"], 1)]


def test_fault__without_times_stays_until_it_is_cleared(usertwin: kit.World) -> None:
    usertwin.fault({"status": 500}, path=ADA)
    assert [requests.get(usertwin.url + ADA, timeout=10).status_code for _ in range(2)] == [500, 500]
    usertwin.clear_faults()
    assert requests.get(usertwin.url + ADA, timeout=10).status_code == 200


def test_verify__passes_when_the_count_is_right(usertwin: kit.World) -> None:
    username(usertwin)
    username(usertwin)
    usertwin.verify(exactly=2, api="pbnb", operation="getUser", path=ADA, method="GET", status=200)
    usertwin.verify(at_least=1, at_most=2, api="pbnb")
    usertwin.verify(exactly=0, api="expoints")
    usertwin.verify(api="pbnb")


def test_verify__fails_with_the_sentence_and_the_nearest_requests(usertwin: kit.World) -> None:
    username(usertwin)
    with pytest.raises(AssertionError) as failure:
        usertwin.verify(exactly=1, api="pbnb", operation="patchUser")
    text = str(failure.value)
    assert text.startswith("Expected exactly 1 request with api pbnb, operation patchUser; there were 0, of 1 request")
    assert f'nearest: GET {ADA} -> 200  (operation was "getUser")' in text


def test_verify_typo__is_refused_with_the_nearest_name(usertwin: kit.World) -> None:
    with pytest.raises(kit.ControlError, match=r"'patchUsr' is not an operation of pbnb: there are patchUser"):
        usertwin.verify(exactly=0, api="pbnb", operation="patchUsr")


def test_advice__lists_what_the_real_service_does_silently(usertwin: kit.World) -> None:
    assert usertwin.advice() == []
    requests.patch(usertwin.url + ADA, json=UNNOTICED, headers=GOOD, timeout=10)
    (advice,) = usertwin.advice()
    assert (advice["code"], advice["count"]) == ("pbnb.member-not-updatable", 1)
    assert "Email" in advice["message"]


def test_requests__lists_method_path_and_status(usertwin: kit.World) -> None:
    username(usertwin)
    requests.get(usertwin.url + "/v1/core/Accounts/2/users/99999", headers=GOOD, timeout=10)
    requests.get(usertwin.urls.expoints + "/external/api/v3/role", timeout=10)
    seen = [(entry["method"], entry["path"], entry["status"]) for entry in usertwin.requests()]
    expected = [
        ("GET", ADA, 200),
        ("GET", "/v1/core/Accounts/2/users/99999", 200),
        ("GET", "/external/api/v3/role", 401),
    ]
    assert seen == expected
    assert [entry["path"] for entry in usertwin.requests(api="expoints")] == ["/external/api/v3/role"]
    assert [entry["status"] for entry in usertwin.requests(status=401)] == [401]


def test_diff__shows_before_and_after_and_is_empty_after_reset(usertwin: kit.World) -> None:
    assert usertwin.diff()["empty"]
    rename(usertwin, "countess")
    (changed,) = usertwin.diff()["changed"]
    assert {"path": "username", "before": "ada", "after": "countess"} in changed["members"]
    usertwin.reset()
    assert usertwin.diff()["empty"]
    assert usertwin.requests() == []


def test_state__is_read_and_replaced(usertwin: kit.World) -> None:
    state = usertwin.state()
    assert any(user["username"] == "ada" for user in state["users"])
    state["users"] = [user for user in state["users"] if user["username"] == "ada"]
    state["users"][0]["username"] = "countess"
    usertwin.set_state(state)
    assert username(usertwin) == "countess"
    assert [user["username"] for user in usertwin.users.list()] == ["countess"]
    with pytest.raises(kit.ControlError, match="usres") as refused:
        usertwin.set_state({"usres": []})
    assert refused.value.problems
    assert username(usertwin) == "countess"


def test_state__of_one_user_is_read_added_replaced_and_removed(usertwin: kit.World) -> None:
    usertwin.users.add({"username": "noether", "email": "emmy@example.com", "pbnb": {"accountId": 2}})
    (noether,) = usertwin.users.list("noether")
    usertwin.users.replace(noether["id"], {**noether, "email": "noether@example.com"})
    assert usertwin.users.get(noether["id"])["email"] == "noether@example.com"
    usertwin.users.remove(noether["id"])
    assert usertwin.diff()["empty"]


def test_snapshot__is_restored_and_stays(usertwin: kit.World) -> None:
    rename(usertwin, "countess")
    snapshot = usertwin.snapshot()
    for name in ("lovelace", "byron"):
        rename(usertwin, name)
        assert username(usertwin) == name
        assert usertwin.diff(snapshot)["changed"]
        usertwin.restore(snapshot)
        assert username(usertwin) == "countess"
        assert usertwin.diff(snapshot)["empty"]


def test_clock__freeze_pins_timestamps(usertwin: kit.World) -> None:
    usertwin.clock.freeze("2024-03-28T08:12:49Z")
    body = [{"op": "replace", "path": "/displayName", "value": "Ada King"}]
    url = f"{usertwin.urls.reseller}/v1.0/accounts/{TENANT}/users/{ADA_ID}"
    answer = requests.patch(url, json=body, headers=GOOD, timeout=10)
    assert answer.json()["timestamp"].startswith("2024-03-28T08:12:49")
    assert usertwin.clock.advance("PT1H") == {"now": "2024-03-28T09:12:49Z", "frozen": True}
    assert usertwin.clock.real()["frozen"] is False
    assert usertwin.clock.freeze()["frozen"]


def test_clock__advance_expires_a_token(usertwin: kit.World) -> None:
    form = {"client_id": "app", "client_secret": "secret", "grant_type": "client_credentials"}
    scope = {"scope": "api://expoints/.default"}
    sign_in = f"{usertwin.urls.expoints}/{TENANT}/oauth2/v2.0/token"
    token = requests.post(sign_in, data={**form, **scope}, timeout=10).json()["access_token"]

    def role() -> int:
        headers = {"Authorization": f"Bearer {token}"}
        return requests.get(usertwin.urls.expoints + "/external/api/v3/role", headers=headers, timeout=10).status_code

    assert role() == 200
    usertwin.clock.advance("PT2H")
    assert role() == 401


def test_outbox__holds_the_activation_mail(usertwin: kit.World) -> None:
    assert usertwin.outbox() == []
    url = f"{usertwin.urls.reseller}/v1.0/accounts/{TENANT}/users/{ADA_ID}/sendActivationEmail"
    assert requests.post(url, headers=GOOD, timeout=10).ok
    (mail,) = usertwin.outbox()
    assert (mail["api"], mail["to"]) == ("reseller", "ada@example.com")
    assert mail["link"]


OWN = {"users": [{"username": "grace", "pbnb": {"accountId": 7, "userId": 1}}], "pbnb": {"accounts": [{"id": 7}]}}


@pytest.mark.usertwin(seed=OWN)
def test_seed__of_a_test_is_what_it_starts_from_and_resets_to(usertwin: kit.World) -> None:
    assert [user["username"] for user in usertwin.users.list()] == ["grace"]
    assert usertwin.diff()["empty"]
    answer = requests.patch(usertwin.url + "/v1/core/Accounts/7/users/1", json={"Username": "hopper"}, timeout=10)
    assert answer.json()["Success"]
    assert usertwin.diff()["changed"]
    usertwin.reset()
    assert [user["username"] for user in usertwin.users.list()] == ["grace"]
    assert usertwin.diff()["empty"]


def test_seed__may_be_a_file_beside_the_test_or_in_the_settings(inner: Inner) -> None:
    inner.pytester.makefile(".json", marked='{"users": [{"username": "marked", "adminUsers": null}]}')
    inner.pytester.makefile(".json", settings='{"users": []}')
    inner.pytester.makeini("[pytest]\nusertwin_seed = settings.json")
    result = inner.run(
        """
        import pytest
        def test_settings(usertwin):
            assert usertwin.users.list() == []
        @pytest.mark.usertwin(seed="demo")
        def test_word(usertwin):
            assert usertwin.users.list() == []
        @pytest.mark.usertwin(seed="nowhere.json")
        def test_missing(usertwin):
            pass
        @pytest.mark.usertwin(seed={"usres": []})
        def test_mistake(usertwin):
            pass
        @pytest.mark.usertwin(sed={})
        def test_typo(usertwin):
            pass
        """
    )
    result.assert_outcomes(passed=2, errors=3)
    result.stdout.fnmatch_lines(["*nowhere.json cannot be read: No such file or directory.*"])
    result.stdout.fnmatch_lines(["*line 1*usres*", "*takes allow_advice and seed by name, not sed.*"])


FAILING = """
import requests
def test_rename(usertwin):
    url = usertwin.url + "/v1/core/Accounts/2/users/1"
    requests.patch(url, json={"Email": "countess@example.com"}, headers={"AuthToken": "good"})
    usertwin.verify(exactly=1, operation="getUser", api="pbnb")
"""


def test_failure_report__has_the_requests_with_status_and_advice(inner: Inner) -> None:
    result = inner.run(FAILING)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*AssertionError: Expected exactly 1 request with api pbnb, operation getUser; there were 0, of 1 request*",
            "*nearest: PATCH /v1/core/Accounts/2/users/1 -> 200*",
            "*- usertwin -*",
            "World test-rename-* at http://127.0.0.1:*/w/test-rename-* was asked 1 request:",
            "  ??:??:??.??? PATCH /v1/core/Accounts/2/users/1 -> 200  pbnb patchUser",
            "      advice pbnb.member-not-updatable: Email was sent and ignored*",
        ]
    )
    assert "_world.py" not in result.stdout.str(), "the traceback ends in the test"


def test_failure_report__without_pytest_goes_to_stderr(
    capfd: pytest.CaptureFixture[str], usertwin_server: kit.Server
) -> None:
    with pytest.raises(ZeroDivisionError), usertwin_server.world("alone") as world:
        raise ZeroDivisionError(username(world))
    assert f"GET {ADA} -> 200" in capfd.readouterr().err


STRICT = """
import pytest, requests
GOOD = {"AuthToken": "good"}
def ignored(usertwin):
    requests.patch(usertwin.url + "/v1/core/Accounts/2/users/1", json={"Email": "a@b.example"}, headers=GOOD)
def test_ignored(usertwin):
    ignored(usertwin)
@pytest.mark.usertwin(allow_advice=["pbnb.member-not-updatable"])
def test_allowed(usertwin):
    ignored(usertwin)
def test_right(usertwin):
    requests.get(usertwin.url + "/v1/core/Accounts/2/users/1", headers=GOOD)
"""


def test_strict_advice__fails_a_test_whose_requests_got_advice(inner: Inner) -> None:
    result = inner.run(STRICT, "--usertwin-strict-advice")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(
        [
            "The real service would have done this without a word:",
            "  pbnb.member-not-updatable (1x): Email was sent and ignored*",
            "*PATCH /v1/core/Accounts/2/users/1 -> 200*",
            "FAILED test_inner.py::test_ignored - *",
        ]
    )
    inner.run(STRICT).assert_outcomes(passed=3)


def test_strict_advice__without_pytest_is_an_assertion(usertwin_server: kit.Server) -> None:
    with (
        pytest.raises(AssertionError, match=r"pbnb\.member-not-updatable"),
        usertwin_server.world(strict_advice=True) as w,
    ):
        requests.patch(w.url + ADA, json=UNNOTICED, headers=GOOD, timeout=10)
    assert w.name not in worlds(usertwin_server)


def test_dropped_after_pass__the_world_and_its_snapshots_are_gone(inner: Inner, usertwin_server: kit.Server) -> None:
    before = worlds(usertwin_server)
    result = inner.run(
        """
        import requests
        def test_used(usertwin):
            requests.get(usertwin.url + "/v1/core/Accounts/2/users/1")
            usertwin.snapshot()
        def test_unused(usertwin):
            pass
        def test_dropped_by_the_test_itself(usertwin):
            usertwin.drop()
        """,
        *("--usertwin-url", usertwin_server.url),
    )
    result.assert_outcomes(passed=3)
    assert worlds(usertwin_server) == before


def test_shared_server__no_server_is_started_and_a_failed_tests_world_is_kept(
    inner: Inner, usertwin_server: kit.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = worlds(usertwin_server)
    monkeypatch.setenv("USERTWIN_URL", usertwin_server.url + "/")
    monkeypatch.setenv("USERTWIN_BIN", "/nonexistent")
    source = f"""
    import pytest
    @pytest.mark.usertwin(seed={OWN!r})
    def test_passes(usertwin):
        assert usertwin.url.startswith({usertwin_server.url!r} + "/w/test-passes-")
        assert [user["username"] for user in usertwin.users.list()] == ["grace"]
    def test_fails(usertwin):
        assert False
    """
    result = inner.run(source)
    result.assert_outcomes(passed=1, failed=1)
    (kept,) = worlds(usertwin_server) - before
    assert kept.startswith("test-fails-")
    result.stdout.fnmatch_lines([f"The world is kept on {usertwin_server.url}."])
    usertwin_server.control.call("DELETE", f"/worlds/{kept}")


def test_shared_server__that_is_not_there_is_one_sentence(inner: Inner) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        result = inner.run("def test_any(usertwin): pass", "--usertwin-url", url)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"*No usertwin server answers at {url}:*"])


def test_server_dead__is_one_sentence_and_never_a_hang(inner: Inner) -> None:
    began = time.monotonic()
    result = inner.run(
        """
        import os, requests, signal
        def test_killed(usertwin, usertwin_server):
            os.kill(usertwin_server.pid, signal.SIGKILL)
            requests.get(usertwin.url + "/v1/core/Accounts/2/users/1")
        def test_after(usertwin):
            pass
        """,
        apart=True,
    )
    result.assert_outcomes(failed=1, errors=1)
    text = result.stdout.str()
    assert text.count("The usertwin server ended with signal SIGKILL, without a word.") >= 2
    assert time.monotonic() - began < 25


def test_server_dead__before_it_began_gives_its_last_words() -> None:
    with pytest.raises(kit.ServerDied, match=r"did not start; it ended with exit status 2, and said:\n.*no-such-file"):
        kit.start(seed="/no-such-file.json")


def test_server_dead__that_says_nothing_is_not_waited_for_without_end(tmp_path: pathlib.Path) -> None:
    silent = tmp_path / "silent"
    silent.write_text("#!/bin/sh\necho 'waiting for the disk' >&2\nexec sleep 60\n")
    silent.chmod(0o755)
    with pytest.raises(kit.ServerDied, match=r"within 0\.5 s where it listens, and said:\n  waiting for the disk"):
        kit.start(binary=str(silent), timeout=0.5)


def test_no_binary__names_the_variable_and_where_was_looked() -> None:
    command = [sys.executable, "-c", "import usertwin; usertwin.start()"]
    ended = subprocess.run(command, capture_output=True, text=True, env=bare_environment(), check=False)
    assert "BinaryNotFound: The usertwin binary was not found. Set USERTWIN_BIN to its path" in ended.stderr
    assert os.path.dirname(sys.executable) + "/usertwin" in ended.stderr
    assert "on the PATH" in ended.stderr
    command = [sys.executable, "-m", "usertwin", "routes"]
    named = {**bare_environment(), "USERTWIN_BIN": "/nowhere/usertwin"}
    ended = subprocess.run(command, capture_output=True, text=True, env=named, check=False)
    assert (ended.returncode, ended.stdout) == (127, "")
    assert ended.stderr == "USERTWIN_BIN names /nowhere/usertwin, which is not a program that can be run.\n"


def test_no_binary__else_the_module_runs_it_as_it_is() -> None:
    command = [sys.executable, "-m", "usertwin"]
    assert "listUsers" in subprocess.run([*command, "routes"], capture_output=True, text=True, check=True).stdout
    assert subprocess.run([*command, "serve", "--nonsense"], capture_output=True, check=False).returncode == 2


ORPHAN = """
import os, time
def test_long(usertwin, usertwin_server):
    if os.fork() == 0:  # A child that lives on, as those of multiprocessing do.
        time.sleep(8)
        os._exit(0)
    with open("url", "w") as file:
        file.write(usertwin_server.url)
    os.rename("url", "ready")
    time.sleep(60)
"""


def test_no_orphan__after_a_sigkill_of_the_run(tmp_path: pathlib.Path) -> None:
    (tmp_path / "test_long.py").write_text(ORPHAN)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(tmp_path),
        "test_long.py",
    ]
    run = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL)
    ready = tmp_path / "ready"
    deadline = time.monotonic() + 20
    while not ready.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    url = ready.read_text()
    assert answers(url)
    os.kill(run.pid, signal.SIGKILL)
    run.wait()
    deadline = time.monotonic() + 2
    while answers(url):
        assert time.monotonic() < deadline, "the server outlived the run by two seconds"
        time.sleep(0.05)


def test_https__a_client_with_the_ca_succeeds_and_one_without_fails(inner: Inner, flags: str) -> None:
    if "--tls" not in flags:
        pytest.skip("this binary has no --tls yet, so HTTPS WAS NOT TESTED")
    result = inner.run(
        """
        import pytest, requests
        def test_tls(usertwin):
            url = usertwin.url + "/v1/core/Accounts/2/users/1"
            assert url.startswith("https://")
            with pytest.raises(requests.exceptions.SSLError):
                requests.get(url)
            assert requests.get(url, verify=usertwin.ca_file).json()["Success"]
            usertwin.verify(exactly=1, api="pbnb")
        """,
        "--usertwin-tls",
    )
    result.assert_outcomes(passed=1)


def test_the_first_test_of_the_readme_passes_in_an_empty_project(inner: Inner) -> None:
    blocks = re.findall(r"```python\n(.*?)```", (KIT / "README.md").read_text(encoding="utf-8"), re.S)
    inner.run(blocks[0]).assert_outcomes(passed=1)
    for block in blocks[1:]:
        inner.run(block).assert_outcomes(passed=len(re.findall(r"^(?:async )?def test_", block, re.M)))
