import { AppError } from "../errors.ts";
import type { Clock } from "./clock.ts";
import { type Fetcher, isOk } from "./fetcher.ts";
import { parseRobots, type RobotRules } from "./robots.ts";

/** How long a robots.txt holds; the RFC allows a day. */
const KEEP_MS = 24 * 3_600_000;
/** How long a site counts as one that wants no robots because its robots.txt could not be had. */
const KEEP_FAILURE_MS = 3_600_000;
/** Sites that are remembered. */
const MAX_SITES = 1000;

const ALLOW_ALL: RobotRules = { allows: () => true, sitemaps: [] };
const DISALLOW_ALL: RobotRules = { allows: (path) => path === "/robots.txt", sitemaps: [] };

interface Kept {
  readonly rules: Promise<RobotRules>;
  untilMs: number;
}

export interface RobotsOptions {
  readonly fetcher: Pick<Fetcher, "get">;
  /** Product token. */
  readonly robot: string;
  readonly clock: Clock;
}

/** What sites allow, asked once a day: 4xx allows everything, 5xx and silence nothing (RFC 9309, 2.3.1). */
export class RobotsCache {
  readonly #options: RobotsOptions;
  readonly #kept = new Map<string, Kept>();

  constructor(options: RobotsOptions) {
    this.#options = options;
  }

  async allows(address: string, signal?: AbortSignal): Promise<boolean> {
    const url = URL.parse(address);
    if (url === null) return false;
    return (await this.#rulesOf(url.origin, signal)).allows(`${url.pathname}${url.search}`);
  }

  /** @throws AppError `fetch-refused` where the site asks robots to keep out */
  async assertAllowed(address: string, signal?: AbortSignal): Promise<void> {
    if (await this.allows(address, signal)) return;
    throw new AppError(
      "fetch-refused",
      `robots.txt of ${URL.parse(address)?.host ?? address} asks robots not to read ${address}. A feed of the site, where there is one, can be followed all the same.`,
    );
  }

  #rulesOf(origin: string, signal: AbortSignal | undefined): Promise<RobotRules> {
    const now = this.#options.clock.nowMs();
    const kept = this.#kept.get(origin);
    // A clock that was set back must not make it last for years.
    if (kept !== undefined && now < kept.untilMs && kept.untilMs - now <= KEEP_MS) return kept.rules;
    const fresh: Kept = { rules: this.#ask(origin, signal), untilMs: now + KEEP_MS };
    this.#kept.delete(origin);
    this.#kept.set(origin, fresh);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MAX_SITES && oldest !== undefined) this.#kept.delete(oldest);
    fresh.rules.then(
      (rules) => {
        if (rules === DISALLOW_ALL) fresh.untilMs = now + KEEP_FAILURE_MS;
      },
      () => this.#kept.delete(origin),
    );
    return fresh.rules;
  }

  async #ask(origin: string, signal: AbortSignal | undefined): Promise<RobotRules> {
    const { fetcher, robot } = this.#options;
    try {
      const answer = await fetcher.get(`${origin}/robots.txt`, { accept: "text/plain, */*;q=0.5", signal });
      if (isOk(answer)) return parseRobots(answer.body, robot);
      return answer.status >= 400 && answer.status < 500 && answer.status !== 429 ? ALLOW_ALL : DISALLOW_ALL;
    } catch (error) {
      signal?.throwIfAborted();
      // A site that may not be asked at all is no site that asks robots to keep out.
      if (!(error instanceof AppError) || error.code === "fetch-refused") throw error;
      return DISALLOW_ALL;
    }
  }
}
