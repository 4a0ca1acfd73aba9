/**
 * Keeps callers from waiting for a server that is away:
 *
 *     closed ──(failures in a row)──► open ──(rest is over)──► half open: one caller tries
 *        ▲                             ▲                           │
 *        └──────────(success)──────────┼────(failure)──────────────┘
 */
export class Circuit {
  readonly #maxFailures: number;
  readonly #restMs: number;
  readonly #now: () => number;
  #failures = 0;
  #openUntilMs = 0;
  #lastFailure: Error | undefined;

  constructor(options: { readonly maxFailures: number; readonly restMs: number; readonly now?: () => number }) {
    this.#maxFailures = options.maxFailures;
    this.#restMs = options.restMs;
    this.#now = options.now ?? Date.now;
  }

  /** Why no attempt should be made now; undefined when one may be. */
  get blockedBy(): Error | undefined {
    return this.#failures >= this.#maxFailures && this.#now() < this.#openUntilMs ? this.#lastFailure : undefined;
  }

  /** To be called by whoever goes ahead: while half open, the others are held back until it is known how it went. */
  begin(): void {
    if (this.#failures >= this.#maxFailures) this.#openUntilMs = this.#now() + this.#restMs;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#lastFailure = undefined;
  }

  failed(error: Error): void {
    this.#failures++;
    this.#lastFailure = error;
    this.#openUntilMs = this.#now() + this.#restMs;
  }
}
