// Shows the chosen OpenAPI document; `?api=NAME` in the address also chooses one. Its servers are moved to the address
// this page came from, so that a tried request reaches this server behind any name, port or path.

const choice = document.getElementById("api");
const viewer = document.getElementById("doc");
const root = location.origin + location.pathname.replace(/(\/w\/[^/]*)?\/_usertwin\/docs.*$/, "");
const known = [...choice.options].map((option) => option.value);

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
  for (const server of spec.servers ?? []) {
    server.url = server.url.replace(/^https?:\/\/[^/]+/, root);
  }
  withoutNilElements(spec);
  await customElements.whenDefined("rapi-doc");
  await viewer.loadSpec(spec);
}

choice.addEventListener("change", () => {
  history.replaceState(null, "", `?api=${choice.value}`);
  show(choice.value);
});

const wanted = new URLSearchParams(location.search).get("api");
show(known.includes(wanted) ? wanted : known[0]);
