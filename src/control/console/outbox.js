// Mails that the real services would have sent, and the links in them.

import { place } from './address.js';
import { titled, useApis } from './apis.js';
import { useCell } from './cell.js';
import { html, useState } from './html.js';
import { Copy, Failed, useAct } from './parts.js';
import { call, useEvery, useNewest, world as at } from './server.js';
import { T, day } from './text.js';

export function Outbox() {
  const { world } = useCell(place);
  const [mails, load] = useNewest(async () => (await call(`${at(world)}/outbox`)).mails);
  const [answers, note] = useState({});
  const { problem, act } = useAct();
  const apis = useApis();
  useEvery(2000, load, [world]);
  // Links of this server only: a mail's link may be what a client sent.
  const own = (link) => {
    try {
      const url = new URL(link, location.origin);
      return /^https?:$/.test(url.protocol) && url.host === location.host ? url.href : null;
    } catch {
      return null;
    }
  };
  const visit = (mail, key) => act(async () => {
    const response = await fetch(own(mail.link), { cache: 'no-store', redirect: 'manual', credentials: 'omit' });
    note({ ...answers, [key]: { status: response.status, text: (await response.text()).slice(0, 400) } });
    await load();
  });
  const key = (mail) => `${mail.at} ${mail.to} ${mail.kind}`;
  return html`<section class="page pad" aria-label="Outbox"><h2>Outbox</h2><p class="dim">Mails that the real services would have sent from this world; nothing leaves this machine.</p><${Failed} problem=${problem} />
    ${mails && !mails.length && html`<p class="none">No mail yet. Inviting a user through an API that sends mail puts one here.</p>`}
    <ul class="mails">${[...(mails ?? [])].reverse().slice(0, 300).map((mail) => html`<li class="card" key=${key(mail)}><div class="row"><h3><${T} text=${mail.to} max=${120} /></h3><span class="tag"><${T} text=${mail.kind} max=${60} /></span><span class="grow"></span><span class="dim">${titled(apis, mail.api)} · ${day(mail.at)}</span></div>
      ${mail.link && html`<p class="row"><code class="grow"><${T} text=${mail.link} max=${400} /></code><${Copy} text=${mail.link} what="link" />${own(mail.link) && html`<button type="button" class="small" onClick=${visit(mail, key(mail))}>Follow</button>`}</p>`}
      ${answers[key(mail)] && html`<p class="note" role="status"><b class=${`status s${String(answers[key(mail)].status)[0]}`}>${answers[key(mail)].status || 'redirect'}</b> <${T} text=${answers[key(mail)].text} max=${400} /></p>`}</li>`)}</ul></section>`;
}
