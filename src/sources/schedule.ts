import { AppError } from "../errors.ts";
import { type CheckOptions, type CheckReport, checkSource } from "./check-source.ts";
import { longestWaitMs } from "./next-check.ts";
import { askHub, confirmWaitMs, type Subscriber } from "./push/ask-hub.ts";
import { readWaitingPage } from "./read-waiting-page.ts";
import type { FollowedSource } from "./store/source-store.ts";

export interface ScheduleOptions extends CheckOptions {
  readonly signal: AbortSignal;
  /** Asks hubs; absent: none is asked, since none could call back. */
  readonly subscriber?: Subscriber | undefined;
  readonly onCheck?: ((report: CheckReport) => void) | undefined;
  /** Told of what stood in the way on this side. */
  readonly onError: (error: unknown, doing: string) => void;
  /** How often it is looked whether another process has added something. Default 5 s. */
  readonly lookEveryMs?: number | undefined;
  /** What is asked at the same time; of one host always one. Default 8. */
  readonly atOnce?: number | undefined;
}

const DEFAULT_LOOK_EVERY_MS = 5000;
const DEFAULT_AT_ONCE = 8;
/** Pages are taken up to this many at a time per host. */
const DUE_LIMIT = 200;

/** Checks what is due, again and again, until the signal is aborted; then what is under way is broken off and made again another time. */
export async function runSchedule(options: ScheduleOptions): Promise<void> {
  await new Schedule(options).run();
}

class Schedule {
  readonly #options: ScheduleOptions;
  readonly #underWay = new Map<string, Promise<void>>();

  constructor(options: ScheduleOptions) {
    this.#options = options;
  }

  async run(): Promise<void> {
    const { signal, clock, lookEveryMs = DEFAULT_LOOK_EVERY_MS } = this.#options;
    while (!signal.aborted) {
      this.#start();
      const nap = new AbortController();
      const woken = clock.sleep(this.#idleMs(lookEveryMs), AbortSignal.any([signal, nap.signal])).catch(ignoreWaking);
      await Promise.race([woken, ...this.#underWay.values()]);
      nap.abort();
    }
    await Promise.all(this.#underWay.values());
  }

  #idleMs(lookEveryMs: number): number {
    const { sources, pages, pushes, subscriber, clock } = this.#options;
    const hubMs = subscriber === undefined ? undefined : pushes?.nextDueMs();
    const next =
      Math.min(sources.nextDueMs() ?? Infinity, pages.nextDueMs() ?? Infinity, hubMs ?? Infinity) - clock.nowMs();
    return Math.max(250, Math.min(lookEveryMs, next));
  }

  #start(): void {
    const { sources, pages, clock, atOnce = DEFAULT_AT_ONCE, readsPages, readPage } = this.#options;
    const nowMs = clock.nowMs();
    for (const source of sources.due(nowMs, DUE_LIMIT)) {
      if (this.#underWay.size >= atOnce) return;
      const lane = source.kind === "folder" ? source.address : (URL.parse(source.address)?.hostname ?? source.address);
      if (this.#underWay.has(lane) || !this.#mayAsk(source) || !sources.claim(source, clock)) continue;
      this.#run(lane, `checking ${source.address}`, () => this.#check(source));
    }
    this.#askHubs(nowMs);
    if (!readsPages || readPage === undefined) return;
    for (const page of pages.due(nowMs, DUE_LIMIT)) {
      if (this.#underWay.size >= atOnce) return;
      const lane = URL.parse(page.url)?.hostname ?? page.url;
      if (this.#underWay.has(lane) || !pages.claim(page, nowMs)) continue;
      this.#run(lane, `reading ${page.url}`, () => readWaitingPage(page, { ...this.#options, readPage }));
    }
  }

  #askHubs(nowMs: number): void {
    const { pushes, subscriber, signal, atOnce = DEFAULT_AT_ONCE } = this.#options;
    if (pushes === undefined || subscriber === undefined) return;
    for (const push of pushes.due(nowMs, DUE_LIMIT)) {
      if (this.#underWay.size >= atOnce) return;
      const lane = `hub ${URL.parse(push.hub)?.hostname ?? push.hub}`;
      if (this.#underWay.has(lane) || !pushes.claim(push, nowMs + confirmWaitMs(push.tries))) continue;
      this.#run(lane, `asking the hub ${push.hub}`, () => askHub(push, { ...subscriber, pushes, signal }));
    }
  }

  /** False where the clock was set forward since the check was planned: it is then planned anew. */
  #mayAsk({ id, steadyDueMs, askedWaitMs }: FollowedSource): boolean {
    const { clock, sources } = this.#options;
    const restMs = (steadyDueMs ?? -Infinity) - clock.steadyMs();
    // More than is ever planned: the machine has been started anew since, and its clock is all there is to go by.
    if (restMs <= 0 || restMs > longestWaitMs(askedWaitMs)) return true;
    sources.change(id, { nextCheckMs: clock.nowMs() + restMs });
    return false;
  }

  async #check(source: FollowedSource): Promise<void> {
    // Not as an argument of a call that is optional: it would not be made where nobody listens.
    const report = await checkSource(source, this.#options);
    this.#options.onCheck?.(report);
  }

  #run(lane: string, doing: string, task: () => Promise<void>): void {
    const { signal, onError } = this.#options;
    const running = task()
      .catch((error: unknown) => {
        if (!signal.aborted && !(error instanceof AppError && error.code === "not-found")) onError(error, doing);
      })
      .finally(() => this.#underWay.delete(lane));
    this.#underWay.set(lane, running);
  }
}

/** Called off because something else came first. */
function ignoreWaking(): void {}
