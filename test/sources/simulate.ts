import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
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
import { hostOf } from "./feed-world.ts";
import { createRandom } from "./random.ts";
import { startWorld, type WorldReport } from "./world.ts";

export interface SimulationOptions {
  /** Of what is followed; the world and the time are kept there too where it is stopped. */
  readonly folder: string;
  readonly feeds: number;
  readonly days: number;
  /** How often the client is killed, and its clock set. */
  readonly kills: number;
  readonly seed: number;
  readonly onDay?: ((day: number, checks: number) => void) | undefined;
  /** Asked whenever the client has been killed: true to keep all in the folder, from where the same call goes on another time. */
  readonly mayStop?: (() => boolean) | undefined;
}

export interface SimulationReport extends WorldReport {
  readonly checks: number;
  readonly kills: number;
  /** Things that stood in the way on the client's side, other than kills. */
  readonly errors: readonly string[];
}

/** How far a simulation has come that was stopped. */
interface Progress {
  /** Kills that were planned and are behind. */
  lives: number;
  checks: number;
  kills: number;
  readonly errors: string[];
  passedMs: number;
  setByMs: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** After the last fault all feeds are looked at once more. */
const CALM_DAYS = 3;

/** Real time in which what was sent arrives. */
const ON_ITS_WAY_MS = 100;

class Kill extends Error {}

/**
 * Follows a world of feeds for many days of virtual time, is killed again and again, and compares what it has with what was shown; undefined
 * where it was stopped before the end.
 */
export async function simulate(options: SimulationOptions): Promise<SimulationReport | undefined> {
  const { folder, feeds, days, seed, mayStop } = options;
  const progressFile = join(folder, "progress.json");
  const worldFile = join(folder, "world.json");
  const progress: Progress = existsSync(progressFile)
    ? (JSON.parse(readFileSync(progressFile, "utf8")) as Progress)
    : { lives: 0, checks: 0, kills: 0, errors: [], passedMs: 0, setByMs: 0 };
  const { passedMs, setByMs, errors } = progress;
  const random = createRandom(seed + Math.floor(passedMs / 1000));
  const startMs = Date.UTC(2026, 0, 1);
  const endMs = days * DAY_MS;
  await using world = await startWorld({ feeds, seed, startMs, publishUntilMs: endMs, file: worldFile, passedMs });
  const clock = createVirtualClock({ startMs, passedMs, setByMs, onPass: world.pass });

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
      world.put(articles);
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
    followAll(new SourceStore(database), { feeds, port: world.port }, clock.nowMs());
    const over = clock.sleep(untilMs - clock.steadyMs(), stop.signal).then(
      () => stop.abort(),
      () => {},
    );
    await runSchedule({
      ...check,
      signal: stop.signal,
      lookEveryMs: HOUR_MS,
      onCheck: ({ source }) => {
        progress.checks++;
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
    if (isDead) progress.kills++;
  };

  const drawKill = createRandom(seed + 1);
  const killTimes = Array.from({ length: options.kills }, () => drawKill() * endMs).sort((a, b) => a - b);
  for (const killAtMs of [...killTimes, Infinity].slice(progress.lives)) {
    await live(endMs, killAtMs);
    progress.lives++;
    // While it is down the clock may be set, by up to three days: further than anything is planned.
    if (random() < 0.5) clock.jump((random() - 0.5) * 6 * DAY_MS);
    options.onDay?.(Math.floor(clock.steadyMs() / DAY_MS), progress.checks);
    if (mayStop?.() === true) {
      world.save(worldFile);
      const now = { ...progress, passedMs: clock.steadyMs(), setByMs: clock.setByMs };
      writeFileSync(progressFile, JSON.stringify(now));
      return undefined;
    }
  }
  world.calm();
  await live(endMs + CALM_DAYS * DAY_MS, Infinity);
  const { checks, kills } = progress;
  return { ...(await world.report()), checks, kills, errors };
}

/** Follows all feeds that are not followed yet; where the world has moved to another port, they are the same ones. */
function followAll(
  sources: SourceStore,
  { feeds, port }: { readonly feeds: number; readonly port: number },
  nowMs: number,
): void {
  const known = new Map(sources.list().map((source) => [URL.parse(source.address)?.hostname, source]));
  for (let index = 0; index < feeds; index++) {
    const host = hostOf(index);
    const address = `http://${host}:${port}/feed.xml`;
    const source = known.get(host);
    if (source === undefined) sources.add({ kind: "feed", address, fullText: "never" }, nowMs);
    else if (source.address !== address) sources.change(source.id, { address });
  }
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
