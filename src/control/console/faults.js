// What goes wrong on purpose in a world: the faults with their counts, and a form that follows the schema of a fault.

import { adjust, place } from './address.js';
import { operations, schemas, titled, useApis } from './apis.js';
import { useCell } from './cell.js';
import { html, useState } from './html.js';
import { Failed, Field, ask, say, useAct } from './parts.js';
import { call, useEvery, useLoad, useNewest, world as at } from './server.js';
import { T, marked, plain, size } from './text.js';

const PRESETS = [
  ['Unavailable', { effect: { status: 503, retryAfter: 2 } }],
  ['Once, then well', { times: 1, effect: { status: 503 } }],
  ['Too many requests', { effect: { rateLimit: { requests: 10, perSeconds: 60 } } }],
  ['Slow', { effect: { delayMs: { min: 500, max: 3000 } } }],
  ['Cut before the answer', { effect: { disconnect: 'beforeResponse' } }],
  ['Cut in the body', { effect: { disconnect: 'midBody' } }],
  ['Half a body', { effect: { truncateBody: 0.5 } }],
  ['Every fifth fails', { probability: 0.2, effect: { status: 500 } }],
];

export function Faults() {
  const { world, query } = useCell(place);
  const [list, load] = useNewest(async () => (await call(`${at(world)}/faults`)).faults);
  const { problem, act } = useAct();
  const apis = useApis();
  useEvery(2000, load, [world]);
  const remove = (id) => act(async () => {
    await call(`${at(world)}/faults/${id}`, { method: 'DELETE' });
    say('Fault removed');
    await load();
  });
  const clear = act(async () => {
    if (!(await ask('Remove all faults', `Every fault of the world ${world} ends.`, 'Remove'))) return;
    await call(`${at(world)}/faults`, { method: 'DELETE' });
    await load();
  });
  const aim = (match) => Object.entries(match ?? {}).map(([name, value]) => html`<span class="tag"><span class="dim">${name}</span> <${T} text=${name === 'api' ? titled(apis, value) : value} max=${80} /></span> `);
  return html`<div class="split even"><section class="list pad" aria-label="Faults">
      <div class="row"><h2>Faults</h2><span class="grow"></span><button type="button" class="small" disabled=${!list?.length} onClick=${clear}>Remove all</button></div>
      <${Failed} problem=${problem} />
      ${list && !list.length && html`<p class="dim">Everything goes right in this world. The first fault that matches a request applies.</p>`}
      <ol class="faults">${(list ?? []).map((one) => html`<li key=${one.id} class="card"><div class="row"><h3><${T} text=${one.name ?? 'unnamed'} max=${80} /></h3><span class="grow"></span><button type="button" class="small" aria-label=${`Remove ${plain(one.name ?? 'unnamed', 60)}`} onClick=${remove(one.id)}>Remove</button></div>
        <p>${Object.keys(one.match ?? {}).length ? aim(one.match) : html`<span class="dim">every request</span>`}</p><p><code><${T} text=${JSON.stringify(one.effect)} max=${200} /></code></p>
        <p class="facts"><span>matched <b>${size(one.matched ?? 0)}</b></span><span>applied <b>${size(one.applied ?? 0)}</b></span>${one.skip > 0 && html`<span>skips ${one.skip}</span>`}${one.times !== null && one.times !== undefined && html`<span>at most ${one.times}×</span>`}${one.probability < 1 && html`<span>${Math.round(one.probability * 100)} %</span>`}</p></li>`)}</ol>
    </section><section class="detail pad" aria-label="New fault"><${Make} key=${world} world=${world} from=${query} done=${load} apis=${apis} /></section></div>`;
}

// The parts of a schema without references, null and alternatives that only allow null.
function plainly(schema, all) {
  if (schema.$ref) return plainly(all[schema.$ref.split('/').at(-1)], all);
  const kinds = schema.anyOf?.filter((one) => one.type !== 'null');
  if (kinds?.length === 1) return plainly(kinds[0], all);
  return schema;
}

const typeOf = (schema) => [schema.type].flat().find((one) => one !== 'null');

