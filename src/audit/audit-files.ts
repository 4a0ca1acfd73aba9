import { chownSync, existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

/** Name of the folder of the log within an archive's. */
export const AUDIT_FOLDER = "audit";

/** The files of a log are numbered from 1; the last one is being written. */
export const auditFile = (folder: string, number: number): string =>
  join(folder, `${String(number).padStart(6, "0")}.jsonl`);

/** Numbers of the files that are there, ascending; none where there is no folder. */
export function listAuditFiles(folder: string): number[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((name) => /^(\d{6,})\.jsonl$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((one, other) => one - other);
}

/** Makes the folder, for its owner alone. */
export function makeAuditFolder(folder: string): void {
  if (existsSync(folder)) return;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  giveToOwner(folder);
}

/** What root makes belongs to the owner of the folder it stands in, so that the server can go on with it. */
export function giveToOwner(path: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(dirname(path));
  chownSync(path, uid, gid);
}
