// Text of strangers on the page. Marks that would turn, hide or forge what is read are shown by their numbers, and long
// text is cut.

import { html, useState } from './html.js';

// Controls except tab and line feed, marks of direction, joiners, separators, and the byte order mark.
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

const number = (mark) => `U+${mark.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}`;

// For places that hold text only: options, titles, names for screen readers.
export function plain(text, max = 200) {
  const cut = String(text ?? '').slice(0, max + 1);
  const shown = cut.length > max ? `${cut.slice(0, max)}…` : cut;
  return shown.replace(HIDDEN, (mark) => `[${number(mark)}]`);
}

export function marked(text) {
  if (text.search(HIDDEN) < 0) return text;
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(HIDDEN)) {
    parts.push(text.slice(from, match.index), html`<span class="mark">${number(match[0])}</span>`);
    from = match.index + 1;
  }
  parts.push(text.slice(from));
  return parts;
}

export function T({ text, max = 300 }) {
  const whole = String(text ?? '');
  if (whole.length <= max) return html`<bdi>${marked(whole)}</bdi>`;
  return html`<bdi>${marked(whole.slice(0, max))}<span class="cut">… ${size(whole.length)} characters</span></bdi>`;
}

// A block of text that opens in steps.
export function Long({ text, step = 20000 }) {
  const [shown, show] = useState(step);
  return html`<pre tabindex="0">${marked(text.slice(0, shown))}${text.length > shown && html`<${More} left=${text.length - shown} unit="characters" onClick=${() => show(shown * 4)} />`}</pre>`;
}

export const More = ({ left, unit, onClick }) => html`<button type="button" class="more" onClick=${onClick}>… ${size(left)} more ${unit}</button>`;

export const size = (n) => n.toLocaleString('en');

export const bytes = (n) => (n < 1024 ? `${n} B` : n < 1048576 ? `${(n / 1024).toFixed(1)} KB` : `${(n / 1048576).toFixed(1)} MB`);

export const clock = (at) => String(at ?? '').slice(11, 23);

export const day = (at) => String(at ?? '').slice(0, 19).replace('T', ' ');

export const took = (ms) => (ms === null || ms === undefined ? '' : ms < 10 ? ms.toFixed(2) : ms < 1000 ? ms.toFixed(0) : `${(ms / 1000).toFixed(1)} s`);

// The same with its unit.
export const lasted = (ms) => (ms < 1000 ? `${took(ms)} ms` : took(ms));

export const several = (n, one) => `${size(n)} ${one}${n === 1 ? '' : 's'}`;

export function ago(at, now = Date.now()) {
  const seconds = Math.round((now - Date.parse(at)) / 1000);
  if (!at || Number.isNaN(seconds)) return '–';
  if (seconds < 5) return 'now';
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  return seconds < 86400 ? `${Math.floor(seconds / 3600)} h ago` : day(at).slice(0, 10);
}
