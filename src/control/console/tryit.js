// Sending a first request: an operation of any API, filled in with the examples of its document.

import { adjust, place } from './address.js';
import { filled, operations, useApis } from './apis.js';
import { useCell } from './cell.js';
import { Composer } from './composer.js';
import { html } from './html.js';
import { Failed } from './parts.js';
import { CONTROL, query as asking, useLoad } from './server.js';
import { T } from './text.js';

export function TryIt() {
  const { world, query } = useCell(place);
  const apis = useApis();
  const api = apis.find((one) => one.name === query.api) ?? apis[0];
  const { value: list, problem } = useLoad(() => (api ? operations(api.name) : []), [api?.name]);
  const operation = list?.find((one) => one.id === query.operation) ?? list?.find((one) => one.method === 'GET') ?? list?.[0];
  const docs = (one) => `${CONTROL}/docs${asking({ api: one, world, operation: one === api?.document ? operation?.id : '' })}`;
  return html`<div class=${`split narrow ${query.operation ? 'has-detail' : ''}`}><section class="list" aria-label="Operations">
      <div class="filters"><select aria-label="API" class="grow" value=${api?.name ?? ''} onChange=${(event) => adjust({ query: { api: event.target.value, operation: '' } })}>${apis.map((one) => html`<option value=${one.name}>${one.title}</option>`)}</select></div>
      <${Failed} problem=${problem} />
      <ul class="names">${(list ?? []).map((one) => html`<li key=${one.id}><a href=${`#/${encodeURIComponent(world)}/try${asking({ api: api.name, operation: one.id })}`} aria-current=${one === operation ? 'true' : undefined}><span><b class=${`m m-${one.method.toLowerCase()}`}>${one.method}</b> <b>${one.id}</b></span><span class="dim">${one.summary}</span></a></li>`)}</ul>
    </section><section class="detail" aria-label="Request to send"><a class="back" href=${`#/${encodeURIComponent(world)}/try${asking({ api: api?.name })}`}>← Operations</a>
      ${operation && html`<article class="pad"><h2>${operation.summary || operation.id}</h2><p class="facts"><code>${operation.method} ${operation.path}</code><a href=${docs(api.document)}>Its documentation</a></p><${Composer} key=${`${world} ${operation.id}`} world=${world} first=${draft(operation)} /></article>`}
      <p class="pad dim">Documents with a form for every operation: ${apis.map((one) => html`<a href=${docs(one.document)}>${one.title}</a> · `)}<a href=${docs('control')}>Control API</a></p>
    </section></div>`;
}

function draft(operation) {
  const takes = operation.takes.find((one) => one.example !== undefined) ?? operation.takes[0];
  const headers = ['Authorization: Bearer good', ...(operation.formats.length ? [`Accept: ${operation.formats[0]}`] : []), ...(takes ? [`Content-Type: ${takes.type}`] : [])];
  const body = takes?.example === undefined ? '' : typeof takes.example === 'string' ? takes.example : JSON.stringify(takes.example, null, 2);
  return { method: operation.method, path: filled(operation), headers: headers.join('\n'), body, binary: null };
}
