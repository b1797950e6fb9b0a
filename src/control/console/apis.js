// The APIs that this server emulates, as it lists them, and what their OpenAPI documents say. A fifth API appears here
// by itself.

import { callOnce, useLoad } from './server.js';

// Name, title, document and base addresses of each API.
export const listed = async () => (await callOnce('/apis')).apis;
export const openapi = (name) => callOnce(`/openapi/${name}.json`);
export const schemas = async () => (await openapi('control')).components.schemas;

export const useApis = () => useLoad(listed, []).value ?? [];

export const titled = (apis, name) => apis.find((api) => api.name === name)?.title ?? name;

// The operations of an API: id, method, path, summary, media types of its answers, an example body.
export async function operations(name) {
  const api = (await listed()).find((one) => one.name === name);
  if (!api) return [];
  const described = await openapi(api.document);
  const follow = (one) => (one?.$ref ? one.$ref.slice(2).split('/').reduce((at, key) => at?.[key.replace(/~1/g, '/')], described) : one);
  return Object.entries(described.paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([, one]) => one?.operationId)
      .map(([method, one]) => {
        const good = Object.entries(one.responses ?? {}).find(([status]) => status.startsWith('2'))?.[1];
        const parameters = [...(item.parameters ?? []), ...(one.parameters ?? [])].map(follow);
        return {
          id: one.operationId,
          method: method.toUpperCase(),
          path,
          summary: one.summary ?? '',
          formats: Object.keys(follow(good)?.content ?? {}),
          takes: Object.entries(follow(one.requestBody)?.content ?? {}).map(([type, content]) => ({ type, example: example(content, follow) })),
          parameters,
        };
      }),
  );
}

function example(content, follow) {
  if (content.example !== undefined) return content.example;
  const first = Object.values(content.examples ?? {})[0];
  return follow(first)?.value ?? follow(content.schema)?.example;
}

// The path of an operation with the examples of its parameters filled in.
export function filled(operation) {
  const value = (one) => one.example ?? Object.values(one.examples ?? {})[0]?.value ?? one.schema?.example ?? one.schema?.default;
  return operation.path.replace(/\{(\w+)\}/g, (whole, name) => {
    const found = operation.parameters.find((one) => one.in === 'path' && one.name === name);
    return value(found ?? {}) ?? whole;
  });
}

// A request to each API that changes nothing: the first GET whose path the examples fill.
export const firsts = async () =>
  Promise.all((await listed()).map(async (api) => ({ ...api, first: (await operations(api.name)).filter((one) => one.method === 'GET').map(filled).find((path) => !path.includes('{')) })));
