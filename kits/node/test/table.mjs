// A reporter of node:test: which scenario of kits/scenarios.tsv passed. A test's name begins with the id and a colon.
import fs from 'node:fs';

export default async function* table(events) {
  const seen = new Map();
  const skipped = [];
  for await (const { type, data } of events) {
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    const id = /^([a-z-]+): /.exec(data.name)?.[1];
    const outcome = type === 'test:fail' ? 'failed' : data.skip ? 'skipped' : 'passed';
    if (id) seen.set(id, [...(seen.get(id) ?? []), outcome]);
    if (outcome === 'skipped') skipped.push(`SKIPPED ${data.name}: ${data.skip}\n`);
  }
  const ids = fs.readFileSync(process.env.SCENARIOS, 'utf8').split('\n').slice(1).filter(Boolean).map((line) => line.split('\t')[0]);
  for (const id of ids) {
    const outcomes = seen.get(id) ?? [];
    const word = ['failed', 'skipped', 'passed'].find((one) => outcomes.includes(one)) ?? 'NO TEST';
    yield `${id.padEnd(20)} ${word}\n`;
  }
  for (const id of seen.keys()) if (!ids.includes(id)) yield `${id.padEnd(20)} NO SUCH SCENARIO\n`;
  yield* skipped;
}
