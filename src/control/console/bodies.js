// Bodies as a person reads them. JSON and XML are laid out from the text as it was sent, never parsed and written again:
// duplicate members, digits and escapes stay visible.

import * as bson from './bson.js';
import { html, useState } from './html.js';
import { Long, More, T, bytes as counted, marked } from './text.js';

export const header = (message, name) => message?.headers?.find(([key]) => key.toLowerCase() === name)?.[1] ?? '';

export function raw(body) {
  if (!body) return new Uint8Array();
  if (body.base64 === undefined) return new TextEncoder().encode(body.text ?? '');
  return Uint8Array.from(atob(body.base64), (c) => c.charCodeAt(0));
}

export const VIEWS = [['pretty', 'Pretty'], ['raw', 'Raw'], ['hex', 'Hex']];

export function Body({ message, view, shared }) {
  const body = message?.body;
  if (!body) return html`<p class="none">No body</p>`;
  const type = header(message, 'content-type').toLowerCase();
  return html`${body.cut && html`<p class="note">Cut in the journal: the whole body has ${counted(body.bytes)}.</p>`}
    ${view === 'hex' ? html`<${Hex} body=${body} />` : view === 'raw' ? html`<${Long} text=${body.text ?? body.base64} />` : html`<${Pretty} body=${body} type=${type} shared=${shared} />`}`;
}

