// Whether the twin answers as a recording of the real service does: the causes of what differs, both sides of each, and
// the list of accepted causes, which `usertwin drift --accept` reads.

import { cell, useCell } from './cell.js';
import { html, useState } from './html.js';
import { Failed, Field, opened, save, say, useAct } from './parts.js';
import { call } from './server.js';
import { T, marked, plain, several, size } from './text.js';

// Kept while other pages are looked at; an archive never leaves this page but for this server.
const kept = cell({ archive: null, accepted: [], report: null });

const wrong = (what) => Object.assign(new Error(what), { status: 'This file' });

export function Drift() {
  const { archive, accepted, report } = useCell(kept);
  const [chosen, choose] = useState(null);
  const { busy, problem, act } = useAct();
  const replay = async (next) => {
    const sent = { ...next.archive, accepted: next.accepted };
    kept.set({ ...next, report: await call('/drift', { method: 'POST', json: sent }) });
  };
  const read = async () => {
    const text = await opened('.har,.json,application/json');
    if (text === null) return null;
    try {
      return JSON.parse(text.replace(/^\ufeff/, ''));
    } catch (error) {
      throw wrong(`is no JSON: ${error.message}`);
    }
  };
  const open = act(async () => {
    const value = await read();
    if (value === null) return;
    if (!value?.log) throw wrong('is no HTTP Archive: it has no log.');
    await replay({ archive: { log: value.log }, accepted });
    choose(null);
  });
  const list = act(async () => {
    const value = await read();
    if (value === null) return;
    if (!Array.isArray(value)) throw wrong('is no list of accepted causes.');
    if (archive) await replay({ archive, accepted: value });
    else kept.set({ archive, accepted: value, report });
  });
  const accept = async (entry) => {
    await replay({ archive, accepted: [...accepted.filter((one) => one.cause !== entry.cause), entry] });
    say('Cause accepted');
  };
  const withdraw = act(async () => replay({ archive, accepted: accepted.filter((one) => one.cause !== cause.cause) }));
  const cause = report?.causes.find((one) => one.cause === chosen) ?? report?.causes[0];
  return html`<div class="split even"><section class="list pad" aria-label="Causes">
      <div class="row"><h2>Drift</h2><span class="grow"></span>
        <button type="button" class="primary" disabled=${busy} onClick=${open}>Open a recording</button><button type="button" disabled=${busy} onClick=${list}>Open accepted causes</button><button type="button" disabled=${!accepted.length} onClick=${() => save('accepted.json', `${JSON.stringify(accepted, null, 2)}\n`)}>Download accepted causes</button></div>
      <${Failed} problem=${problem} />
      ${busy && html`<p class="wait" role="status">Replaying…</p>`}
      ${!report && html`<p class="note">A recording (HAR) of the real service is replayed on this server’s seed, and what differs is grouped by cause. Chromium, Firefox, mitmproxy and <code>requests.har</code> write such files.</p>`}
      ${report && html`<${Summary} report=${report} />
        <ol class="faults">${report.causes.map((one) => html`<li key=${one.cause} class="card"><div class="row"><h3><${T} text=${one.cause} max=${160} /></h3><span class="grow"></span>${one.accepted && html`<span class="tag">accepted</span>`}<button type="button" class="small" aria-pressed=${one === cause} aria-label=${`Show ${plain(one.cause, 120)}`} onClick=${() => choose(one.cause)}>Show</button></div>
          <p class="facts"><span><b>${several(one.exchanges.length, 'exchange')}</b></span><span>${several(one.routes.length, 'route')}</span>${one.setting && html`<span>explained by <code><${T} text=${one.setting} max=${80} /></code></span>`}</p></li>`)}</ol>
        ${report.outOfDate.map((one) => html`<p class="failed"><${T} text=${one} max=${400} /></p>`)}
        ${report.notCompared.length > 0 && html`<details><summary>${size(report.notCompared.length)} not compared</summary><ul>${report.notCompared.slice(0, 200).map((one) => html`<li><${T} text=${one} max=${200} /></li>`)}</ul></details>`}
        <details><summary>No difference, by rule</summary><ul>${report.rules.map((one) => html`<li>${one}</li>`)}</ul></details>`}
    </section><section class="detail pad" aria-label="Cause">${cause && html`<${Sides} key=${cause.cause} cause=${cause} accept=${accept} withdraw=${withdraw} />`}</section></div>`;
}

const Summary = ({ report }) => html`<p role="status" class=${report.drift ? 'status s4' : 'status s2'}>${report.compared ? `${several(report.compared, 'exchange')} compared: ${size(report.same)} the same, ${several(report.causes.length, 'cause')}` : 'Nothing was compared: no exchange belongs to one of the APIs'}</p>`;

function Sides({ cause, accept, withdraw }) {
  const [reason, setReason] = useState('');
  const [until, setUntil] = useState('');
  const { busy, problem, act } = useAct();
  const send = act(() => accept({ cause: cause.cause, reason: reason.trim(), ...(until && { until }) }));
  return html`<article><h2><${T} text=${cause.cause} max=${300} /></h2>
    <p class="facts"><span>exchanges <b>${cause.exchanges.slice(0, 12).map((one) => `#${one}`).join(' ')}${cause.exchanges.length > 12 ? ' …' : ''}</b></span></p>
    <ul>${cause.routes.map((one) => html`<li><code><${T} text=${one} max=${160} /></code></li>`)}</ul>
    ${cause.setting && html`<p class="note">Gone with <code>usertwin serve <${T} text=${cause.setting} max=${80} /></code></p>`}
    <h3>There</h3><pre tabindex="0" role="region" aria-label="There">${marked(cause.example.there)}</pre>
    <h3>Here</h3><pre tabindex="0" role="region" aria-label="Here">${marked(cause.example.here)}</pre>
    <${Failed} problem=${problem} />
    ${cause.accepted ? html`<div class="row end"><button type="button" onClick=${withdraw}>Accept no longer</button></div>` : html`<form onSubmit=${send}><${Field} label="Reason"><input required value=${reason} onInput=${(event) => setReason(event.target.value)} /><//><${Field} label="Accepted until" hint="no day: for good"><input type="date" value=${until} onInput=${(event) => setUntil(event.target.value)} /><//>
      <div class="row end"><button type="submit" class="primary" disabled=${busy || !reason.trim()}>Accept</button></div></form>`}</article>`;
}
