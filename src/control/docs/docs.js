// Shows the chosen OpenAPI document; `?api=NAME` in the address also chooses one. Its servers are moved to the address
// this page came from, so that a tried request reaches this server behind any name, port or path.

const choice = document.getElementById("api");
const viewer = document.getElementById("doc");
const root = location.origin + location.pathname.replace(/(\/w\/[^/]*)?\/_usertwin\/docs.*$/, "");
const known = [...choice.options].map((option) => option.value);

// The demo seed lists this token for every API; any other is as good unless tokens are checked strictly.
const good = new URLSearchParams(location.search).get("token") ?? "good";
const world = new URLSearchParams(location.search).get("world");

// A document, a path and an operation may each have servers of their own. With `?world=NAME` in the address the places
// inside a world come first, and that one is filled in.
function moveServers(spec) {
  const items = Object.values(spec.paths ?? {});
  const operations = items.flatMap((item) => Object.values(item));
  for (const part of [spec, ...items, ...operations]) {
    if (!Array.isArray(part?.servers)) continue;
    for (const server of part.servers) {
      server.url = server.url.replace(/^https?:\/\/[^/]+/, root);
      if (world && server.variables?.world) server.variables.world.default = world;
    }
    if (world) part.servers.sort((a, b) => Number(!!b.variables?.world) - Number(!!a.variables?.world));
  }
}

// The viewer makes up an XML sample for each alternative of a member and stops at one that is null; so here, and in what
// the page shows alone, an element that may be nil has its other alternatives only.
function withoutNilElements(spec) {
  for (const [name, schema] of Object.entries(spec.components?.schemas ?? {})) {
    if (!name.endsWith("Xml")) continue;
    for (const member of Object.values(schema.properties ?? {})) {
      if (member.anyOf) member.anyOf = member.anyOf.filter((alternative) => alternative.type !== "null");
    }
  }
}

async function show(name) {
  choice.value = name;
  const answer = await fetch(`openapi/${name}.json`);
  if (!answer.ok) throw new Error(`openapi/${name}.json: ${answer.status}`);
  const spec = await answer.json();
  moveServers(spec);
  withoutNilElements(spec);
  await customElements.whenDefined("rapi-doc");
  await viewer.loadSpec(spec);
  for (const scheme of viewer.resolvedSpec?.securitySchemes ?? []) {
    const token = name === "control" ? sessionStorage.getItem("usertwin.controlToken") : good;
    if (token) viewer.setApiKey(scheme.securitySchemeId, token);
  }
}

choice.addEventListener("change", () => {
  const query = new URLSearchParams(location.search);
  query.set("api", choice.value);
  history.replaceState(null, "", `?${query}`);
  show(choice.value);
});

const wanted = new URLSearchParams(location.search).get("api");
show(known.includes(wanted) ? wanted : known[0]);