export function Pretty({ body, type, shared }) {
  if (/bson/.test(type)) return html`<${Bson} bytes=${raw(body)} shared=${shared} />`;
  const text = body.text;
  if (text === undefined) return html`<${Hex} body=${body} />`;
  if (/x-www-form-urlencoded/.test(type)) return html`<${Form} text=${text} />`;
  if (/json/.test(type) || (!/xml|html/.test(type) && /^\s*[[{]/.test(text))) {
    const patch = /json-patch/.test(type) || /^\s*\[\s*\{/.test(text) ? operations(text) : null;
    return html`${patch && html`<${Patch} list=${patch} />`}<${Tokens} tokens=${json(text)} shared=${shared} />`;
  }
  if (/xml/.test(type) || /^\s*</.test(text)) return html`<${Tokens} tokens=${xml(text)} shared=${shared} />`;
  return html`<${Long} text=${text} />`;
}

const STEP = 3000;
const LONGEST = 2000;

function Tokens({ tokens, shared }) {
  const [shown, show] = useState(STEP);
  return html`<pre class="code" tabindex="0">${tokens.slice(0, shown).map(([kind, text, key]) => token(kind, text, shared?.(kind, text, key)))}${tokens.length > shown && html`<${More} left=${tokens.length - shown} unit="tokens" onClick=${() => show(shown * 5)} />`}</pre>`;
}

function token(kind, text, member) {
  const cut = text.length > LONGEST ? html`<${T} text=${text} max=${LONGEST} />` : marked(text);
  if (member) return html`<span class=${`t-${kind} shared`} data-member=${member} tabindex="0">${cut}</span>`;
  return kind ? html`<span class=${`t-${kind}`}>${cut}</span>` : cut;
}

const JSON_TOKENS = /"(?:[^"\\]|\\[^])*"?|'(?:[^'\\]|\\[^])*'?|[{}[\],:]|\/\*[^]*?\*\/|[^\s{}[\],:"']+/g;

// Tokens of JSON, lenient syntax included, with line breaks and indents between them.
export function json(text) {
  const out = [];
  let depth = 0;
  let empty = false;
  let key = '';
  const line = () => out.push(['', `\n${'  '.repeat(Math.min(Math.max(depth, 0), 60))}`]);
  for (const [one] of text.matchAll(JSON_TOKENS)) {
    if (one === '}' || one === ']') {
      depth--;
      if (!empty) line();
      out.push(['p', one]);
    } else {
      if (empty) line();
      if (one === '{' || one === '[') {
        out.push(['p', one]);
        depth++;
      } else if (one === ',') {
        out.push(['p', one]);
        line();
      } else if (one === ':') {
        const last = out[out.length - 1];
        if (last) {
          last[0] = 'k';
          key = last[1].replace(/^["']|["']$/g, '');
        }
        out.push(['p', ': ']);
      } else {
        out.push([/^["']/.test(one) ? 's' : /^[-+.\d]/.test(one) ? 'n' : /^\//.test(one) ? 'c' : 'l', one, key]);
        key = '';
      }
    }
    empty = one === '{' || one === '[';
  }
  return out;
}

// Tags and text of XML, indented.
export function xml(text) {
  const out = [];
  let depth = 0;
  let open = false;
  const line = () => out.length && out.push(['', `\n${'  '.repeat(Math.min(Math.max(depth, 0), 60))}`]);
  let name = '';
  for (const [one] of text.matchAll(/<!--[^]*?-->|<!\[CDATA\[[^]*?\]\]>|<[^>]*>?|[^<]+/g)) {
    if (/^<!\[CDATA/.test(one) || !one.startsWith('<')) {
      if (one.trim() === '') continue;
      out.push(['s', one, name]);
    } else if (one.startsWith('</')) {
      depth--;
      if (!open) line();
      out.push(['k', one]);
      open = false;
    } else {
      line();
      out.push([/^<[!?]/.test(one) ? 'c' : 'k', one]);
      open = !/^<[!?]|\/>$/.test(one);
      if (open) depth++;
      name = one.replace(/^<(?:\w+:)?/, '').match(/^[^\s/>]*/)[0];
    }
  }
  return out;
}

function Bson({ bytes, shared }) {
  const lines = bson.lines(bytes);
  return html`<pre class="code" tabindex="0">${lines.slice(0, STEP).map((one) => html`<span class=${`b-line i-${Math.min(one.depth, 12)}`}>${one.key !== undefined && html`<span class=${one.list ? 'dim' : 't-k'}>${marked(one.key)}</span>${': '}`}${token(one.kind, one.value, shared?.(one.kind, one.value, one.key))}${one.type && html` <span class="b-type">${one.type}</span>`}\n</span>`)}</pre>`;
}

function Form({ text }) {
  const rows = text.split('&').slice(0, 500).map((pair) => [...new URLSearchParams(pair)][0] ?? [pair, '']);
  return html`<table class="form"><thead><tr><th scope="col">Field</th><th scope="col">Value</th></tr></thead>
    <tbody>${rows.map(([name, value]) => html`<tr><td><code><${T} text=${name} /></code></td><td><code><${T} text=${value} max=${LONGEST} /></code></td></tr>`)}</tbody></table>`;
}

// The operations of a JSON Patch, if the text is one.
function operations(text) {
  try {
    const list = JSON.parse(text);
    return Array.isArray(list) && list.length && list.every((one) => typeof one?.op === 'string' || typeof one?.path === 'string') ? list : null;
  } catch {
    return null;
  }
}

function Patch({ list }) {
  return html`<table class="form"><thead><tr><th scope="col">Operation</th><th scope="col">Path</th><th scope="col">Value or source</th></tr></thead>
    <tbody>${list.slice(0, 200).map((one) => html`<tr><td><strong><${T} text=${one.op} max=${40} /></strong></td><td><code><${T} text=${one.path} /></code></td><td><code><${T} text=${one.from ?? JSON.stringify(one.value)} /></code></td></tr>`)}</tbody></table>`;
}

function Hex({ body }) {
  const whole = raw(body);
  const [shown, show] = useState(4096);
  const part = whole.subarray(0, shown);
  let out = '';
  for (let at = 0; at < part.length; at += 16) {
    const row = [...part.subarray(at, at + 16)];
    const digits = row.map((b) => b.toString(16).padStart(2, '0'));
    const left = digits.slice(0, 8).join(' ').padEnd(23);
    const right = digits.slice(8).join(' ').padEnd(23);
    out += `${at.toString(16).padStart(6, '0')}  ${left}  ${right}  ${row.map((b) => (b > 31 && b < 127 ? String.fromCharCode(b) : '·')).join('')}\n`;
  }
  return html`<pre class="code hex" tabindex="0">${out}${whole.length > shown && html`<${More} left=${whole.length - shown} unit="bytes" onClick=${() => show(shown * 4)} />`}</pre>`;
}
