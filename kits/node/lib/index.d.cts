/// <reference lib="esnext.disposable" />
/** A state document, as a seed file or `state` has it. Its JSON Schema is `usertwin schema`. */
export type Document = Record<string, unknown>;

/** A user as the state document has it. */
export interface User {
  id: string;
  username: string | null;
  email: string | null;
  displayName: string | null;
  password: string | null;
  enabled: boolean;
  createdAt: string;
  modifiedAt: string;
  pbnb?: Record<string, unknown> | null;
  reseller?: Record<string, unknown> | null;
  expoints?: Record<string, unknown> | null;
  adminUsers?: Record<string, unknown> | null;
  [facet: string]: unknown;
}

/** A state document, the path of one, or `demo` and `empty`. */
export type Seed = Document | string | URL;

/** Which requests: all that agree with every member. `path` may hold `*`. */
export interface FaultMatch {
  api?: 'pbnb' | 'reseller' | 'expoints' | 'adminUsers' | (string & {});
  operation?: string;
  method?: string;
  path?: string;
  bodyContains?: string;
}

export interface Match extends FaultMatch {
  status?: number;
}

/** One outcome, a delay, or both. */
export interface Effect {
  status?: number;
  retryAfter?: number;
  delayMs?: number | { min: number; max: number };
  disconnect?: 'beforeResponse' | 'midBody';
  truncateBody?: number;
  rateLimit?: { requests: number; perSeconds: number };
  body?: string;
  contentType?: string;
}

export interface FaultOptions extends FaultMatch {
  /** How many requests; all of them when absent. */
  times?: number;
  skip?: number;
  probability?: number;
  name?: string;
}

export interface Fault {
  id: string;
  name: string | null;
  match: FaultMatch;
  skip: number;
  times: number | null;
  probability: number;
  effect: Effect;
  /** Requests that it matched. */
  matched: number;
  /** Requests that it was applied to. */
  applied: number;
}

/** At least one request when no number is given. */
export interface Expectation extends Match {
  exactly?: number;
  atLeast?: number;
  atMost?: number;
}

export interface RequestFilter extends Match {
  /** The id of an entry, or a time. */
  since?: string;
  limit?: number;
}

export interface Note {
  code: string;
  message: string;
}

/** All notes of one code in a world. */
export interface Advice extends Note {
  count: number;
  requests: number;
  latest: string[];
}

export interface Message {
  headers: [string, string][];
  body: { text?: string; base64?: string; cut?: boolean; bytes?: number } | null;
}

/** One request of the journal with its answer. */
export interface Entry {
  id: string;
  at: string;
  world: string;
  api: string | null;
  operation: string | null;
  method: string;
  path: string;
  query: string | null;
  status: number | null;
  durationMs: number;
  request: Message;
  response: Message | null;
  fault: Record<string, unknown> | null;
  advice: Note[];
}

export interface Diff {
  world: string;
  from: string;
  empty: boolean;
  added: User[];
  removed: User[];
  changed: {
    id: string;
    username: string | null;
    members: { path: string; before: unknown; after: unknown }[];
  }[];
}

export interface Mail {
  at: string;
  api: string;
  kind: string;
  to: string;
  link: string | null;
}

export interface Now {
  now: string;
  frozen: boolean;
}

/** A world nobody writes to, which `restore` goes back to. */
export interface Snapshot {
  readonly name: string;
}

/** Base addresses of each API in a world; each plus a path of the API's OpenAPI document is a request. */
export interface Urls {
  readonly pbnb: string;
  readonly reseller: string;
  readonly expoints: string;
  readonly adminUsers: string;
}

/** The clock of a world: timestamps, expiry of tokens and rate limits follow it. */
export interface Clock {
  read(): Promise<Now>;
  /** Stops it, at a time such as `2024-03-28T08:12:49Z`, or where it is. */
  freeze(at?: string | Date): Promise<Now>;
  /** Moves it by an ISO 8601 duration such as `PT1H`, or by milliseconds. */
  advance(by: string | number): Promise<Now>;
  /** Back to the time of day. */
  real(): Promise<Now>;
}

/** The users of a world as the state document has them, with every facet. */
export interface Users {
  list(search?: string): Promise<User[]>;
  get(id: string): Promise<User>;
  add(user: Document): Promise<User>;
  replace(id: string, user: Document): Promise<User>;
  remove(id: string): Promise<void>;
}

