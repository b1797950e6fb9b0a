"""Expoints v3 from Python: bulk updates in JSON and in XML with its two namespaces, and batches that are refused.

    USERTWIN_URL=http://127.0.0.1:8080 python examples/python/expoints.py

The bulk PUT answers an empty 200. What it stored is read through PBNB, where the same user shows the same e-mail
address: usertwin keeps a user once, whatever the API.
"""

import os
import uuid

import requests
from lxml import etree

WORLD = f"python-expoints-{uuid.uuid4().hex[:8]}"
URL = os.environ.get("USERTWIN_URL", "http://127.0.0.1:8080").rstrip("/") + f"/w/{WORLD}"
ROLE = "9b815af0-51da-430e-8c25-52f7f6cdf0a6"

MODELS = "http://schemas.datacontract.org/2004/07/Expoints.API.Extern.Models"
IMPORT = "http://schemas.datacontract.org/2004/07/Expoints.API.Extern.V1.Models"
DENIED = {"Message": "Authorization has been denied for this request."}


def put(body, content_type="application/json", token="good", **headers):
    headers |= {"Content-Type": content_type}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    return requests.put(f"{URL}/external/api/v3/user", data=body, headers=headers, timeout=10)


def put_json(batch, **options):
    return put(requests.compat.json.dumps(batch), **options)


def stored_email():
    return requests.get(f"{URL}/v1/core/Accounts/2/users/1", timeout=10).json()["Data"]["Email"]


def user(**members):
    return {"Username": "ada", "Email": "ada@example.com", "Type": "Internal", "Roles": [{"Id": ROLE}]} | members


def batch_as_xml(username, email, order=("HasSingleActiveRole", "Type", "Username")):
    """Members of the base class come first and in its namespace, each class in alphabetical order."""
    root = etree.Element(f"{{{IMPORT}}}ArrayOfImportUser", nsmap={None: IMPORT, "m": MODELS})
    item = etree.SubElement(root, f"{{{IMPORT}}}ImportUser")
    values = {"HasSingleActiveRole": "true", "Type": "Internal", "Username": username}
    for name in order:
        etree.SubElement(item, f"{{{MODELS}}}{name}").text = values[name]
    etree.SubElement(item, f"{{{IMPORT}}}Email").text = email
    role = etree.SubElement(etree.SubElement(item, f"{{{IMPORT}}}Roles"), f"{{{MODELS}}}BaseRole")
    etree.SubElement(role, f"{{{MODELS}}}Id").text = ROLE
    return etree.tostring(root)


def succeeded(answer):
    assert answer.status_code == 200 and answer.content == b"", answer.text
    assert "Content-Type" not in answer.headers, "there is no body to describe"


def updates_in_json():
    succeeded(put_json([user(Email="json@example.com")]))
    assert stored_email() == "json@example.com"
    batch = [user()]
    del batch[0]["Email"]
    succeeded(put_json(batch))
    assert stored_email() == "json@example.com", "an absent e-mail address keeps the stored one"


def updates_in_xml():
    succeeded(put(batch_as_xml("ada", "xml@example.com"), "application/xml"))
    assert stored_email() == "xml@example.com"


def refuses_xml_members_out_of_order():
    body = batch_as_xml("ada", "late@example.com", order=("Username", "Type", "HasSingleActiveRole"))
    # Accept is said aloud: requests sends `*/*` by itself, which asks for JSON even when the body is XML.
    answer = put(body, "application/xml", Accept="application/xml")
    # The DataContractSerializer reads forward only: after Username it no longer knows Type and drops it silently.
    assert answer.status_code == 400 and answer.headers["Content-Type"] == "application/xml; charset=utf-8"
    assert answer.text == ("<Error><Message>The request is invalid.</Message><ModelState><users_x005B_0_x005D_.Type>The "
                           "Type field is required.</users_x005B_0_x005D_.Type></ModelState></Error>"), answer.text


def refuses_a_batch_as_a_whole():
    before = stored_email()
    stranger = str(uuid.uuid4())
    batch = [user(Email="first@example.com"), user(Username="nobody", Roles=[{"Id": stranger}])]
    answer = put_json(batch)
    assert answer.status_code == 400, answer.text
    assert answer.json() == {"Message": "The request is invalid.", "ModelState": {
        "users[1].Roles[0].Id": [f"The role '{stranger}' does not exist."],
        "users[1].Username": ["The user 'nobody' does not exist."],
    }}, answer.text
    assert stored_email() == before, "the good user of the batch was not updated either"


def reports_every_missing_member():
    answer = put_json([{}])
    state = answer.json()["ModelState"]
    assert answer.status_code == 400
    assert list(state) == ["users[0].Roles", "users[0].Username", "users[0].Type"], "derived members before base ones"
    assert put("", "application/json").json()["ModelState"] == {"users": ["The users field is required."]}


def wants_a_token():
    for token, status in ((None, 401), ("gone", 401), ("readonly", 403)):
        answer = put_json([user()], token=token)
        assert answer.status_code == status and answer.json() == DENIED, (token, answer.status_code, answer.text)


if __name__ == "__main__":
    for step in (updates_in_json, updates_in_xml, refuses_xml_members_out_of_order, refuses_a_batch_as_a_whole,
                 reports_every_missing_member, wants_a_token):
        step()
        print(f"expoints {step.__name__}")
