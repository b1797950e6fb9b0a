"""The addresses work as base addresses of the clients that people use."""

from __future__ import annotations

import aiohttp
import httpx
import requests

import usertwin as kit

PATH = "/v1/core/Accounts/2/users/1"
GOOD = {"Authorization": "Bearer good"}


def test_requests_with_a_session(usertwin: kit.World) -> None:
    with requests.Session() as session:
        session.headers.update(GOOD)
        assert session.get(usertwin.urls.pbnb + PATH, timeout=10).json()["Data"]["Username"] == "ada"
    usertwin.verify(exactly=1, api="pbnb", operation="getUser")


def test_httpx_with_a_base_url(usertwin: kit.World) -> None:
    with httpx.Client(base_url=usertwin.urls.reseller, headers=GOOD) as client:
        assert client.get("/v1.0/accounts").is_success
    usertwin.verify(exactly=1, api="reseller", operation="getAccounts")


async def test_httpx_asynchronously(usertwin: kit.World) -> None:
    async with httpx.AsyncClient(base_url=usertwin.urls.expoints, headers=GOOD) as client:
        answer = await client.get("/external/api/v3/role")
    assert answer.json()[0]["Name"] == "Beheer"
    usertwin.verify(exactly=1, api="expoints", operation="listRoles")


async def test_aiohttp_with_a_base_url(usertwin: kit.World) -> None:
    # aiohttp joins as a browser does: the base ends in a slash, paths do not begin with one.
    async with aiohttp.ClientSession(base_url=usertwin.urls.admin_users + "/", headers=GOOD) as session:
        async with session.get("api/v1/admin/users") as answer:
            assert answer.status == 200
        async with session.get(usertwin.urls.admin_users + "/api/v1/admin/users") as answer:
            assert answer.status == 200
    usertwin.verify(exactly=2, api="adminUsers", operation="listUsers")
