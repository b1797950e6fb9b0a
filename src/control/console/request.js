// One request: what was sent and answered, why that format, what it changed, what the real service would not have told,
// and the same request as text for other tools.

import { address, adjust, place } from './address.js';
import { operations, titled, useApis } from './apis.js';
import { Body, VIEWS, header } from './bodies.js';
import { useCell } from './cell.js';
import { Composer, composed } from './composer.js';
import { FORMS, VERIFICATIONS, matchOf, pathOf } from './copies.js';
import { html, useState } from './html.js';
import { Changes, Copy, Failed, Lines, Tabs, copy, save, say } from './parts.js';
import { CONTROL, call, callOnce, useLoad, world as at } from './server.js';
import { T, day, lasted } from './text.js';

const TABS = [['exchange', 'Exchange'], ['headers', 'Headers'], ['format', 'Negotiation'], ['changes', 'Changes'], ['again', 'Send again'], ['copy', 'Copy as'], ['verify', 'Verify']];

export async function copyCurl(entry) {
  try {
    await copy(await call(`${at(entry.world)}/requests/${entry.id}/curl`), 'curl command');
  } catch (problem) {
    say(problem.message);
  }
}

export const baseOf = (world) => location.origin + (world === 'main' ? '' : `/w/${world}`);

export function RequestPage() {
  const { world, id, query } = useCell(place);
  return html`<section class="page detail" aria-label="Request"><a class="back always" href=${address({ world, page: 'live', id: id === 'latest' ? '' : id })}>← Requests</a><${Request} key=${id} world=${query.of || world} id=${id || 'latest'} /></section>`;
}

export function Request({ world, id, beside }) {
  const { value: entry, problem } = useLoad(() => call(`${at(world)}/requests/${encodeURIComponent(id)}`), [world, id]);
  const apis = useApis();
  const { query } = useCell(place);
  if (problem) return html`<${Failed} problem=${problem} />`;
  if (!entry) return html`<p class="wait">…</p>`;
  const tab = TABS.some(([key]) => key === query.tab) ? query.tab : 'exchange';
  const view = VIEWS.some(([key]) => key === query.view) ? query.view : 'pretty';
  const fault = address({ world, page: 'faults', query: { ...matchOf(entry) } });
  return html`<article class="request">
    <header>
      <h2><b class=${`m m-${entry.method.toLowerCase()}`}><${T} text=${entry.method} max=${20} /></b> <code><${T} text=${pathOf(entry)} max=${500} /></code></h2>
      <p class="facts"><b class=${`status s${String(entry.status ?? 0)[0]}`}>${entry.status || 'connection cut'}</b><span>${entry.api ? titled(apis, entry.api) : 'no API'}</span><span>${entry.operation ? html`<code>${entry.operation}</code>` : 'no operation'}</span><span>${lasted(entry.durationMs)}</span><span>${day(entry.at)}</span><span>world ${entry.world}</span></p>
      <p class="row actions"><button type="button" onClick=${() => copyCurl(entry)}>Copy as curl</button><button type="button" onClick=${() => adjust({ query: { tab: 'again' } })}>Send again</button><a class="button" href=${fault}>Make a fault</a><button type="button" onClick=${() => adjust({ query: { tab: 'verify' } })}>Make a verification</button>${beside && html`<a class="button" href=${address({ world, page: 'request', id: entry.id, query: { tab: query.tab, view: query.view } })}>Open</a>`}</p>
    </header>
    ${entry.fault && html`<div class="card warn"><h3>Fault applied: <${T} text=${entry.fault.name ?? 'unnamed'} max=${80} /></h3><code><${T} text=${JSON.stringify(entry.fault.effect ?? entry.fault)} /></code></div>`}
    ${entry.advice.map((note) => html`<${Advice} note=${note} />`)}
    <${Tabs} label="Parts of the request" items=${TABS} value=${tab} onPick=${(key) => adjust({ query: { tab: key === 'exchange' ? '' : key } })} />
    <div role="tabpanel" aria-label=${TABS.find(([key]) => key === tab)[1]}>
      ${tab === 'exchange' && html`<div class="row views"><${Tabs} label="Form of the bodies" items=${VIEWS} value=${view} onPick=${(key) => adjust({ query: { view: key === 'pretty' ? '' : key } })} /></div><div class="sides"><${Side} title="Request" message=${entry.request} view=${view} /><${Side} title="Response" message=${entry.response} view=${view} /></div>`}
      ${tab === 'headers' && html`<div class="sides"><${Headers} title="Request" message=${entry.request} /><${Headers} title="Response" message=${entry.response} /></div>`}
      ${tab === 'format' && html`<${Negotiation} entry=${entry} />`}
      ${tab === 'changes' && html`<${Changed} entry=${entry} />`}
      ${tab === 'again' && html`<${Composer} key=${entry.id} world=${world} first=${composed(entry)} masked=${/\*\*\*/.test(entry.request.body?.text ?? '')} />`}
      ${tab === 'copy' && html`<${Copies} entry=${entry} />`}
      ${tab === 'verify' && html`<${Verify} entry=${entry} />`}
    </div>
  </article>`;
}

