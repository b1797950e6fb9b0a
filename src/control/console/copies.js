// A recorded request as text for other tools, and as a verification for a test. Values that the journal masks stay
// masked, except the token, which the reader names.

import { header, raw } from './bodies.js';

// What the tools set themselves.
const OWN = /^(host|content-length|connection|accept-encoding|user-agent|transfer-encoding|expect|keep-alive|te|upgrade|origin|referer|cookie|priority|sec-.*|x-forwarded-.*|forwarded)$/i;

export const headersOf = (entry, token) =>
  entry.request.headers.filter(([name]) => !OWN.test(name)).map(([name, value]) => [name, token ? value.replace('***', token) : value]);

export const pathOf = (entry) => entry.path + (entry.query ? `?${entry.query}` : '');

const urlOf = (entry, base) => base + pathOf(entry);
const text = (entry) => entry.request.body?.text;
const base64 = (entry) => entry.request.body?.base64;
const quoted = (value) => JSON.stringify(value).replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);

function http(entry, base, token) {
  const head = [`${entry.method} ${urlOf(entry, base)}`, ...headersOf(entry, token).map(([name, value]) => `${name}: ${value}`)].join('\n');
  if (base64(entry)) return `${head}\n\n# The body is binary: save these bytes in body.bin.\n# ${base64(entry)}\n< ./body.bin\n`;
  return `${head}\n${text(entry) ? `\n${text(entry)}\n` : ''}`;
}

function hurl(entry, base, token) {
  const head = [`${entry.method} ${urlOf(entry, base)}`, ...headersOf(entry, token).map(([name, value]) => `${name}: ${value}`)].join('\n');
  const body = base64(entry) ? `\nbase64,${base64(entry)};` : text(entry) ? (text(entry).includes('```') ? `\nbase64,${btoa(String.fromCharCode(...raw(entry.request.body)))};` : `\n\`\`\`\n${text(entry)}\n\`\`\``) : '';
  return `${head}${body}\nHTTP ${entry.status || '*'}\n`;
}

function har(entry, base, token) {
  const pairs = (list) => list.map(([name, value]) => ({ name, value }));
  const content = (message) => {
    const body = message?.body;
    const mimeType = header(message, 'content-type') || 'x-unknown';
    if (!body) return { size: 0, mimeType };
    return { size: body.bytes ?? raw(body).length, mimeType, text: body.text ?? body.base64, ...(body.base64 === undefined ? {} : { encoding: 'base64' }) };
  };
  const body = entry.request.body;
  const request = {
    method: entry.method, url: urlOf(entry, base), httpVersion: 'HTTP/1.1', cookies: [], headers: pairs(headersOf(entry, token)),
    queryString: pairs([...new URLSearchParams(entry.query ?? '')]), headersSize: -1, bodySize: body ? raw(body).length : 0,
    ...(body ? { postData: { mimeType: header(entry.request, 'content-type'), text: body.text ?? body.base64 } } : {}),
  };
  const response = {
    status: entry.status ?? 0, statusText: '', httpVersion: 'HTTP/1.1', cookies: [], headers: pairs(entry.response?.headers ?? []),
    content: content(entry.response), redirectURL: header(entry.response, 'location'), headersSize: -1, bodySize: -1,
  };
  const one = { startedDateTime: entry.at, time: entry.durationMs ?? 0, request, response, cache: {}, timings: { send: 0, wait: entry.durationMs ?? 0, receive: 0 } };
  return JSON.stringify({ log: { version: '1.2', creator: { name: 'usertwin', version: '1' }, entries: [one] } }, null, 2);
}

function csharp(entry, base, token) {
  const list = headersOf(entry, token);
  const type = list.find(([name]) => /^content-type$/i.test(name))?.[1];
  const out = ['using var client = new HttpClient();', `using var request = new HttpRequestMessage(new HttpMethod(${quoted(entry.method)}), ${quoted(urlOf(entry, base))});`];
  for (const [name, value] of list) if (!/^content-/i.test(name)) out.push(`request.Headers.TryAddWithoutValidation(${quoted(name)}, ${quoted(value)});`);
  if (entry.request.body) {
    out.push(base64(entry) ? `request.Content = new ByteArrayContent(Convert.FromBase64String(${quoted(base64(entry))}));` : `request.Content = new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(${quoted(text(entry))}));`);
    if (type) out.push(`request.Content.Headers.TryAddWithoutValidation("Content-Type", ${quoted(type)});`);
  }
  out.push('using var response = await client.SendAsync(request);', 'Console.WriteLine((int)response.StatusCode);', 'Console.WriteLine(await response.Content.ReadAsStringAsync());');
  return out.join('\n');
}

