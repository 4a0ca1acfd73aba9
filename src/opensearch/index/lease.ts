import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { MetaStore } from "./meta-store.ts";

/** How long a lease holds that is not renewed: its holder may have died. Clocks of machines should agree to some seconds. */
export const LEASE_MS = 30_000;

const RENEWED_EVERY_MS = 8000;

/** What the document of a lease says. */
export interface Holding {
  readonly holder: string;
  /** Who that is, for people: a machine and a process on it. */
  readonly host: string;
  readonly pid: number;
  /** When it was taken. */
  readonly sinceMs: number;
  readonly expiresAtMs: number;
}

/** What one process among all machines has at a time: a document beside the articles, which its holder renews until it gives it back. */
export class Lease {
  readonly #meta: MetaStore;
  readonly #name: string;
  readonly #holder = randomUUID();
  readonly #sinceMs = Date.now();
  #shown: object = {};
  #timer: NodeJS.Timeout | undefined;
  #isLost = false;
  /** Of the clock that nobody sets. */
  #knownHeldMs = performance.now();
  #renewing: Promise<void> = Promise.resolve();

  private constructor(meta: MetaStore, name: string) {
    this.#meta = meta;
    this.#name = name;
  }

  /** Takes it where nobody has it; else says who has. */
  static async tryTake(meta: MetaStore, name: string): Promise<Lease | Holding> {
    const lease = new Lease(meta, name);
    for (;;) {
      const held = await meta.read<Holding>(name);
      const isOwn = held?.value.holder === lease.#holder;
      if (held !== undefined && !isOwn && held.value.expiresAtMs > Date.now()) return held.value;
      lease.#knownHeldMs = performance.now();
      // Of a reply that was lost on its way the next look tells.
      if (isOwn || (await meta.write(name, lease.#toHolding(), held ?? "absent"))) return lease.#begin();
    }
  }

  /** Another has taken it meanwhile, since this process did not answer for a while. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** How long ago it was certain that nobody else has it. */
  get uncertainForMs(): number {
    return performance.now() - this.#knownHeldMs;
  }

  /** Lets others read more in its document. */
  async show(more: object): Promise<void> {
    this.#shown = more;
    await this.#renew();
  }

  /** Gives it back. */
  async release(): Promise<void> {
    clearInterval(this.#timer);
    await this.#renewing;
    const held = await this.#meta.read<Holding>(this.#name);
    if (held?.value.holder === this.#holder) await this.#meta.remove(this.#name, held);
  }

  #begin(): this {
    this.#timer = setInterval(() => this.#renew(), RENEWED_EVERY_MS);
    this.#timer.unref();
    return this;
  }

  #renew(): Promise<void> {
    this.#renewing = this.#renewing
      .then(async () => {
        const beganMs = performance.now();
        this.#isLost = !(await this.#tryRenew());
        if (!this.#isLost) this.#knownHeldMs = beganMs;
      })
      // A cluster that is away for a moment takes nothing away; the next renewal tells.
      .catch(() => undefined);
    return this.#renewing;
  }

  async #tryRenew(): Promise<boolean> {
    const held = await this.#meta.read<Holding>(this.#name);
    if (held?.value.holder !== this.#holder) return false;
    if (await this.#meta.write(this.#name, this.#toHolding(), held)) return true;
    // Of a reply that was lost on its way the second try is refused.
    return (await this.#meta.read<Holding>(this.#name))?.value.holder === this.#holder;
  }

  #toHolding(): Holding {
    return {
      holder: this.#holder,
      host: hostname(),
      pid: process.pid,
      sinceMs: this.#sinceMs,
      expiresAtMs: Date.now() + LEASE_MS,
      ...this.#shown,
    };
  }
}
