import { readFileSync } from "node:fs";

/** Megabytes (10⁶ bytes) resident in a process, from /proc/PID/status; undefined on other systems than Linux. */
export interface ResidentMemory {
  readonly total: number;
  /** Of its own: heap, WebAssembly memories, stacks. */
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
  return { total: read("VmRSS"), anonymous: read("RssAnon"), file: read("RssFile"), peak: read("VmHWM") };
}
