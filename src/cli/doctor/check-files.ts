import { readdirSync, type Stats, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { alertsPath } from "../../alerts/store/alerts-database.ts";
import { AUDIT_FOLDER } from "../../audit/audit-files.ts";
import { databasePath } from "../../compose/care.ts";
import { type Check, type Found, fault, fine, type Patient, warning } from "./finding.ts";

/** Anybody may write. */
const OTHERS_WRITE = 0o002;
/** Anybody but the owner may read or write. */
const NOT_OWNER = 0o077;

/** More files than this are counted, not listed. */
const LISTED = 3;

export const checkFiles: Check = {
  area: "files",
  *examine(patient) {
    const { folder, tokensPath, auditFolder, machine } = patient;
    const owner = statSync(folder, { throwIfNoEntry: false });
    if (owner === undefined || statSync(databasePath(folder), { throwIfNoEntry: false }) === undefined) {
      if (owner === undefined && !machine.may("write", nearestFolder(folder)))
        yield fault(
          "folder-unwritable",
          `No archive can be made in ${folder}: this user may not write in ${nearestFolder(folder)}.`,
          `sudo install -d -o ${userOf(machine.userId)} ${folder}`,
        );
      return;
    }
    const paths = [folder, ...listFiles(folder)];
    const own = `sudo chown -R ${userOf(machine.userId)} ${folder}`;
    const unreadable = paths.filter((path) => !machine.may("read", path));
    const unwritable = paths.filter((path) => !unreadable.includes(path) && !machine.may("write", path));
    if (unreadable.length > 0)
      yield fault("files-unreadable", `This user may not read ${listed(unreadable, folder)}: searches fail.`, own);
    if (unwritable.length > 0)
      yield fault(
        "files-unwritable",
        `This user may not write ${listed(unwritable, folder)}: the archive can be searched, and nothing can be added.`,
        own,
      );
    if (machine.platform !== "win32") yield* checkModes({ ...patient, owner, paths });
    for (const path of [tokensPath, auditFolder].filter((path) => path !== undefined)) {
      const place = statSync(path, { throwIfNoEntry: false }) === undefined ? nearestFolder(path) : path;
      if (!place.startsWith(folder) && !machine.may("write", place))
        yield fault(
          "files-unwritable",
          `This user may not write ${place}, where ${basename(path)} is kept.`,
          `sudo chown -R ${userOf(machine.userId)} ${place}`,
        );
    }
    if (unreadable.length + unwritable.length === 0) yield fine("all files of the archive can be read and written");
  },
};

function* checkModes({
  folder,
  tokensPath,
  machine,
  owner,
  paths,
}: Patient & { readonly owner: Stats; readonly paths: readonly string[] }): Iterable<Found> {
  const open = paths.filter((path) => ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & OTHERS_WRITE) !== 0);
  if (open.length > 0)
    yield fault(
      "files-open",
      `Every user of this machine may write ${listed(open, folder)}.`,
      `chmod -R o-w ${folder}`,
    );
  const secrets = [tokensPath, alertsPath(folder), join(folder, AUDIT_FOLDER)].filter(
    (path) => ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & NOT_OWNER) !== 0,
  );
  for (const path of secrets)
    yield fault(
      "secrets-readable",
      `Others than its owner may read ${path}, which holds what they could log in with, whom to write to, or what readers did.`,
      `chmod -R go= ${path}`,
    );
  const foreign = paths.filter((path) => statSync(path, { throwIfNoEntry: false })?.uid !== owner.uid);
  if (foreign.length > 0)
    yield warning(
      "files-foreign",
      `${listed(foreign, folder)} belong to another user than the folder: a command was run as root, and the server may not read what it wrote.`,
      `sudo chown -R --reference=${folder} ${folder}`,
    );
  else if (machine.userId === 0 && owner.uid !== 0)
    yield warning(
      "running-as-root",
      `${folder} belongs to user ${owner.uid}, and this is root: what root writes the server may not be able to write.`,
      `sudo -u '#${owner.uid}' wenxun …`,
    );
}

function listFiles(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true }).map(({ parentPath, name }) =>
      join(parentPath, name),
    );
  } catch {
    // That the folder may not be read is found with the folder itself.
    return [];
  }
}

function listed(paths: readonly string[], folder: string): string {
  const names = paths.slice(0, LISTED).map((path) => (path === folder ? folder : path.slice(folder.length + 1)));
  return names.join(", ") + (paths.length > LISTED ? ` and ${paths.length - LISTED} more` : "");
}

const userOf = (userId: number | undefined): string => (userId === undefined ? "$USER" : String(userId));

function nearestFolder(path: string): string {
  const parent = dirname(path);
  return parent === path || statSync(parent, { throwIfNoEntry: false }) !== undefined ? parent : nearestFolder(parent);
}