/** What a test drives and asks, beside the app that it tests. */
export class World implements AsyncDisposable {
  private constructor();
  readonly server: Server;
  readonly name: string;
  readonly url: string;
  readonly urls: Urls;
  readonly clock: Clock;
  readonly users: Users;
  /** Requests that match get this effect; all of them, or `times`. */
  fault(effect: Effect, options?: FaultOptions): Promise<Fault>;
  faults(): Promise<Fault[]>;
  clearFaults(): Promise<void>;
  /** Rejects with an AssertionError: the server's sentence and the nearest requests. */
  verify(expectation?: Expectation): Promise<void>;
  /** The journal, oldest first. */
  requests(filter?: RequestFilter): Promise<Entry[]>;
  /** What the real service would have done silently, by code. */
  advice(): Promise<Advice[]>;
  /** Rejects with an AssertionError if a request got advice of a code that is not allowed. */
  checkAdvice(allowed?: readonly string[]): Promise<void>;
  /** What differs from where the test started, or from another world or snapshot. */
  diff(from?: string | World | Snapshot): Promise<Diff>;
  /** The world as a state document. */
  state(): Promise<Document & { users: User[] }>;
  /** Replaces everything; a document with a mistake changes nothing and is refused with line and path. */
  setState(document: Document): Promise<void>;
  /** Back to where the test started, without faults, journal and frozen clock. */
  reset(): Promise<void>;
  /** A copy to go back to, dropped with the world. */
  snapshot(): Promise<Snapshot>;
  /** Back to a snapshot. As with `reset`, the journal begins anew. */
  restore(snapshot: Snapshot): Promise<void>;
  /** Mails that would have been sent, with their links. */
  outbox(): Promise<Mail[]>;
  /** The PEM file that makes a client trust an `https` address of this world. */
  caFile(): Promise<string>;
  /** The requests with their advice, as a failed test prints them. */
  report(): Promise<string>;
  /** Removes the world and its snapshots; one that is gone already is no error. */
  drop(): Promise<void>;
  /** Drops the world; with strict advice it rejects if there was any. */
  [Symbol.asyncDispose](): Promise<void>;
}

export interface WorldOptions {
  /** What the world starts from, `reset` goes back to and `diff` compares with. */
  seed?: Seed;
  /** Advice fails the test. */
  strictAdvice?: boolean;
  /** Codes of advice that strict advice lets pass. */
  allowAdvice?: readonly string[];
}

/** Where the APIs are served. */
export class Server implements AsyncDisposable {
  private constructor();
  readonly url: string;
  /** Whether it was running before, and goes on afterwards. */
  readonly shared: boolean;
  readonly pid: number | undefined;
  /** The PEM file of the CA that signed the server's certificates. */
  caFile(): Promise<string>;
  /** A new world, whose name is this one and a hash. */
  world(name?: string, options?: WorldOptions): Promise<World>;
  /** Runs the body with a world: dropped after a pass, reported on stderr after a failure. */
  withWorld<T>(name: string, body: (world: World) => Promise<T> | T): Promise<T>;
  withWorld<T>(name: string, options: WorldOptions, body: (world: World) => Promise<T> | T): Promise<T>;
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface ConnectOptions {
  seed?: Seed;
  tls?: boolean;
  strictAdvice?: boolean;
}

export interface StartOptions extends ConnectOptions {
  /** Flags of `usertwin serve`. */
  args?: readonly string[];
  /** Instead of USERTWIN_BIN, the package of this platform and the PATH. */
  binary?: string;
  timeoutMs?: number;
}

/** Starts a server on a free port. It ends with this process, even if that is killed. */
export function startUsertwin(options?: StartOptions): Promise<Server>;
/** A server that runs already and is shared. */
export function connectUsertwin(url: string | URL, options?: ConnectOptions): Promise<Server>;
/** The server of this process, which USERTWIN_URL names or which is started once. */
export function sharedServer(): Promise<Server>;
/** The path of the binary. */
export function findBinary(): string;

/** Something is wrong with usertwin or with how it was asked. */
export class UsertwinError extends Error {}
/** No binary; the sentence says where was looked. */
export class BinaryNotFound extends UsertwinError {}
/** The server has ended, or never began to serve. */
export class ServerDied extends UsertwinError {}
/** The control API refused a call. */
export class ControlError extends UsertwinError {
  readonly status: number;
  readonly detail: string;
  readonly problems: readonly { line: number; path: string; message: string }[];
}
