import { AppError } from "../../errors.ts";
import { planMemory } from "../../memory/plan.ts";
import { toSize } from "../printable.ts";
import { type Check, type Found, fault, fine, type Patient, warning } from "./finding.ts";
import type { Machine } from "./machine.ts";
import { findMemoryLimit } from "./memory-limit.ts";

const MIB = 2 ** 20;
/** Of a limit, what a ceiling may take: code that is read in and the system's own share come on top; see docs/DEPLOY.md. */
const CEILING_SHARE = 1 / 1.1;
/** Less than a server needs for itself. */
const LEAST_AVAILABLE_BYTES = 128 * MIB;
/** Of the swap, when it counts as used up. */
const SWAP_USED_SHARE = 0.9;
/** The encoder that ships; others are told by the server when it starts. */
const ENCODER_BYTES = 24 * MIB;

export const checkMemory: Check = {
  area: "memory",
  *examine(patient) {
    const { config, machine } = patient;
    const limit = findMemoryLimit(machine);
    const place =
      limit.path === undefined ? "the memory of this machine" : `the limit of its control group (${limit.path})`;
    const highest = Math.floor((limit.bytes * CEILING_SHARE) / MIB);
    const { maxMemory } = config;
    if (maxMemory !== undefined && maxMemory > limit.bytes * CEILING_SHARE) {
      const what = `max-memory is ${toSize(maxMemory)}, and ${place} is ${toSize(limit.bytes)}: the system ends the server before it reaches its ceiling.`;
      yield fault(
        "memory-above-limit",
        what,
        `--max-memory ${highest}m   (or raise the limit: MemoryMax= of systemd, --memory of docker)`,
      );
    } else if (maxMemory === undefined && limit.path !== undefined)
      yield warning(
        "memory-no-ceiling",
        `A limit of ${toSize(limit.bytes)} holds here (${limit.path}), and the server does not know of it.`,
        `--max-memory ${highest}m`,
      );
    yield* checkFit(patient);
    yield* checkUse(machine);
    yield fine(
      `${maxMemory === undefined ? "no ceiling" : `ceiling ${toSize(maxMemory)}`}, ${place} is ${toSize(limit.bytes)}`,
    );
  },
};

function* checkFit({ config: { maxMemory, searchThreads, searchQueue }, inspect }: Patient): Iterable<Found> {
  if (maxMemory === undefined) return;
  try {
    const { rows, keptBytes } = inspect();
    planMemory(
      { rows, archiveBytes: keptBytes, encoderBytes: ENCODER_BYTES },
      { ceilingBytes: maxMemory, threads: searchThreads, queue: searchQueue },
    );
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    // Why the archive cannot be read is told with it.
    if (error.code !== "usage") return;
    const { remedy } = error;
    const value = remedy?.code === "set-option" ? remedy.value : undefined;
    yield fault("memory-too-small", error.message, `--max-memory ${value ?? "SIZE"}`);
  }
}

function* checkUse(machine: Machine): Iterable<Found> {
  const text = machine.readText("/proc/meminfo") ?? "";
  const bytesOf = (name: string): number | undefined => {
    const kilobytes = new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  };
  const available = bytesOf("MemAvailable");
  if (available !== undefined && available < LEAST_AVAILABLE_BYTES)
    yield fault(
      "memory-short",
      `Only ${toSize(available)} of memory are free.`,
      "ps -eo rss,pid,comm --sort=-rss | head   (shows who takes it)",
    );
  const [total = 0, free = 0] = [bytesOf("SwapTotal"), bytesOf("SwapFree")];
  if (total > 0 && free < total * (1 - SWAP_USED_SHARE))
    yield warning(
      "swap-full",
      `${toSize(total - free)} of ${toSize(total)} swap are used: the machine has too little memory for what it runs.`,
      "ps -eo rss,pid,comm --sort=-rss | head   (shows who takes it)",
    );
}
