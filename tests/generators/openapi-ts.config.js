// One client per document that the script lists in APIS.
export default process.env.APIS.split(" ").map((api) => ({
  input: `./documents/${api}.json-only.json`,
  output: { path: `./hey/${api.replace("-", "_")}`, module: { extension: ".js" } },
}));
