// Shows the chosen OpenAPI document; `?api=NAME` in the address chooses one, too. Its servers are moved to the address
// this page came from, so that a tried request reaches this server whatever name or port it is behind.

const choice = document.getElementById("api");
const viewer = document.getElementById("doc");
const known = [...choice.options].map((option) => option.value);

async function show(name) {
  choice.value = name;
  const answer = await fetch(`openapi/${name}.json`);
  if (!answer.ok) throw new Error(`openapi/${name}.json: ${answer.status}`);
  const spec = await answer.json();
  for (const server of spec.servers ?? []) {
    server.url = server.url.replace(/^https?:\/\/[^/]+/, location.origin);
  }
  await customElements.whenDefined("rapi-doc");
  await viewer.loadSpec(spec);
}

choice.addEventListener("change", () => {
  history.replaceState(null, "", `?api=${choice.value}`);
  show(choice.value);
});

const wanted = new URLSearchParams(location.search).get("api");
show(known.includes(wanted) ? wanted : known[0]);
