import type { CheckContext, CheckedSource, CheckResult, FoundItem, SourceKind } from "../source.ts";
import { type FileState, formatFileState, parseFileState } from "./file-state.ts";
import { findFiles, moveAway } from "./folder-files.ts";
import { countTries, type ReadFile, readFolderFile, type WholeFile } from "./read-folder-file.ts";

/** A file that has not changed for this long is whole; a younger one is looked at twice. */
const SETTLED_MS = 60_000;
/** For this long files are read in one check, so that what was read of a long list is kept whatever happens. */
const ROUND_MS = 5000;
/** Pages that are stored together. */
const BATCH_PAGES = 20;

/** A folder into which others put files: each is read once, when it is whole. */
export const FOLDER_SOURCE: SourceKind = { kind: "folder", check: checkFolder };

async function checkFolder({ address, state, afterwards }: CheckedSource, given: CheckContext): Promise<CheckResult> {
  const kept = new Map<string, FileState>();
  const whole: WholeFile[] = [];
  for (const file of await findFiles(address)) {
    const before = parseFileState(state[file.name], file.mark);
    kept.set(file.name, before ?? { what: "seen", mark: file.mark });
    const isWhole = before !== undefined || given.clock.nowMs() - file.changedMs > SETTLED_MS;
    if (isWhole && before?.what !== "read") whole.push({ ...file, before });
  }
  // What could not be read before holds up nothing.
  whole.sort((a, b) => countTries(a) - countTries(b));
  let goesOn = false;
  const settle = async (file: WholeFile, { after, notice }: ReadFile): Promise<void> => {
    if (after?.what === "begun") goesOn = true;
    // What could not be used stays where it is, to be looked at.
    const isMoved = afterwards === "move" && after?.what === "read" && notice === undefined;
    if (isMoved) await moveAway(address, file);
    if (after === undefined || isMoved) kept.delete(file.name);
    else kept.set(file.name, after);
  };
  const untilMs = given.clock.steadyMs() + ROUND_MS;
  const pages = new PageBatch(given, settle);
  for (const [index, file] of whole.entries()) {
    const read = await readFolderFile(file, given);
    if (read.item === undefined) await settle(file, read);
    else await pages.add(file, { ...read, item: read.item });
    if (index + 1 < whole.length && given.clock.steadyMs() >= untilMs) {
      goesOn = true;
      break;
    }
  }
  await pages.store();
  const entries = [...kept].map(([name, file]) => [name, formatFileState(file)]);
  return { outcome: "read", state: Object.fromEntries(entries), notice: toNotice([...kept.values()]), goesOn };
}

type ReadPage = ReadFile & { readonly item: FoundItem };

/** Articles of saved pages, stored some at a time; a file counts as read when its article is stored. */
class PageBatch {
  readonly #given: CheckContext;
  readonly #settle: (file: WholeFile, read: ReadFile) => Promise<void>;
  #waiting: { readonly file: WholeFile; readonly read: ReadPage }[] = [];

  constructor(given: CheckContext, settle: (file: WholeFile, read: ReadFile) => Promise<void>) {
    this.#given = given;
    this.#settle = settle;
  }

  async add(file: WholeFile, read: ReadPage): Promise<void> {
    const { url } = read.item;
    // The same article once more is stored after the first, so that what was changed becomes an edition.
    const isAgain = url !== undefined && this.#waiting.some((other) => other.read.item.url === url);
    if (isAgain || this.#waiting.length === BATCH_PAGES) await this.store();
    this.#waiting.push({ file, read });
  }

  async store(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length > 0) await this.#given.take(waiting.map(({ read }) => read.item));
    for (const { file, read } of waiting) await this.#settle(file, read);
  }
}

/** What could not be used of the files that are there. */
function toNotice(files: readonly FileState[]): string | undefined {
  const notices = files.flatMap((file) => (file.what === "read" || file.what === "failed" ? (file.notice ?? []) : []));
  const [first, ...others] = notices;
  if (first === undefined || others.length === 0) return first;
  return `${first} So it is with ${others.length} more ${others.length === 1 ? "file" : "files"}.`;
}
