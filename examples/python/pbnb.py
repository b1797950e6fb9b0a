"""PBNB accounts from Python: one user read and changed in every format that the API speaks.

    USERTWIN_URL=http://127.0.0.1:8080 python examples/python/pbnb.py

Run it against any usertwin: it works in a world of its own, which is born as a copy of the server's demo seed.
"""

import os
import uuid

import bson
import requests
from lxml import etree

WORLD = f"python-pbnb-{uuid.uuid4().hex[:8]}"
URL = os.environ.get("USERTWIN_URL", "http://127.0.0.1:8080").rstrip("/") + f"/w/{WORLD}"
USER = f"{URL}/v1/core/Accounts/2/users/1"

MODELS = "http://schemas.datacontract.org/2004/07/pbnb_models"
DELTA = "http://schemas.datacontract.org/2004/07/pbnb_delta"
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
MEMBERS = ["ID", "AccountID", "Username", "Email", "Status", "Auth", "PasswordInfo", "SSOInfo", "AccessTypes",
           "VoucherID", "ResourceIDs", "ProvisioningID"]


def get(accept, expand=None):
    answer = requests.get(USER, headers={"Accept": accept}, params={"expand": expand} if expand else None, timeout=10)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == f"{accept}; charset=utf-8", answer.headers
    return answer


def patch(content_type, body, accept="application/json"):
    headers = {"Content-Type": content_type, "Accept": accept}
    return requests.patch(USER, data=body, headers=headers, timeout=10)


def reads_json():
    envelope = get("application/json").json()
    # Newtonsoft writes members as they are declared, nulls included, and enums by name.
    assert list(envelope) == ["Success", "Data", "ErrorCode", "ErrorDescription", "Meta"], envelope
    assert list(envelope["Data"]) == MEMBERS, envelope
    assert envelope["Success"] is True and envelope["ErrorCode"] == 0 and envelope["Meta"] is None
    assert envelope["Data"]["Username"] == "ada" and envelope["Data"]["Status"] == "Enabled"
    assert envelope["Data"]["ResourceIDs"] is None, "nobody asked for them"


def reads_javascript():
    user = get("text/javascript", expand="resourceIDs").json()["Data"]
    # This formatter has no enum names, except where an enum is the key of a dictionary.
    assert user["Status"] == 0 and user["AccessTypes"] == [0], user
    assert list(user["ResourceIDs"]) == ["IPSec_L2TP"], user


def reads_xml():
    root = etree.fromstring(get("application/xml").content)
    assert root.tag == f"{{{MODELS}}}PBNBReturnOfUserCA1DLPoZ", root.tag
    names = [etree.QName(child).localname for child in root]
    assert names == ["Data", "ErrorCode", "ErrorDescription", "Meta", "Success"], "alphabetical, unlike JSON"
    user = root[0]
    assert [etree.QName(child).localname for child in user] == sorted(MEMBERS)
    assert user.findtext(f"{{{MODELS}}}Username") == "ada"
    assert user.find(f"{{{MODELS}}}ResourceIDs").get(NIL) == "true", "a null is an element, not an absence"


def reads_bson():
    user = bson.decode(get("application/bson").content)["Data"]
    assert list(user) == MEMBERS and user["Status"] == 0, user
    # .NET stores the first three fields of a Guid little-endian, yet calls it subtype 4.
    assert user["ProvisioningID"].subtype == 4
    assert str(uuid.UUID(bytes_le=bytes(user["ProvisioningID"]))) == "f4237dd3-01ff-48d8-8d90-16c06605724f"


def writes_every_format():
    answer = patch("application/json", '{"Username":"ada.json","Email":"ignored@example.com"}')
    assert answer.json()["Data"]["Username"] == "ada.json", answer.text
    assert answer.json()["Data"]["Email"] == "ada@example.com", "only Username, PasswordInfo and AccessTypes change"

    answer = patch("text/javascript", '{"AccessTypes":[0,1]}', accept="text/javascript")
    assert answer.json()["Data"]["AccessTypes"] == [0, 1], answer.text

    delta = etree.Element(f"{{{DELTA}}}DeltaOfUserCA1DLPoZ", nsmap={None: DELTA, "m": MODELS})
    etree.SubElement(delta, f"{{{MODELS}}}Username").text = "ada.xml"
    types = etree.SubElement(delta, f"{{{MODELS}}}AccessTypes")
    etree.SubElement(types, f"{{{MODELS}}}User.ClientAccessTypes").text = "DSL"
    answer = patch("application/xml", etree.tostring(delta), accept="application/xml")
    user = etree.fromstring(answer.content)[0]
    assert user.findtext(f"{{{MODELS}}}Username") == "ada.xml", answer.text
    assert [item.text for item in user.find(f"{{{MODELS}}}AccessTypes")] == ["DSL"], answer.text

    limits = {"Password": "Engine1843", "MaxDenials": 5, "ResetPeriod": 60}
    answer = patch("application/bson", bson.encode({"PasswordInfo": limits}), accept="application/bson")
    assert bson.decode(answer.content)["Data"]["PasswordInfo"] == limits, answer.content

    form = "Username=ada.form&AccessTypes=IPSec_L2TP&AccessTypes=APN"
    user = patch("application/x-www-form-urlencoded", form).json()["Data"]
    assert user["Username"] == "ada.form" and user["AccessTypes"] == ["IPSec_L2TP", "APN"], user


def is_refused():
    unknown = requests.get(f"{URL}/v1/core/Accounts/2/users/999999", timeout=10)
    assert unknown.status_code == 200, "the envelope tells, not the status"
    assert unknown.json()["Success"] is False and unknown.json()["ErrorCode"] == 3, unknown.text

    answer = patch("application/json", '{"AccessTypes":["Carrier pigeon"]}')
    state = {"user.AccessTypes[0]": ["An error has occurred."]}
    assert answer.status_code == 400, answer.text
    assert answer.json() == {"Message": "The request is invalid.", "ModelState": state}, answer.text

    answer = patch("text/plain", "Username=ada", accept="application/xml")
    assert answer.status_code == 415 and answer.headers["Content-Type"] == "application/xml; charset=utf-8"
    assert answer.text == ("<Error><Message>The request entity's media type 'text/plain' is not supported for this "
                           "resource.</Message></Error>"), answer.text

    answer = requests.put(USER, json={}, timeout=10)
    allowed = {method.strip() for method in answer.headers["Allow"].split(",")}
    assert answer.status_code == 405 and allowed == {"GET", "PATCH", "DELETE"}, answer.headers


if __name__ == "__main__":
    for step in (reads_json, reads_javascript, reads_xml, reads_bson, writes_every_format, is_refused):
        step()
        print(f"pbnb {step.__name__}")