const Side = ({ title, message, view }) => html`<section class="side" aria-label=${title}><h3>${title} <small><${T} text=${header(message, 'content-type')} max=${100} /></small></h3><${Body} message=${message} view=${view} /></section>`;

const Headers = ({ title, message }) => html`<section class="side" aria-label=${`${title} headers`}><h3>${title}</h3>${message?.headers?.length ? html`<table class="form"><thead><tr><th scope="col">Name</th><th scope="col">Value</th></tr></thead><tbody>${message.headers.slice(0, 200).map(([name, value]) => html`<tr><td><code><${T} text=${name} max=${100} /></code></td><td><code><${T} text=${value} max=${2000} /></code></td></tr>`)}</tbody></table>` : html`<p class="none">No headers</p>`}</section>`;

// The text about a kind of advice, from the page that documents them all.
async function explained(code) {
  const parts = (await callOnce('/console/advice.md')).split(/^### /m).slice(1);
  return parts.find((part) => part.match(/`([^`]+)`/)?.[1] === code)?.replace(/^.*\n+/, '').split(/\n+```|\n+## /)[0].trim();
}

function Advice({ note }) {
  const { value } = useLoad(() => explained(note.code), [note.code]);
  return html`<div class="card warn advice"><h3><code><${T} text=${note.code} /></code></h3><p><${T} text=${note.message} max=${600} /></p>${value && html`<details><summary>What the real service does</summary><p>${value.replaceAll('`', '')}</p></details>`}</div>`;
}

// The ranges of an Accept header, the wanted ones first.
const ranges = (accept) =>
  accept.split(',').map((part, i) => {
    const [range, ...rest] = part.split(';').map((one) => one.trim());
    const q = rest.map((one) => one.match(/^q=([\d.]+)/i)?.[1]).find(Boolean);
    return { range: range.toLowerCase(), q: q === undefined ? 1 : Number(q), i };
  }).filter((one) => one.range).sort((a, b) => b.q - a.q || a.i - b.i);

const fits = (range, type) => range === '*/*' || range === type || (range.endsWith('/*') && type.startsWith(range.slice(0, -1)));

function Negotiation({ entry }) {
  const { value = [] } = useLoad(() => (entry.api ? operations(entry.api) : []), [entry.api]);
  const formats = value.find((one) => one.id === entry.operation)?.formats ?? [];
  const accept = header(entry.request, 'accept');
  const sent = header(entry.response, 'content-type').split(';')[0].toLowerCase();
  const asked = ranges(accept);
  const won = asked.find((one) => one.q > 0 && sent && fits(one.range, sent));
  const note = entry.advice.find((one) => one.code.startsWith('negotiation.'));
  const why = entry.negotiation?.because ?? note?.message ?? (!sent ? 'The answer has no body to choose a format for.' : !accept ? `No Accept header was sent: the API’s own choice, ${sent}.` : won ? `${sent} is the first format of this API that ${won.range} admits.` : `Nothing in Accept names ${sent}: the API fell back to its own choice.`);
  return html`<dl class="pairs"><dt>Answered as</dt><dd><code><${T} text=${header(entry.response, 'content-type') || 'no content type'} /></code></dd><dt>Because</dt><dd><${T} text=${why} max=${500} /></dd>
      <dt>Body read as</dt><dd><code><${T} text=${header(entry.request, 'content-type') || (entry.request.body ? 'no content type' : 'no body')} /></code></dd>
      ${formats.length > 0 && html`<dt>Formats offered</dt><dd>${formats.map((one) => html`<code class=${one === sent ? 'tag on' : 'tag'}>${one}</code> `)}</dd>`}</dl>
    ${asked.length > 0 && html`<table class="form"><caption>Accept, the most wanted first</caption><thead><tr><th scope="col">Range</th><th scope="col">q</th><th scope="col">Formats it admits</th></tr></thead><tbody>${asked.slice(0, 50).map((one) => html`<tr class=${one === won ? 'won' : ''}><td><code><${T} text=${one.range} max=${80} /></code></td><td>${one.q}</td><td>${formats.filter((type) => fits(one.range, type)).join(', ') || html`<span class="dim">none</span>`}${one === won && html` <b>chosen</b>`}</td></tr>`)}</tbody></table>`}`;
}

function Changed({ entry }) {
  const { value, problem } = useLoad(() => call(`${at(entry.world)}/requests/${entry.id}/diff`), [entry.id]);
  if (problem) return html`<${Failed} problem=${problem} />`;
  if (!value) return html`<p class="wait">…</p>`;
  return value.known === false ? html`<p class="dim">${value.why}</p>` : html`<${Changes} diff=${value} />`;
}

function Copies({ entry }) {
  const { query } = useCell(place);
  const [token, setToken] = useState('good');
  const form = FORMS.find(([key]) => key === query.as) ?? FORMS[0];
  const { value: curl } = useLoad(() => call(`${at(entry.world)}/requests/${entry.id}/curl`), [entry.id]);
  const text = form[2] ? form[2](entry, baseOf(entry.world), token) : (curl ?? '').replace('Bearer ***', token ? `Bearer ${token}` : 'Bearer ***');
  return html`<div class="row"><${Tabs} label="Form" items=${FORMS} value=${form[0]} onPick=${(key) => adjust({ query: { as: key } })} /></div>
    <div class="row"><label class="inline">Token <input class="short" value=${token} onInput=${(event) => setToken(event.target.value)} /></label><span class="grow"></span><${Copy} text=${text} what=${form[1]} />${form[0] === 'har' && html`<button type="button" class="small" onClick=${() => save('request.har', text)}>Download</button>`}</div><${Lines} text=${text.slice(0, 100000)} />`;
}

function Verify({ entry }) {
  const { query } = useCell(place);
  const form = VERIFICATIONS.find(([key]) => key === query.kit) ?? VERIFICATIONS[0];
  const match = matchOf(entry);
  const text = form[2](match, location.origin + CONTROL.replace(/^\/w\/[^/]+/, ''), entry.world);
  const { value } = useLoad(() => call(`${at(entry.world)}/verify`, { method: 'POST', json: { match, times: { exactly: 1 } } }), [entry.id]);
  return html`<div class="row"><${Tabs} label="Language" items=${VERIFICATIONS} value=${form[0]} onPick=${(key) => adjust({ query: { kit: key } })} /><span class="grow"></span><${Copy} text=${text} what=${`verification for ${form[1]}`} /></div><${Lines} text=${text} />
    ${value && html`<p class="note"><b class=${value.satisfied ? 's2' : 's4'}>${value.satisfied ? 'Satisfied now' : 'Not satisfied now'}</b> <${T} text=${value.message} max=${400} /></p>`}`;
}
