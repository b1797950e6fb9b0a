// Texts for people: what a world was asked, what advice it gave, why an expectation was not met.
'use strict';

// A test that fails after a thousand requests is explained by the last ones.
const SHOWN = 50;

/** One line for each request, and below it what the real service would not have told. */
function requestsReport(name, url, { requests, total = requests.length, dropped }) {
  let head = `World ${name} at ${url} was asked ${total} ${total === 1 ? 'request' : 'requests'}`;
  if (total > requests.length) head += `; the last ${requests.length}`;
  if (dropped) head += `; ${dropped} earlier ones were dropped from the journal`;
  const lines = [head + (requests.length ? ':' : '.')];
  for (const entry of requests) {
    const query = entry.query ? `?${entry.query}` : '';
    const api = [entry.api, entry.operation].filter(Boolean).join(' ');
    const status = entry.status ?? 'no answer';
    lines.push(`  ${entry.at.slice(11, 23)} ${entry.method} ${entry.path}${query} -> ${status}  ${api}`.trimEnd());
    if (entry.fault) lines.push(`      fault ${JSON.stringify(entry.fault)}`);
    for (const note of entry.advice) lines.push(`      advice ${note.code}: ${note.message}`);
  }
  return lines.join('\n');
}

function adviceReport(advice) {
  const lines = advice.map((one) => `  ${one.code} (${one.count}x): ${one.message}`);
  return ['The real service would have done this without a word:', ...lines].join('\n');
}

/** The server's sentence, and the requests that came nearest with what keeps each from matching. */
function verdictReport(verdict) {
  const lines = verdict.nearest.map((near) => {
    const differs = (near.differs ?? []).map((one) => `${one.member} was ${JSON.stringify(one.was ?? null)}`);
    const line = `  nearest: ${near.method} ${near.path} -> ${near.status}`;
    return differs.length ? `${line}  (${differs.join(', ')})` : line;
  });
  return [verdict.message, ...lines].join('\n');
}

module.exports = { SHOWN, requestsReport, adviceReport, verdictReport };
