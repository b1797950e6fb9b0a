import type { TestContext, TestOptions } from 'node:test';
import type { Server, World, WorldOptions } from './index.cjs';

export interface Fixtures {
  usertwin: World;
  server: Server;
}

export type Body = (fixtures: Fixtures, t: TestContext) => Promise<void> | void;

export interface Options extends TestOptions {
  usertwin?: WorldOptions;
}

export interface Test {
  (name: string, body?: Body): Promise<void>;
  (name: string, options: Options, body?: Body): Promise<void>;
}

/** node:test's `test`, whose body gets a world. */
export const test: Test & { only: Test; skip: Test; todo: Test };
export const it: typeof test;
/** A body for node:test's own `test`. */
export function withWorld(body: Body): (t: TestContext) => Promise<void>;
export function withWorld(options: WorldOptions & { name?: string }, body: Body): (t: TestContext) => Promise<void>;
