// Playwright: `test` with the fixture `usertwin`; the report of a failed test is attached to it.
'use strict';

const { test: base, expect } = require('@playwright/test');
const { sharedServer } = require('./index.cjs');

const test = base.extend({
  usertwinServer: [
    async ({}, use) => {
      await use(await sharedServer());
    },
    { scope: 'worker' },
  ],
  // `test.use({ usertwinOptions: { seed } })`.
  usertwinOptions: [{}, { option: true }],
  usertwin: async ({ usertwinServer, usertwinOptions }, use, testInfo) => {
    const world = await usertwinServer.world(testInfo.title, usertwinOptions);
    await use(world);
    if (testInfo.status !== testInfo.expectedStatus) {
      const text = await world.autopsy();
      console.error(text);
      await testInfo.attach('usertwin', { body: text, contentType: 'text/plain' });
    } else {
      await world.finish();
    }
  },
});

exports.expect = expect;
exports.test = test;
