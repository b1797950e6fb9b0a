"""Servers and worlds without pytest."""

from __future__ import annotations

import datetime
import os
import pathlib
import sys
import sysconfig

import pytest

import usertwin as kit


def test_a_server_starts_with_a_document_and_stops() -> None:
    with kit.start(seed={"users": [{"username": "grace"}]}, args=["--ids-seed", "7"]) as server:
        with server.world() as world:
            assert [user["username"] for user in world.users.list()] == ["grace"]
        pid = server.pid
    assert pid
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    with pytest.raises(kit.ServerDied, match="ended with exit status 0"):
        server.world()


def test_a_started_server_makes_worlds_where_only_listed_ones_exist(flags: str) -> None:
    if "--worlds" not in flags:
        pytest.skip("this binary has no --worlds yet")
    with kit.start(args=["--worlds", "listed"]) as server, server.world() as world:
        assert world.users.list()


def test_names_of_worlds_are_readable_unique_and_fit_a_host_name(usertwin_server: kit.Server) -> None:
    made = [usertwin_server.world(name) for name in ("Ünïcode [a/b]", "x" * 300, "x" * 300, "...", "seed")]
    names = [world.name for world in made]
    assert len(set(names)) == 5
    assert all(name.isascii() and name == name.lower() and len(f"{name}-snap1000") < 64 for name in names)
    assert names[0].startswith("n-code-a-b-")
    assert names[3].startswith("test-")
    for world in made:
        world.drop()
        world.drop()


def test_a_token_of_the_control_api_is_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USERTWIN_CONTROL_TOKEN", "hunter2")
    with kit.start() as server, server.world() as world:
        assert world.diff()["empty"]
        monkeypatch.delenv("USERTWIN_CONTROL_TOKEN")
        with kit.connect(server.url) as other, pytest.raises(kit.ControlError):
            other.world()


def test_durations_and_times_of_python_are_taken(usertwin: kit.World) -> None:
    at = datetime.datetime(2024, 3, 28, 9, 12, 49, tzinfo=datetime.timezone(datetime.timedelta(hours=1)))
    assert usertwin.clock.freeze(at)["now"] == "2024-03-28T08:12:49Z"
    assert usertwin.clock.advance(datetime.timedelta(days=1, seconds=1.5))["now"].startswith("2024-03-29T08:12:50.5")
    assert usertwin.clock.advance(datetime.timedelta(days=-1))["now"].startswith("2024-03-28T08:12:50.5")
    with pytest.raises(kit.UsertwinError, match="time zone"):
        usertwin.clock.freeze(datetime.datetime(2024, 3, 28))


def test_something_else_at_the_address_is_said(tmp_path: pathlib.Path) -> None:
    other = tmp_path / "usertwin"
    other.write_text("#!/bin/sh\necho hello\n")
    other.chmod(0o755)
    with pytest.raises(kit.ServerDied, match="began with 'hello' instead of where it listens"):
        kit.start(binary=str(other))


def test_the_script_of_the_wheel_comes_before_the_path(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("scripts", "path"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "usertwin").write_text("#!/bin/sh\n")
        (tmp_path / folder / "usertwin").chmod(0o755)
    monkeypatch.delenv("USERTWIN_BIN")
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    assert kit.find_binary() == str(tmp_path / "path" / "usertwin")
    monkeypatch.setattr(sysconfig, "get_path", lambda *_: str(tmp_path / "scripts"))
    assert kit.find_binary() == str(tmp_path / "scripts" / "usertwin")
    monkeypatch.setenv("USERTWIN_BIN", sys.executable)
    assert kit.find_binary() == sys.executable
