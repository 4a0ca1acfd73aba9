import { join } from "node:path";
import type { Machine } from "./machine.ts";

/** How much memory this process may take before the system ends it. */
export interface MemoryLimit {
  readonly bytes: number;
  /** The file that says so; undefined where it is the memory of the machine. */
  readonly path: string | undefined;
}

const CGROUPS = "/sys/fs/cgroup";

/** The tightest of the limits that control groups of version 2 and 1 set, and the memory of the machine. */
export function findMemoryLimit(machine: Machine): MemoryLimit {
  const lines = (machine.readText("/proc/self/cgroup") ?? "").split("\n");
  let limit: MemoryLimit = { bytes: machine.memoryBytes, path: undefined };
  for (const line of lines) {
    const [, controllers = "", group = "/"] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    // Version 2 names no controllers.
    const isSecond = line.startsWith("0::");
    if (!isSecond && !controllers.split(",").includes("memory")) continue;
    const root = isSecond ? CGROUPS : join(CGROUPS, "memory");
    for (const folder of withParents(group)) {
      const path = join(root, folder, isSecond ? "memory.max" : "memory.limit_in_bytes");
      const bytes = Number(machine.readText(path)?.trim() ?? Number.NaN);
      // `max` is no number, and no limit is a huge one in version 1.
      if (bytes < limit.bytes) limit = { bytes, path };
    }
  }
  return limit;
}

/** `/a/b`, `/a`, `/`: a container sees its own group as the root, whatever it is called outside. */
function withParents(group: string): string[] {
  const parts = group.split("/").filter((part) => part !== "");
  return Array.from({ length: parts.length + 1 }, (_, index) => `/${parts.slice(0, parts.length - index).join("/")}`);
}
