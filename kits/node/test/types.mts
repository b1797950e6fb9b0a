// Compiled strictly and run: what the types promise, and `await using` on a Node that knows neither.
import { strict as assert } from 'node:assert';
import { ControlError, type Diff, type World, startUsertwin } from 'usertwin';
import { test as nodeTest, withWorld } from 'usertwin/node-test';
import type { test as jestTest } from 'usertwin/jest';
import { test as playwrightTest } from 'usertwin/playwright';
import type { test as vitestTest } from 'usertwin/vitest';

async function usesEveryWord(world: World): Promise<void> {
  const fault = await world.fault({ delayMs: { min: 1, max: 2 }, status: 503 }, { times: 1, api: 'pbnb' });
  assert.equal(fault.effect.status, 503);
  await world.clearFaults();
  const diff: Diff = await world.diff(await world.snapshot());
  assert.ok(diff.empty);
  const state = await world.state();
  await world.setState({ ...state, users: state.users.slice(0, 1) });
  await world.clock.advance('PT1H');
  await world.clock.freeze(new Date(0));
  // @ts-expect-error: an effect has no such member
  await assert.rejects(world.fault({ stauts: 503 }), (error: unknown) => error instanceof ControlError && error.status === 400);
  // @ts-expect-error: neither has an expectation
  await assert.rejects(world.verify({ exactyl: 1 }), ControlError);
}

export const typed: [typeof nodeTest, typeof jestTest | undefined, typeof playwrightTest | undefined, typeof vitestTest | undefined] =
  [nodeTest, undefined, undefined, undefined];
export const body = withWorld({ seed: 'empty' }, async ({ usertwin }, t) => t.diagnostic(usertwin.url));
export const bodies: Parameters<typeof playwrightTest>[2] = async ({ usertwin, request }) => {
  await request.get(usertwin.url);
};

async function main(): Promise<void> {
  let name: string;
  await using server = await startUsertwin({ seed: 'demo' });
  {
    await using world = await server.world('typed');
    name = world.name;
    await usesEveryWord(world);
  }
  await using other = await server.world();
  assert.notEqual(other.name, name);
  await assert.rejects(other.diff(name), ControlError, 'the first world is gone');
}

void main().then(() => console.log('types: all good'));
