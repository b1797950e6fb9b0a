import runner from './playwright.cjs';

export const { expect, test } = runner;
