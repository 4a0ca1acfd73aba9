import { readFileSync } from "node:fs";

/** Megabytes (10⁶ bytes) resident in a process, from /proc/PID/status; undefined on other systems than Linux. */
export interface ResidentMemory {
  readonly total: number;
  /** Of its own: heap, WebAssembly memories, stacks, memory shared among its threads. */
  readonly anonymous: number;
  /** Mapped files: the program itself, above all. */
  readonly file: number;
  /** The most that `total` has been. */
  readonly peak: number;
}

export function residentMemory(pid: number | "self" = "self"): ResidentMemory | undefined {
  let status: string;
  try {
    status = readFileSync(`/proc/${pid}/status`, "utf8");
  } catch {
    return undefined; // Not Linux, or the process has ended.
  }
  const read = (name: string): number => {
    const kibibytes = new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1];
    return Math.round((Number(kibibytes) * 1024) / 1e5) / 10;
  };
  // A process that has ended and was not waited for has no memory to tell.
  if (!status.includes("VmRSS:")) return undefined;
  return { total: read("VmRSS"), anonymous: read("RssAnon"), file: read("RssFile"), peak: read("VmHWM") };
}

export interface SampledMemory {
  /** The last sample; undefined where there was none. */
  readonly last: ResidentMemory | undefined;
  /** Highest `total` since the process began. */
  readonly peak: number | undefined;
  /** `total` over time. */
  readonly samples: readonly { readonly seconds: number; readonly total: number }[];
}

const SAMPLE_EVERY_MS = 200;

/** Looks at the memory of a process five times a second until it is stopped. */
export class MemorySampler {
  readonly #pid: number;
  readonly #startMs = performance.now();
  readonly #samples: { seconds: number; total: number }[] = [];
  #last: ResidentMemory | undefined;
  readonly #timer = setInterval(() => this.#sample(), SAMPLE_EVERY_MS);

  constructor(pid: number) {
    this.#pid = pid;
  }

  stop(): SampledMemory {
    clearInterval(this.#timer);
    this.#sample();
    return { last: this.#last, peak: this.#last?.peak, samples: this.#samples };
  }

  #sample(): void {
    const now = residentMemory(this.#pid);
    if (now === undefined) return;
    this.#last = now;
    this.#samples.push({ seconds: (performance.now() - this.#startMs) / 1000, total: now.total });
  }
}
