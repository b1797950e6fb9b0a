// Jest: a test whose body gets a world. Jest's hooks do not tell whether a test failed, so the body is wrapped.
'use strict';

const { wrapper } = require('./wrap.cjs');

const withWorld = wrapper(() => expect.getState().currentTestName);

function wrap(original) {
  return (name, options, body, timeout) => {
    if (typeof options === 'function') return wrap(original)(name, {}, options, body);
    const run = withWorld({ name, ...options.usertwin }, body);
    // Without parameters: Jest hands a callback to a body that takes one and waits for it.
    return original(name, () => run(), timeout);
  };
}

const runner = globalThis.test;
if (!runner) throw new Error('usertwin/jest is for tests that Jest runs.');

const test = Object.assign(wrap(runner), { only: wrap(runner.only), skip: wrap(runner.skip), todo: runner.todo });

exports.it = test;
exports.test = test;
exports.withWorld = withWorld;
