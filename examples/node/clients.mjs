// The four APIs from Node with nothing but what Node brings: built-in fetch and node:assert.
//
//     USERTWIN_URL=http://127.0.0.1:8080 node examples/node/clients.mjs
//
// Each client works in a world of its own, which is born as a copy of the server's demo seed.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";

const SERVER = (process.env.USERTWIN_URL ?? "http://127.0.0.1:8080").replace(/\/$/, "");
const ADA = "f4237dd3-01ff-48d8-8d90-16c06605724f";
const JSON_UTF8 = "application/json; charset=utf-8";

const world = (name) => `${SERVER}/w/node-${name}-${randomUUID().slice(0, 8)}`;

async function call(method, url, { body, headers = {}, token = "good" } = {}) {
  const authorization = token ? { Authorization: `Bearer ${token}` } : {};
  const content = body === undefined ? {} : { "Content-Type": "application/json" };
  const answer = await fetch(url, {
    method,
    headers: { ...authorization, ...content, ...headers },
    body: body === undefined || typeof body === "string" ? body : JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
  const text = await answer.text();
  return { status: answer.status, type: answer.headers.get("content-type"), headers: answer.headers, text };
}

async function pbnb() {
  const user = `${world("pbnb")}/v1/core/Accounts/2/users/1`;
  const read = await call("GET", `${user}?expand=resourceIDs`, { token: null });
  assert.equal(read.status, 200, read.text);
  assert.equal(read.type, JSON_UTF8);
  const envelope = JSON.parse(read.text);
  assert.deepEqual(Object.keys(envelope), ["Success", "Data", "ErrorCode", "ErrorDescription", "Meta"]);
  assert.deepEqual(envelope.Data.AccessTypes, ["IPSec_L2TP"]);
  assert.deepEqual(envelope.Data.ResourceIDs, { IPSec_L2TP: "0eee7516-b7d4-4b2d-860c-6605ff564fc8" });

  const changed = await call("PATCH", user, { body: { Username: "ada.node" }, token: null });
  assert.equal(JSON.parse(changed.text).Data.Username, "ada.node");

  const xml = await call("GET", user, { headers: { Accept: "application/xml" }, token: null });
  assert.equal(xml.type, "application/xml; charset=utf-8");
  const start =
    '<PBNBReturnOfUserCA1DLPoZ xmlns:i="http://www.w3.org/2001/XMLSchema-instance" ' +
    'xmlns="http://schemas.datacontract.org/2004/07/pbnb_models"><Data><AccessTypes><User.ClientAccessTypes>';
  assert.ok(xml.text.startsWith(start), xml.text);
  assert.ok(xml.text.includes("<Username>ada.node</Username>"), xml.text);

  const refused = await call("PATCH", user, { body: { Username: " " }, token: null });
  assert.equal(refused.status, 200, "the envelope tells, not the status");
  assert.equal(JSON.parse(refused.text).Success, false);
}

async function reseller() {
  const tenant = "6172bb3d-e843-46bb-93a3-334505974ad9";
  const user = `${world("reseller")}/api/v1.0/accounts/${tenant}/users/${ADA}`;
  const changed = await call("PATCH", user, {
    body: [
      { op: "test", path: "/displayName", value: "Ada Lovelace" },
      { op: "replace", path: "/displayName", value: "Ada King" },
      { op: "add", path: "/roles/-", value: "user.admin" },
      { op: "test", path: "/roles", value: ["account.user", "user.admin"] },
    ],
  });
  assert.equal(changed.status, 200, changed.text);
  assert.equal(changed.type, JSON_UTF8);
  assert.match(changed.text, /^\{"status":"success","timestamp":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z"\}$/);

  const refused = await call("PATCH", user, { body: [{ op: "replace", path: "/nickname", value: "ada" }] });
  assert.equal(refused.status, 400);
  const { message, status } = JSON.parse(refused.text);
  assert.equal(message, "The target location specified by path segment 'nickname' was not found.");
  assert.equal(status, "error");
}

async function expoints() {
  const url = `${world("expoints")}/external/api/v3/user`;
  const ada = { Username: "ada", Type: "Internal", Roles: [{ Id: "9b815af0-51da-430e-8c25-52f7f6cdf0a6" }] };
  const updated = await call("PUT", url, { body: [ada] });
  assert.deepEqual([updated.status, updated.text, updated.type], [200, "", null]);

  const refused = await call("PUT", url, { body: [ada, { ...ada, Username: "nobody" }] });
  assert.equal(refused.status, 400, refused.text);
  assert.deepEqual(JSON.parse(refused.text), {
    Message: "The request is invalid.",
    ModelState: { "users[1].Username": ["The user 'nobody' does not exist."] },
  });

  const denied = await call("PUT", url, { body: [ada], token: null });
  assert.equal(denied.status, 401);
  assert.equal(denied.headers.get("www-authenticate"), "Bearer");
}

async function adminUsers() {
  const user = `${world("admin-users")}/api/v1/admin/users/${ADA}`;
  const details = {
    DisplayName: "Ada King",
    EmailAddress: "ada@example.com",
    Enabled: true,
    LanguageID: "c2fd9942-2548-483b-875c-a724b208dcaa",
    MobilePhone: "+44 7700 900123",
    TimeZone: "UTC",
    Username: "ada",
  };
  const replaced = await call("PUT", user, { body: details });
  assert.equal(replaced.status, 200, replaced.text);
  assert.equal(replaced.type, JSON_UTF8);
  const { Error: error, ResponseData: data } = JSON.parse(replaced.text);
  assert.equal(error, null);
  assert.deepEqual(Object.keys(data), ["Identification", "Result", "Detail"]);
  assert.equal(data.Detail.DisplayName, "Ada King");

  const refused = await call("PUT", user, {
    body: { ...details, Username: "" },
    headers: { Accept: "application/xml" },
  });
  assert.equal(refused.status, 400);
  assert.equal(
    refused.text,
    "<Error><Message>The request is invalid.</Message><ModelState>" +
      "<user.Username>The Username field is required.</user.Username></ModelState></Error>",
  );
}

for (const client of [pbnb, reseller, expoints, adminUsers]) {
  await client();
  console.log(`node ${client.name}`);
}
