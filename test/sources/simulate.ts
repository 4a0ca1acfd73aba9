import { setTimeout as wait } from "node:timers/promises";
import type { Article } from "../../src/archive/article.ts";
import { createFetcher } from "../../src/fetch/create-fetcher.ts";
import type { CheckOptions } from "../../src/sources/check-source.ts";
import { runSchedule } from "../../src/sources/schedule.ts";
import { ItemStore } from "../../src/sources/store/item-store.ts";
import { PageStore } from "../../src/sources/store/page-store.ts";
import { SourceStore } from "../../src/sources/store/source-store.ts";
import { openSourcesDatabase } from "../../src/sources/store/sources-database.ts";
import { createVirtualClock } from "../fakes/virtual-clock.ts";
import { startWebServer } from "../fakes/web-server.ts";
import { FeedWorld } from "./feed-world.ts";
import { createRandom } from "./random.ts";

export interface SimulationOptions {
  readonly folder: string;
  readonly feeds: number;
  readonly days: number;
  /** How often the client is killed, and its clock set. */
  readonly kills: number;
  readonly seed: number;
  /** Where articles go; default: a map. */
  readonly put?: ((articles: readonly Article[]) => void) | undefined;
  readonly onDay?: ((day: number, checks: number) => void) | undefined;
}

export interface SimulationReport {
  /** Articles that were shown in answers that came whole. */
  readonly shown: number;
  readonly stored: number;
  /** Shown and not stored. */
  readonly lost: readonly string[];
  /** Stored more than once. */
  readonly doubled: readonly string[];
  /** Stored otherwise than they were shown last. */
  readonly stale: readonly string[];
  /** Questions that came earlier than allowed. */
  readonly early: readonly string[];
  readonly requests: number;
  readonly checks: number;
  readonly kills: number;
  /** Things that stood in the way on the client's side, other than kills. */
  readonly errors: readonly string[];
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** After the last fault all feeds are looked at once more. */
const CALM_DAYS = 3;

/** Real time in which what was sent arrives. */
const ON_ITS_WAY_MS = 100;

class Kill extends Error {}

/** Follows a world of feeds for many days of virtual time, is killed again and again, and compares what it has with what was shown. */
export async function simulate(options: SimulationOptions): Promise<SimulationReport> {
  const { folder, feeds, days, seed } = options;
  const random = createRandom(seed);
  const startMs = Date.UTC(2026, 0, 1);
  const clock = createVirtualClock(startMs);
  const endMs = days * DAY_MS;
  const world = new FeedWorld({ feeds, random, passedMs: () => clock.steadyMs(), startMs, publishUntilMs: endMs });
  await using server = await startWebServer(world.answer);
  const stored = new Map<string, Article>();
  const errors: string[] = [];
  let checks = 0;
  let kills = 0;

  /** Runs until the time is over or it is killed. */
  const live = async (untilMs: number, killAtMs: number): Promise<void> => {
    const database = openSourcesDatabase(folder);
    const fetcher = createFetcher({
      userAgent: "simulation",
      allow: ["*.test"],
      resolve: async () => ["127.0.0.1"],
      // In real time: a busy machine is no slow site.
      timeoutMs: 60_000,
      clock,
    });
    const stop = new AbortController();
    let isDead = false;
    const dieIfTime = (): void => {
      // Somewhere in the middle of what is being done, and from then on nothing more is done.
      if (isDead || (clock.steadyMs() >= killAtMs && random() < 0.3)) {
        isDead = true;
        stop.abort();
        throw new Kill("killed");
      }
    };
    const put = async (articles: readonly Article[]): Promise<void> => {
      dieIfTime();
      for (const article of articles) stored.set(article.id, article);
      options.put?.(articles);
      dieIfTime();
    };
    const check: CheckOptions = {
      sources: dying(new SourceStore(database), dieIfTime),
      items: dying(new ItemStore(database), dieIfTime),
      pages: new PageStore(database),
      fetcher,
      assertAllowed: async () => {},
      readsPages: false,
      put,
      timezone: "Asia/Shanghai",
      clock,
      random,
    };
    for (const address of world.addresses(server.port)) {
      const found = new SourceStore(database).byAddress(address);
      if (found === undefined)
        new SourceStore(database).add({ kind: "feed", address, fullText: "never" }, clock.nowMs());
    }
    const over = clock.sleep(untilMs - clock.steadyMs(), stop.signal).then(
      () => stop.abort(),
      () => {},
    );
    await runSchedule({
      ...check,
      signal: stop.signal,
      lookEveryMs: HOUR_MS,
      onCheck: ({ source }) => {
        checks++;
        world.hear(URL.parse(source.address)?.hostname ?? "");
      },
      onError: (error) => {
        if (!(error instanceof Kill)) errors.push(String(error));
      },
    }).catch((error: unknown) => {
      if (!(error instanceof Kill)) throw error;
    });
    await over;
    await fetcher.close();
    database.close();
    // What it had asked before is still on its way; in virtual time that would be minutes.
    await wait(ON_ITS_WAY_MS);
    world.kill();
    if (isDead) kills++;
  };

  const killTimes = Array.from({ length: options.kills }, () => random() * endMs).sort((a, b) => a - b);
  for (const killAtMs of [...killTimes, Infinity]) {
    await live(endMs, killAtMs);
    // While it is down the clock may be set.
    if (random() < 0.5) clock.jump((random() - 0.5) * 60 * HOUR_MS);
    options.onDay?.(Math.floor(clock.steadyMs() / DAY_MS), checks);
  }
  world.isCalm = true;
  await live(endMs + CALM_DAYS * DAY_MS, Infinity);
  return { ...compare(world.shown, stored), early: world.early, requests: world.requests, checks, kills, errors };
}

/** Every call may be the last one. */
function dying<T extends object>(store: T, dieIfTime: () => void): T {
  return new Proxy(store, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) => {
        dieIfTime();
        return value.apply(target, args) as unknown;
      };
    },
  });
}

function compare(shown: ReadonlyMap<string, string>, stored: ReadonlyMap<string, Article>) {
  const byToken = new Map<string, Article[]>();
  for (const article of stored.values()) {
    const token = /^\[[^\]]+\]/.exec(article.body)?.[0] ?? article.body;
    byToken.set(token, [...(byToken.get(token) ?? []), article]);
  }
  return {
    shown: shown.size,
    stored: stored.size,
    lost: [...shown.keys()].filter((token) => !byToken.has(token)),
    doubled: [...byToken].filter(([, articles]) => articles.length > 1).map(([token]) => token),
    stale: [...shown]
      .filter(([token, body]) => byToken.get(token)?.every((article) => article.body !== body))
      .map(([token]) => token),
  };
}