function python(entry, base, token) {
  const body = base64(entry) ? `base64.b64decode(${quoted(base64(entry))})` : text(entry) ? `${quoted(text(entry))}.encode()` : 'None';
  const list = headersOf(entry, token).map(([name, value]) => `        ${quoted(name)}: ${quoted(value)},`).join('\n');
  return `${base64(entry) ? 'import base64\n' : ''}import urllib.error\nimport urllib.request\n\nrequest = urllib.request.Request(\n    ${quoted(urlOf(entry, base))},\n    method=${quoted(entry.method)},\n    data=${body},\n    headers={\n${list}\n    },\n)\ntry:\n    answer = urllib.request.urlopen(request)\nexcept urllib.error.HTTPError as refused:\n    answer = refused\nprint(answer.status, answer.read().decode())\n`;
}

function js(entry, base, token) {
  const list = headersOf(entry, token).map(([name, value]) => `    ${quoted(name)}: ${quoted(value)},`).join('\n');
  const body = base64(entry) ? `  body: Uint8Array.from(atob(${quoted(base64(entry))}), (c) => c.charCodeAt(0)),\n` : text(entry) ? `  body: ${quoted(text(entry))},\n` : '';
  return `const response = await fetch(${quoted(urlOf(entry, base))}, {\n  method: ${quoted(entry.method)},\n  headers: {\n${list}\n  },\n${body}});\nconsole.log(response.status, await response.text());\n`;
}

// curl is the server's own.
export const FORMS = [['curl', 'curl'], ['http', '.http', http], ['hurl', 'Hurl', hurl], ['csharp', 'C# HttpClient', csharp], ['python', 'Python', python], ['fetch', 'fetch', js], ['har', 'HAR', har]];

export const matchOf = (entry) => (entry.operation ? { api: entry.api, operation: entry.operation } : { method: entry.method, path: entry.path });

const pairs = (match, write) => Object.entries(match).map(([name, value]) => write(name, quoted(value))).join(', ');

// The same expectation in the words of each test kit: this request, once.
export const VERIFICATIONS = [
  ['pytest', 'pytest', (match) => `def test_asks_once(usertwin):\n    ...  # what your client does, at usertwin.url\n    usertwin.verify(${pairs(match, (name, value) => `${name}=${value}`)}, exactly=1)\n`],
  ['node', 'Node', (match) => `import { test } from 'usertwin/node-test';\n\ntest('asks once', async ({ usertwin }) => {\n  // What your client does, at usertwin.url.\n  await usertwin.verify({ exactly: 1, ${pairs(match, (name, value) => `${name}: ${value}`)} });\n});\n`],
  ['junit', 'JUnit', (match) => `import dev.usertwin.junit.*;\nimport org.junit.jupiter.api.Test;\n\n@Usertwin\nclass AsksOnceTest {\n    @Test\n    void asksOnce(World world) {\n        // What your client does, at world.url().\n        world.verify(Match.any().${pairs(match, (name, value) => `${name}(${value})`).replaceAll('), ', ').')}, Times.exactly(1));\n    }\n}\n`],
  ['go', 'Go', (match) => `func TestAsksOnce(t *testing.T) {\n\tworld := usertwintest.World(t)\n\t// What your client does, at world.URL.\n\tworld.Verify(usertwintest.Match{${pairs(match, (name, value) => `${name === 'api' ? 'API' : name[0].toUpperCase() + name.slice(1)}: ${value}`)}}, usertwintest.Exactly(1))\n}\n`],
  ['curl', 'curl', (match, control, world) => `curl -fsS '${control}/worlds/${world}/verify' \\\n  -H 'Content-Type: application/json' \\\n  -d '${JSON.stringify({ match, times: { exactly: 1 } }).replaceAll("'", "'\\''")}'\n`],
];
