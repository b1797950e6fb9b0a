import type { Server, World, WorldOptions } from './index.cjs';

export interface Fixtures {
  usertwin: World;
  server: Server;
}

export interface Options {
  usertwin?: WorldOptions;
}

export interface Test {
  (name: string, body: (fixtures: Fixtures) => Promise<void> | void, timeout?: number): void;
  (name: string, options: Options, body: (fixtures: Fixtures) => Promise<void> | void, timeout?: number): void;
}

/** Jest's `test`, whose body gets a world. */
export const test: Test & { only: Test; skip: Test; todo(name: string): void };
export const it: typeof test;
/** A body for Jest's own `test` and `test.each`. */
export function withWorld<A extends unknown[]>(
  body: (fixtures: Fixtures, ...given: A) => Promise<void> | void,
): (...given: A) => Promise<void>;
export function withWorld<A extends unknown[]>(
  options: WorldOptions & { name?: string },
  body: (fixtures: Fixtures, ...given: A) => Promise<void> | void,
): (...given: A) => Promise<void>;
