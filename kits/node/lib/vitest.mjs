// Vitest: `test` with the fixture `usertwin`. Vitest itself can only be imported, so there is no other form of this.
import { test as base } from 'vitest';
import usertwin from './index.cjs';

export const test = base.extend({
  // eslint-disable-next-line no-empty-pattern -- Vitest reads the fixtures that one needs from its parameters.
  usertwinServer: async ({}, use) => {
    await use(await usertwin.sharedServer());
  },
  // `test.scoped({ usertwinOptions: { seed } })` or `test.extend({ usertwinOptions: { seed } })`.
  usertwinOptions: {},
  usertwin: async ({ task, usertwinServer, usertwinOptions }, use) => {
    const world = await usertwinServer.world(task.name, usertwinOptions);
    await use(world);
    if (task.result?.state === 'fail') {
      console.error(await world.autopsy());
    } else {
      await world.finish();
    }
  },
});

export const it = test;
