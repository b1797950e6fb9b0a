import runner from './jest.cjs';

export const { it, test, withWorld } = runner;