function Make({ world, from, done, apis }) {
  const { value: all } = useLoad(schemas, []);
  const [fault, set] = useState(() => ({ match: Object.fromEntries(['api', 'operation', 'method', 'path'].filter((name) => from[name]).map((name) => [name, from[name]])), effect: { status: 503, retryAfter: 2 } }));
  const [hit, show] = useState(null);
  const { busy, problem, act } = useAct();
  const { value: known = [] } = useLoad(() => (fault.match.api ? operations(fault.match.api) : []), [fault.match.api]);
  if (!all) return html`<p class="wait">…</p>`;
  const change = (next) => {
    show(null);
    set(next);
  };
  const send = (dry) => call(`${at(world)}/faults${dry ? '?dryRun=true' : ''}`, { method: 'POST', json: fault });
  const add = act(async () => {
    await send(false);
    show(null);
    adjust({ query: { api: '', operation: '', method: '', path: '' } });
    say('Fault added');
    await done();
  });
  const dry = act(async () => show(await send(true)));
  const properties = (name) => Object.entries(all[name].properties).filter(([, one]) => !one.readOnly);
  const put = (part, name) => (value) => {
    const next = { ...(part ? fault[part] : fault) };
    if (value === undefined || value === '') delete next[name];
    else next[name] = value;
    change(part ? { ...fault, [part]: next } : next);
  };
  return html`<form onSubmit=${add}><h2>New fault</h2>
    <div class="presets" role="group" aria-label="Presets">${PRESETS.map(([name, preset]) => html`<button type="button" class="chip" onClick=${() => change({ name: name.toLowerCase(), match: fault.match, ...preset })}>${name}</button>`)}</div>
    <fieldset><legend>Which requests</legend><div class="fields">${properties('Match').map(([name, schema]) => html`<${Input} key=${name} name=${name} schema=${plainly(schema, all)} all=${all} value=${fault.match[name]} set=${put('match', name)} options=${name === 'operation' && fault.match.api ? known.map((one) => one.id) : null} labels=${name === 'api' ? (one) => titled(apis, one) : null} />`)}</div></fieldset>
    <fieldset><legend>What happens</legend><div class="fields">${properties('Effect').map(([name, schema]) => html`<${Input} key=${name} name=${name} schema=${plainly(schema, all)} all=${all} value=${fault.effect[name]} set=${put('effect', name)} />`)}</div></fieldset>
    <fieldset><legend>When</legend><div class="fields">${properties('Fault').filter(([name]) => name !== 'match' && name !== 'effect').map(([name, schema]) => html`<${Input} key=${name} name=${name} schema=${plainly(schema, all)} all=${all} value=${fault[name]} set=${put(null, name)} />`)}</div></fieldset>
    <${Failed} problem=${problem} />
    ${hit && html`<p class="note" role="status">Of ${size(hit.considered ?? 0)} requests in the journal it would have matched <b>${size(hit.matched)}</b> and been applied to <b>${size(hit.applied ?? hit.matched)}</b>. ${(hit.requests ?? []).slice(0, 20).map((one, i) => html`<a href=${`#/${encodeURIComponent(world)}/request/${one.id ?? one}`}>${i + 1}</a> `)}</p>`}
    <div class="row end"><button type="button" disabled=${busy} onClick=${dry}>Dry run</button><button type="submit" class="primary" disabled=${busy}>Add fault</button></div>
    <details><summary>As JSON</summary><pre tabindex="0">${marked(JSON.stringify(fault, null, 2))}</pre></details></form>`;
}

// One member by its schema: a choice, a number, a text, or the members of an object. Where a schema has several kinds,
// a number may also be an object, such as a delay or a range of delays.
function Input({ name, schema, all, value, set, options, labels }) {
  const kinds = schema.anyOf?.filter((one) => one.type !== 'null').map((one) => plainly(one, all));
  const object = kinds?.find((one) => typeOf(one) === 'object') ?? (typeOf(schema) === 'object' ? schema : null);
  const single = kinds?.find((one) => typeOf(one) !== 'object') ?? (object ? null : schema);
  const hint = schema.description?.replaceAll('`', '') ?? '';
  const choices = options ?? single?.enum?.filter((one) => one !== null);
  const numeric = single && ['integer', 'number'].includes(typeOf(single));
  const inner = value && typeof value === 'object' ? value : {};
  const within = (key) => (one) => {
    const next = { ...inner };
    if (one === undefined) delete next[key];
    else next[key] = one;
    set(Object.keys(next).length ? next : undefined);
  };
  return html`${single && html`<${Field} label=${name}>${choices ? html`<select value=${typeof value === 'object' ? '' : (value ?? '')} onChange=${(event) => set(event.target.value || undefined)}><option value="">–</option>${choices.map((one) => html`<option value=${one}>${labels ? labels(one) : one}</option>`)}</select>` : html`<input class="mono" type=${numeric ? 'number' : 'text'} step=${typeOf(single) === 'number' ? 'any' : undefined} min=${single.minimum} max=${single.maximum} placeholder=${hint} title=${hint} value=${typeof value === 'object' ? '' : (value ?? '')} onInput=${(event) => set(event.target.value === '' ? undefined : numeric ? Number(event.target.value) : event.target.value)} />`}<//>`}
    ${object && Object.entries(object.properties).map(([key, one]) => html`<${Field} key=${key} label=${`${name}.${key}`}><input class="mono" type="number" min=${one.minimum} max=${one.maximum} value=${inner[key] ?? ''} onInput=${(event) => within(key)(event.target.value === '' ? undefined : Number(event.target.value))} /><//>`)}`;
}
