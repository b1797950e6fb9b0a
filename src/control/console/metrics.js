// Requests, latency and advice over the last minutes, from the same numbers that Prometheus reads. Only what was
// measured while this page could be seen is drawn.

import { titled, useApis } from './apis.js';
import { html, useState } from './html.js';
import { call, session, useEvery, worlds } from './server.js';
import { lasted, size } from './text.js';

const EVERY = 2000;
const KEPT = 90;
// Survives a visit to another page.
const points = [];

function read(text) {
  const sums = { requests: {}, failed: 0, seconds: {}, count: {}, worlds: 0, users: 0, faults: 0, buckets: {}, status: {} };
  const add = (to, key, value) => (to[key] = (to[key] ?? 0) + value);
  for (const line of text.split('\n')) {
    const [, name, labels = '', number] = line.match(/^usertwin_(\w+)(?:\{(.*)\})? ([-+.\deE]+|NaN)$/) ?? [];
    if (!name) continue;
    const value = Number(number);
    const label = Object.fromEntries([...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key, one]) => [key, one]));
    if (name === 'requests_total') {
      add(sums.requests, label.api, value);
      add(sums.status, `${label.status[0]}xx`, value);
      if (/^[05]/.test(label.status)) sums.failed += value;
    }
    if (name === 'request_duration_seconds_sum') add(sums.seconds, label.api, value);
    if (name === 'request_duration_seconds_count') add(sums.count, label.api, value);
    if (name === 'request_duration_seconds_bucket') add(sums.buckets, label.le, value);
    if (name === 'worlds' || name === 'users' || name === 'faults') sums[name] = value;
  }
  return sums;
}

const total = (by) => Object.values(by).reduce((sum, one) => sum + one, 0);

// The duration below which a share of requests stays, as the upper bound of its bucket.
function below(buckets, share) {
  const list = Object.entries(buckets).map(([le, n]) => [le === '+Inf' ? Infinity : Number(le), n]).sort((a, b) => a[0] - b[0]);
  const all = list.at(-1)?.[1] ?? 0;
  return all ? (list.find(([, n]) => n >= all * share)?.[0] ?? 0) * 1000 : null;
}

export function Metrics() {
  const apis = useApis();
  const [, draw] = useState(0);
  useEvery(EVERY, async () => {
    const [text, list] = await Promise.all([call('/metrics'), worlds()]);
    const advice = list.reduce((sum, one) => sum + (one.advice ?? 0), 0);
    points.push({ at: Date.now(), session: session.get(), advice, ...read(text) });
    points.splice(0, Math.max(points.length - KEPT - 1, 0));
    draw((n) => n + 1);
  });
  const last = points.at(-1);
  if (!last) return html`<p class="wait">…</p>`;
  // What happened between two readings; a restart begins at zero.
  const steps = points.slice(1).map((now, i) => {
    const before = points[i];
    const grown = (a, b) => Math.max((a ?? 0) - (b ?? 0), 0);
    const seconds = Math.max((now.at - before.at) / 1000, 0.5);
    const per = (name) => Object.fromEntries(Object.keys(now[name]).map((key) => [key, grown(now[name][key], before[name][key])]));
    const [sum, count] = [total(per('seconds')), total(per('count'))];
    return { at: now.at, by: Object.fromEntries(Object.entries(per('requests')).map(([key, n]) => [key, n / seconds])), ms: count ? (sum / count) * 1000 : null, advice: grown(now.advice, before.advice), failed: grown(now.failed, before.failed) / seconds };
  });
  const names = Object.keys(last.requests).sort();
  const mean = total(last.count) ? (total(last.seconds) / total(last.count)) * 1000 : null;
  const facts = [['Requests', size(total(last.requests))], ['Mean', mean === null ? '–' : lasted(mean)], ['95 % below', below(last.buckets, 0.95) === null ? '–' : lasted(below(last.buckets, 0.95))], ['5xx or cut', size(last.failed)], ['Advice', size(last.advice)], ['Worlds', size(last.worlds)], ['Users', size(last.users)], ['Faults', size(last.faults)]];
  return html`<section class="page pad" aria-label="Metrics"><dl class="numbers">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
    <div class="charts">
      <${Chart} title="Requests per second" steps=${steps} value=${(one) => total(one.by)} unit="/s" bars />
      <${Chart} title="Mean latency" steps=${steps} value=${(one) => one.ms} unit="ms" />
      <${Chart} title="New advice" steps=${steps} value=${(one) => one.advice} unit="" bars warn />
      <${Chart} title="5xx or cut per second" steps=${steps} value=${(one) => one.failed} unit="/s" bars bad />
      ${names.map((name) => html`<${Chart} key=${name} title=${name === 'none' ? 'No API' : titled(apis, name)} steps=${steps} value=${(one) => one.by[name] ?? 0} unit="/s" bars />`)}
    </div><p class="dim">Read every two seconds while this page is in sight; the same numbers are at <a href="metrics">metrics</a> for Prometheus.</p></section>`;
}

const W = 360;
const H = 84;

function Chart({ title, steps, value, unit, bars, warn, bad }) {
  const shown = steps.slice(-KEPT);
  const values = shown.map(value);
  const top = Math.max(...values.filter((one) => one !== null), 0);
  const last = values.findLast((one) => one !== null);
  const width = W / KEPT;
  const x = (i) => W - (shown.length - i) * width;
  const y = (one) => H - (top ? (one / top) * (H - 6) : 0);
  const text = (one) => (one === undefined || one === null ? '–' : one === 0 ? '0' : one < 10 ? one.toFixed(unit ? 1 : 0) : size(Math.round(one)));
  const points = values.map((one, i) => (one === null ? null : `${(x(i) + width / 2).toFixed(1)},${y(one).toFixed(1)}`)).filter(Boolean);
  return html`<figure class=${`chart ${warn ? 'warn' : ''} ${bad ? 'bad' : ''}`}><figcaption><span>${title}</span><b>${text(last)} <small>${unit}</small></b></figcaption>
    <svg viewBox=${`0 0 ${W} ${H}`} role="img" aria-label=${`${title}: now ${text(last)} ${unit}, at most ${text(top)}`} preserveAspectRatio="none"><line x1="0" y1=${H - 0.5} x2=${W} y2=${H - 0.5} class="base" />
      ${bars ? values.map((one, i) => one > 0 && html`<rect x=${(x(i) + 0.4).toFixed(1)} y=${y(one).toFixed(1)} width=${(width - 0.8).toFixed(1)} height=${(H - y(one)).toFixed(1)} />`) : points.length > 1 ? html`<polyline points=${points.join(' ')} />` : points.length === 1 && html`<circle cx=${points[0].split(',')[0]} cy=${points[0].split(',')[1]} r="2" />`}
    </svg><p class="scale dim"><span>3 min ago</span><span>max ${text(top)}</span><span>now</span></p></figure>`;
}
