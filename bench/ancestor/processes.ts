import { readdirSync, readFileSync } from "node:fs";

/** Of all processes of a tree together, in megabytes (10⁶ bytes). */
export interface TreeMemory {
  /** Resident, pages that several processes share counted in each. */
  readonly rss: number;
  /** Resident, pages that several processes share counted in parts. */
  readonly pss: number;
}

/** Ticks a second of the times in /proc; the same on every Linux that runs Node. */
const TICKS_PER_SECOND = 100;
const SAMPLE_EVERY_MS = 200;
const NO_MEMORY: TreeMemory = { rss: 0, pss: 0 };

const read = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // It has ended.
  }
};

/** Those processes and all that they started. Linux only. */
function familyOf(pids: readonly number[]): number[] {
  return pids.flatMap((pid) => {
    let threads: string[] = [];
    try {
      threads = readdirSync(`/proc/${pid}/task`);
    } catch {
      return []; // It has ended.
    }
    const children = threads.flatMap((thread) =>
      read(`/proc/${pid}/task/${thread}/children`).split(" ").filter(Boolean).map(Number),
    );
    return [pid, ...familyOf(children)];
  });
}

export function measureMemory(pids: readonly number[]): TreeMemory {
  let sum = NO_MEMORY;
  for (const pid of familyOf(pids)) {
    const text = read(`/proc/${pid}/smaps_rollup`);
    const megabytes = (name: string): number =>
      (Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1] ?? 0) * 1024) / 1e6;
    sum = { rss: sum.rss + megabytes("Rss"), pss: sum.pss + megabytes("Pss") };
  }
  return sum;
}

/** Processor time that they have used so far, in ms, in steps of ten. */
export function measureProcessorMs(pids: readonly number[]): number {
  let ticks = 0;
  for (const pid of familyOf(pids)) {
    // After the name, which may hold anything, stands the third field; the 14th and 15th are user and system time.
    const fields = read(`/proc/${pid}/stat`).split(") ").at(-1)?.split(" ") ?? [];
    ticks += Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
  }
  return (ticks * 1000) / TICKS_PER_SECOND;
}

/** The most memory that the processes take together, looked at five times a second until it is stopped. */
export class TreeSampler {
  readonly #pids: readonly number[];
  #most = NO_MEMORY;
  readonly #timer = setInterval(() => this.#sample(), SAMPLE_EVERY_MS);

  constructor(pids: readonly number[]) {
    this.#pids = pids;
  }

  stop(): TreeMemory {
    clearInterval(this.#timer);
    this.#sample();
    return this.#most;
  }

  #sample(): void {
    const { rss, pss } = measureMemory(this.#pids);
    this.#most = { rss: Math.max(this.#most.rss, rss), pss: Math.max(this.#most.pss, pss) };
  }
}
