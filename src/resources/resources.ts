/**
 * Load once, share by reference. Every heavy thing of the process (encoder, segments, database handles, dictionaries) is
 * borrowed from here under a key; the first borrower loads it, the others get the same instance, the last one to give it
 * back lets it be released.
 *
 *     acquire ──► loading ──► ready ──(last release, not kept)──► released
 *                   │            └──(replace)──► new instance for new borrowers; the old one goes after its last
 *                   └─ failed: every waiter gets the error, nothing is kept, the next acquire tries again
 */

/** How to make and unmake one resource. `bytes` is declared by the owner: nobody walks an object to size it. */
export interface ResourceLoader<T> {
  load(): Promise<T> | T;
  bytes(value: T): number;
  release?(value: T): Promise<void> | void;
  /** Keep it after the last borrower has gone. Default true: what was expensive to load stays until it is dropped. */
  readonly keep?: boolean;
}

/** A borrowed reference. `value` is shared: never mutate it, never use it after the lease is disposed. */
export interface Lease<T> extends Disposable {
  readonly value: T;
}

export interface ResourceStatus {
  readonly key: string;
  readonly state: "loading" | "ready" | "failed" | "released";
  /** Times it was loaded in this process; 1 is what one hopes for. */
  readonly loads: number;
  /** How long the last load took, in ms. */
  readonly loadMs: number;
  readonly bytes: number;
  readonly borrowers: number;
  /** Acquires that found it loaded or loading. */
  readonly hits: number;
  /** Message of the last failed load. */
  readonly error?: string;
}

export interface Resources extends AsyncDisposable {
  acquire<T>(key: string, loader: ResourceLoader<T>): Promise<Lease<T>>;
  /** Loads a new instance and swaps it in; leases of the old one stay good until disposed. */
  reload<T>(key: string, loader: ResourceLoader<T>): Promise<void>;
  /** Forgets a key: released now, or after its last borrower. */
  drop(key: string): Promise<void>;
  status(): ResourceStatus[];
}
