// A request that is sent from the page itself, to a world of this server.

import { address } from './address.js';
import { Pretty, raw } from './bodies.js';
import { headersOf, pathOf } from './copies.js';
import { html, useState } from './html.js';
import { Failed, Field, useAct } from './parts.js';
import { call, world as at } from './server.js';
import { lasted } from './text.js';

// A recorded request as the composer's first contents.
export const composed = (entry) => ({
  method: entry.method,
  path: pathOf(entry),
  headers: headersOf(entry, 'good').map(([name, value]) => `${name}: ${value}`).join('\n'),
  body: entry.request.body?.text ?? '',
  binary: entry.request.body?.base64 ? raw(entry.request.body) : null,
});

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

export function Composer({ world, first, masked }) {
  const [draft, set] = useState(first);
  const [answer, show] = useState(null);
  const { busy, problem, act } = useAct();
  const edit = (name) => (event) => set({ ...draft, [name]: event.target.value });
  const send = act(async () => {
    show(null);
    const headers = new Headers();
    for (const line of draft.headers.split('\n')) {
      const [, name, value] = line.match(/^([^:]+):\s*(.*)$/) ?? [];
      if (name) headers.append(name.trim(), value);
    }
    const from = performance.now();
    const bare = draft.method === 'GET' || draft.method === 'HEAD';
    const prefix = world === 'main' ? '' : `/w/${encodeURIComponent(world)}`;
    const body = bare ? undefined : draft.binary ?? (draft.body || undefined);
    let response;
    try {
      response = await fetch(location.origin + prefix + draft.path, { method: draft.method, headers, body, redirect: 'manual', cache: 'no-store', credentials: 'omit' });
    } catch (error) {
      throw new Error(`No answer: the connection was cut, or the browser refused the request (${error.message}).`);
    }
    const type = response.headers.get('content-type') ?? '';
    const bytes = new Uint8Array(await response.arrayBuffer().catch(() => new ArrayBuffer(0)));
    const ms = performance.now() - from;
    const binary = /bson|octet|image/.test(type);
    const shown = binary ? { base64: btoa(Array.from(bytes, (b) => String.fromCharCode(b)).join('')) } : { text: new TextDecoder().decode(bytes) };
    const latest = await call(`${at(world)}/requests/latest`).catch(() => null);
    show({ status: response.status, type, ms, body: bytes.length ? shown : null, id: latest?.id, notes: latest?.advice ?? [] });
  });
  return html`<form class="composer" onSubmit=${send}>
    <div class="row"><select aria-label="Method" value=${draft.method} onChange=${edit('method')}>${[...new Set([...METHODS, draft.method])].map((one) => html`<option>${one}</option>`)}</select><input class="grow mono" aria-label="Path" value=${draft.path} onInput=${edit('path')} /><button type="submit" class="primary" disabled=${busy}>${busy ? 'Sending…' : 'Send'}</button></div>
    <${Field} label="Headers"><textarea class="mono" rows=${Math.min(Math.max(draft.headers.split('\n').length, 2), 8)} spellcheck=${false} value=${draft.headers} onInput=${edit('headers')}></textarea><//>
    ${draft.binary ? html`<p class="note">The body is binary, ${draft.binary.length} bytes, and is sent as it was. <button type="button" class="link" onClick=${() => set({ ...draft, binary: null })}>Write another one</button></p>` : draft.method !== 'GET' && draft.method !== 'HEAD' && html`<${Field} label="Body"><textarea class="mono" rows=${Math.min(Math.max(draft.body.split('\n').length, 4), 16)} spellcheck=${false} value=${draft.body} onInput=${edit('body')}></textarea><//>`}
    ${masked && html`<p class="note">Masked values (***) are sent as they stand here; write the real ones first.</p>`}
    <${Failed} problem=${problem} />
    ${answer && html`<section class="answer" aria-label="Answer"><p class="facts" role="status"><b class=${`status s${String(answer.status)[0]}`}>${answer.status || 'redirect'}</b><span>${answer.type}</span><span>${lasted(answer.ms)}</span>${answer.notes.length > 0 && html`<span class="advice-count">${answer.notes.length} advice</span>`}${answer.id && html`<a href=${address({ world, page: 'request', id: answer.id })}>Its entry in the journal</a>`}</p>${answer.body ? html`<${Pretty} body=${answer.body} type=${answer.type} />` : html`<p class="none">No body</p>`}</section>`}
  </form>`;
}
