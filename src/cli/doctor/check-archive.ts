import { statSync } from "node:fs";
import { join } from "node:path";
import { findWriteLock, type Inspection } from "../../compose/care.ts";
import { createSynonymsFile } from "../../compose/synonyms-file.ts";
import { AppError, wordError } from "../../errors.ts";
import { SYNONYMS_FILE } from "../../text/synonyms.ts";
import { counted } from "../counted.ts";
import { toPrintable } from "../printable.ts";
import { CLI_REMEDIES } from "../remedy-words.ts";
import { checkClusterArchive } from "./check-cluster.ts";
import { type Check, type Found, fault, fine, type Patient, warning } from "./finding.ts";
import { describeProcess, findLocker } from "./processes.ts";

/** Clocks of machines that share an archive may differ by so much. */
const CLOCK_TOLERANCE_MS = 60_000;

export const checkArchive: Check = {
  area: "archive",
  async *examine(patient) {
    if (patient.cluster !== undefined) return yield* checkClusterArchive(patient);
    const { archiveFlag } = patient;
    let inspection: Inspection;
    try {
      inspection = patient.inspect();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      yield toFault(error, patient);
      return;
    }
    yield* checkLock(patient);
    if (inspection.problems.length > 0) {
      yield fault(
        "archive-damaged",
        `The archive is damaged: ${inspection.problems.join("; ")}.`,
        `wenxun verify${archiveFlag}   (says all of it), then wenxun verify --repair${archiveFlag}, or restore a backup`,
      );
    }
    if (inspection.isFoldOutdated)
      yield warning(
        "words-outdated",
        "Its words were indexed by another version: some are not found.",
        `wenxun reindex${archiveFlag}`,
      );
    if (inspection.withoutVector > 0)
      yield warning(
        "without-vector",
        `${counted(inspection.withoutVector, "article")} have no vector yet and are found by their words alone.`,
        `wenxun reindex${archiveFlag}`,
      );
    yield* checkSynonyms(patient);
    yield* checkTimes(inspection, patient);
    yield fine(describe(inspection));
  },
};

function toFault(error: AppError, { folder, archiveFlag, machine }: Patient): Found {
  if (
    error.code === "archive-missing" &&
    machine.listFolder(folder).length > 0 &&
    !machine.may("read", join(folder, "archive.db"))
  )
    if (!machine.may("read", folder))
      return fault("archive-unreadable", `This user may not read ${folder}.`, `ls -ld ${folder}`);
  switch (error.code) {
    case "archive-missing":
      if (statSync(folder, { throwIfNoEntry: false })?.isFile() === true)
        return fault(
          "archive-no-folder",
          `${folder} is a file, and an archive is a folder.`,
          `wenxun import ${folder} --archive DIR   (if it holds articles)`,
        );
      return fault(
        "archive-missing",
        `There is no archive in ${folder}.`,
        `wenxun import FILE${archiveFlag}   (or name another folder with --archive)`,
      );
    case "archive-version":
      return fault(
        "archive-version",
        error.message,
        wordError({ message: "", remedy: error.remedy }, CLI_REMEDIES).trim(),
      );
    case "io":
      return fault("archive-unreadable", error.message, `ls -la ${folder}   (and run as the user who owns it)`);
    default:
      return fault(
        error.code,
        error.message,
        `wenxun verify${archiveFlag}, or restore a backup; wenxun export --salvage${archiveFlag} saves what can still be read`,
      );
  }
}

function* checkLock({ folder, machine }: Patient): Iterable<Found> {
  const lock = findWriteLock(folder);
  if (lock === undefined) return;
  const locker = findLocker(lock, machine);
  if (locker === undefined) {
    const what =
      "Another process holds the write lock, and it is none that can be seen from here: it runs in another container, as another user, or on another machine that shares the folder. If that one is dead, the lock stays until its system gives it up.";
    yield warning("locked-elsewhere", what, `fuser -v ${lock}   (as root, on each machine that has the folder)`);
  } else if (locker.isStopped) {
    yield fault(
      "locked-by-stopped",
      `The archive is locked by ${describeProcess(locker)}, which is stopped and will never finish by itself: nothing can be written.`,
      `kill -CONT ${locker.id}   (lets it finish), or kill -KILL ${locker.id}   (loses nothing that it acknowledged)`,
    );
  } else yield fine(`it is being written by ${describeProcess(locker)}`);
}

/** Lines of the archive's own synonyms that are left out. */
function* checkSynonyms({ folder }: Patient): Iterable<Found> {
  const problems: string[] = [];
  createSynonymsFile({ folder, onProblem: (message) => problems.push(message) })();
  const [first, ...others] = problems;
  if (first === undefined) return;
  const path = join(folder, SYNONYMS_FILE);
  yield warning(
    "synonyms-wrong",
    `Synonyms are left out: ${toPrintable(first)}${others.length === 0 ? "" : `, and ${others.length} more`}.`,
    `\${EDITOR:-vi} ${path}   (docs/SEARCH.md says what a line holds)`,
  );
}

function* checkTimes({ lastCommitMs = 0, info }: Inspection, { machine }: Patient): Iterable<Found> {
  const aheadMs = Math.max(lastCommitMs, info.createdAtMs) - machine.nowMs();
  if (aheadMs > CLOCK_TOLERANCE_MS)
    yield fault(
      "clock-behind",
      `The archive was written ${Math.round(aheadMs / 60_000)} minutes in the future: the clock of this machine is behind, or was ahead then.`,
      "sudo timedatectl set-ntp true",
    );
}

function describe({ articles, segments, sampled, commit, lastCommitMs, info, leftovers }: Inspection): string {
  const when = lastCommitMs === undefined ? "never written" : `last written ${new Date(lastCommitMs).toISOString()}`;
  const left = leftovers.length === 0 ? "" : `, ${counted(leftovers.length, "file")} that the next writer removes`;
  return `${counted(articles, "article")} in ${counted(segments, "segment")}, format ${info.formatVersion}, commit ${commit}, ${when}; ${counted(sampled, "article")} looked at${left}`;
}
