// The clock of a world: freeze it, move it, let it go; and what expires when.

import { place } from './address.js';
import { useCell } from './cell.js';
import { html, useEffect, useState } from './html.js';
import { Failed, say, useAct } from './parts.js';
import { call, useEvery, useLoad, useNewest, world as at } from './server.js';
import { T, day } from './text.js';

const STEPS = [['PT1M', '+1 minute'], ['PT1H', '+1 hour'], ['P1D', '+1 day'], ['P30D', '+30 days'], ['-PT1H', '−1 hour']];

function until(ms) {
  const past = ms < 0;
  const s = Math.abs(ms) / 1000;
  const text = s < 90 ? `${Math.round(s)} s` : s < 5400 ? `${Math.round(s / 60)} min` : s < 172800 ? `${(s / 3600).toFixed(1)} h` : `${Math.round(s / 86400)} days`;
  return past ? `${text} ago` : `in ${text}`;
}

export function Clock() {
  const { world } = useCell(place);
  const [clock, load] = useNewest(() => read());
  const [, tick] = useState(0);
  const [when, setWhen] = useState('');
  const [step, setStep] = useState('PT90M');
  const { busy, problem, act } = useAct();
  const read = async (options) => ({ ...(await call(`${at(world)}/clock`, options)), read: Date.now() });
  useEvery(5000, load, [world]);
  useEffect(() => {
    const timer = setInterval(() => document.hidden || tick((n) => n + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  const state = useLoad(() => call(`${at(world)}/state`), [world]);
  const now = clock && Date.parse(clock.now) + (clock.frozen ? 0 : Date.now() - clock.read);
  const put = (json, text) => act(async () => {
    await load(() => read({ method: 'PUT', json }));
    say(text);
  });
  const iso = (ms) => new Date(ms).toISOString();
  const real = clock && !clock.frozen && Math.abs(now - Date.now()) < 5000;
  const tokens = (state.value?.tokens ?? []).filter((one) => one.expiresAt).sort((a, b) => a.expiresAt.localeCompare(b.expiresAt));
  return html`<section class="page pad" aria-label="Clock">
    <${Failed} problem=${problem} />
    ${clock && html`<div class="bigclock"><time datetime=${iso(now)}><span>${iso(now).slice(0, 10)}</span> <b>${iso(now).slice(11, 19)}</b> <small>UTC</small></time><p class="row"><span class=${`tag ${real ? '' : 'on'}`}>${clock.frozen ? 'frozen' : real ? 'real time' : `shifted: ${until(now - Date.now()).replace('in ', '+').replace(/(.*) ago/, '−$1')}`}</span></p></div>
    <div class="row actions">${clock.frozen ? html`<button type="button" class="primary" disabled=${busy} onClick=${put({ now: iso(now), frozen: false }, 'The clock runs')}>Let it run</button>` : html`<button type="button" class="primary" disabled=${busy} onClick=${put({ now: iso(now), frozen: true }, 'The clock is frozen')}>Freeze</button>`}${STEPS.map(([value, name]) => html`<button type="button" disabled=${busy} onClick=${put({ advance: value }, `The clock moved ${name}`)}>${name}</button>`)}<button type="button" disabled=${busy || real} onClick=${put({}, 'Real time')}>Real time</button></div>
    <div class="row"><form class="row" onSubmit=${put({ advance: step }, `The clock moved ${step}`)}><label class="inline">Advance by <input class="short mono" value=${step} onInput=${(event) => setStep(event.target.value)} /></label><button type="submit">Advance</button></form>
    <form class="row" onSubmit=${put({ now: when.includes('Z') || !when ? when : `${when}Z`, frozen: true }, 'The clock is set')}><label class="inline">Set to <input class="mono" placeholder="2024-03-28T08:12:49Z" value=${when} onInput=${(event) => setWhen(event.target.value)} /></label><button type="submit" disabled=${!when}>Set and freeze</button></form></div>`}
    <h2>What expires</h2><p class="dim">Tokens of this world that end at a time. Every timestamp, expiry and rate limit follows this clock.</p>
    <${Failed} problem=${state.problem} />
    ${tokens.length ? html`<div class="scroll" tabindex="0" role="region" aria-label="Tokens that expire"><table class="grid"><thead><tr><th scope="col">Token</th><th scope="col">For</th><th scope="col">Expires</th><th scope="col">From now</th><th scope="col"><span class="sr">Action</span></th></tr></thead><tbody>${tokens.slice(0, 300).map((one) => html`<tr><th scope="row"><code><${T} text=${one.token} max=${24} /></code></th><td><${T} text=${[...(one.apis ?? []), one.client].filter(Boolean).join(', ')} max=${60} /></td><td><code>${day(one.expiresAt)}</code></td><td>${now && until(Date.parse(one.expiresAt) - now)}</td><td><button type="button" class="small" disabled=${busy} onClick=${put({ now: iso(Date.parse(one.expiresAt) + 1000), frozen: true }, 'The clock stands after its end')}>Go past it</button></td></tr>`)}</tbody></table></div>` : state.value && html`<p class="none">Nothing expires yet. Tokens that a sign-in endpoint issues appear here.</p>`}
  </section>`;
}
