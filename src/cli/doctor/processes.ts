import { statSync } from "node:fs";
import type { Machine } from "./machine.ts";

/** What can be known of another process. */
export interface OtherProcess {
  readonly id: number;
  /** Its command line; undefined where it may not be read. */
  readonly command: string | undefined;
  /** It takes no processor until somebody lets it go on: stopped by Ctrl-Z, `kill -STOP` or a debugger. */
  readonly isStopped: boolean;
}

const MAX_SHOWN = 120;

function toProcess(id: number, machine: Machine): OtherProcess {
  const words = machine.readText(`/proc/${id}/cmdline`)?.split("\0").join(" ").trim();
  const state = /^State:\s+(\S)/m.exec(machine.readText(`/proc/${id}/status`) ?? "")?.[1];
  return { id, command: words ? words.slice(0, MAX_SHOWN) : undefined, isStopped: state === "T" || state === "t" };
}

export const describeProcess = ({ id, command }: OtherProcess): string =>
  command === undefined ? `process ${id}` : `process ${id} (${command})`;

/** Who has locked a file for writing. Undefined where the system does not tell, as for processes of another container. */
export function findLocker(path: string, machine: Machine): OtherProcess | undefined {
  const inode = statSync(path, { throwIfNoEntry: false })?.ino;
  for (const line of machine.readText("/proc/locks")?.split("\n") ?? []) {
    const [, id, file] = /\sWRITE\s+(\d+)\s+[\da-f]+:[\da-f]+:(\d+)\s/i.exec(line) ?? [];
    if (file !== undefined && Number(file) === inode && Number(id) > 0) return toProcess(Number(id), machine);
  }
  return undefined;
}

/** Who listens on a port. Undefined where the system does not tell, as for processes of other users. */
export function findListener(port: number, machine: Machine): OtherProcess | undefined {
  const sockets = new Set(
    ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((path) =>
      (machine.readText(path) ?? "").split("\n").flatMap((line) => {
        const [, local = "", , state, , , , , , inode] = line.trim().split(/\s+/);
        return state === LISTENING && Number.parseInt(local.split(":")[1] ?? "", 16) === port
          ? [`socket:[${inode}]`]
          : [];
      }),
    ),
  );
  if (sockets.size === 0) return undefined;
  for (const id of machine.listFolder("/proc").filter((name) => /^\d+$/.test(name))) {
    const files = machine.listFolder(`/proc/${id}/fd`);
    if (files.some((file) => sockets.has(machine.readLink(`/proc/${id}/fd/${file}`) ?? "")))
      return toProcess(Number(id), machine);
  }
  return undefined;
}

/** Of /proc/net/tcp. */
const LISTENING = "0A";
