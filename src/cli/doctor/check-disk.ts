import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { toSize } from "../printable.ts";
import { type Check, fault, fine, warning } from "./finding.ts";

/** Below this an import of a few thousand articles may not fit. */
const LEAST_FREE_BYTES = 256 * 2 ** 20;
/** Segments, journals and lists of rejects. */
const LEAST_FREE_FILES = 1000;

/** File systems whose locks and shared memory SQLite cannot rely on, by the number that the system knows them by. */
const NETWORK_KINDS: Readonly<Record<number, string>> = {
  26985: "NFS",
  4283649346: "CIFS",
  4266872130: "SMB",
  20859: "SMB",
  16914836: "9P",
};

export const checkDisk: Check = {
  area: "disk",
  *examine({ folder, cluster, archiveFlag, machine }) {
    // The cluster's own disks are told with the archive.
    if (cluster !== undefined) return;
    const room = machine.room(folder);
    if (room === undefined) return;
    const { freeBytes, freeFiles, kind } = room;
    const usedBytes = sizeOf(folder);
    const network = NETWORK_KINDS[kind];
    if (network !== undefined)
      yield fault(
        "disk-network",
        `The archive lies on ${network}: the locks and the shared memory of SQLite do not work there, and two writers can destroy it.`,
        "move the folder to a disk of this machine, and copy it away with wenxun backup DIR",
      );
    if (freeBytes < LEAST_FREE_BYTES)
      yield fault(
        "disk-full",
        `The disk of ${folder} has ${toSize(freeBytes)} left: imports will soon fail.`,
        `du -xh --max-depth=1 ${folder}/.. | sort -h   (shows what takes the room)`,
      );
    else if (freeBytes < usedBytes)
      yield warning(
        "disk-short",
        `The disk of ${folder} has ${toSize(freeBytes)} left, less than the ${toSize(usedBytes)} of the archive: compacting, reindexing and a backup beside it write as much anew before they remove the old.`,
        `make room, or move the archive${archiveFlag === "" ? "" : ` (${archiveFlag.trim()})`} to a larger disk`,
      );
    if (freeFiles !== undefined && freeFiles < LEAST_FREE_FILES)
      yield fault(
        "disk-inodes",
        `The disk of ${folder} can hold only ${freeFiles} more files, however small.`,
        `df -i ${folder}   (delete many small files elsewhere on it)`,
      );
    yield fine(`${toSize(freeBytes)} free, the archive takes ${toSize(usedBytes)}`);
  },
};

function sizeOf(folder: string): number {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return 0;
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce(
      (sum, { parentPath, name }) => sum + (statSync(join(parentPath, name), { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
}
