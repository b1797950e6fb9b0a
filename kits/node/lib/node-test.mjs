import runner from './node-test.cjs';

export const { it, test, withWorld } = runner;
