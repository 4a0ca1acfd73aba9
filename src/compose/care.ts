import { copyAlerts } from "../alerts/store/alerts-database.ts";
import type { ArticleHistory, Edition } from "../archive/edition.ts";
import { AppError } from "../errors.ts";
import { type BackupReport, backupArchive } from "../local/care/backup.ts";
import { type Inspection, inspectArchive, isBeingWritten } from "../local/care/inspect.ts";
import { reindexArchive } from "../local/care/reindex.ts";
import { type RepairReport, repairArchive } from "../local/care/repair.ts";
import { type Salvaged, salvageArticles } from "../local/care/salvage.ts";
import { type VerifyReport, verifyArchive } from "../local/care/verify.ts";
import { Reader } from "../local/read/reader.ts";
import { scanArticles } from "../local/read/scan-articles.ts";
import { databasePath, readFolderInfo } from "../local/store/database.ts";
import { writeLockPath } from "../local/write/write-lock.ts";
import { createResources } from "../resources/registry.ts";
import { copySources } from "../sources/store/sources-database.ts";
import { borrowArchiveEncoder } from "./load-encoder.ts";
import { type BackendOptions, openBackend } from "./open-backend.ts";

/** What can be done with an archive only because it is a folder. */

export type { Inspection, RepairReport, VerifyReport };
export { databasePath };

/** Looks at it in a moment, and writes nothing. */
export const inspectFolder = (folder: string): Inspection => inspectArchive(folder);

/** The file that a writer has locked as long as it writes; undefined where nobody writes now. */
export const findWriteLock = (folder: string): string | undefined =>
  isBeingWritten(folder) ? writeLockPath(folder) : undefined;

/** Checks every byte. */
export const verifyFolder = (folder: string): VerifyReport => verifyArchive(folder);

/** Copies the archive while it is in use. */
export const backupFolder = (folder: string, target: string): Promise<BackupReport> =>
  // What is followed first: an item that it knows must be in the copy, while one that it does not know is put again.
  backupArchive(folder, target, async (copy) => {
    await copySources(folder, copy);
    await copyAlerts(folder, copy);
  });

/** Every article, whatever encoder the archive was made with. Without `editions` nothing is read of what they said before. */
export async function* scanFolder(folder: string, editions: boolean): AsyncGenerator<ArticleHistory> {
  await using resources = createResources();
  const reader = await Reader.open(folder, resources);
  try {
    using snapshot = await reader.snapshot();
    for await (const article of scanArticles(snapshot))
      yield { article, earlier: editions ? readEarlier(reader, article.id) : [] };
  } finally {
    await reader.close();
  }
}

const readEarlier = (reader: Reader, id: string): Edition[] =>
  (reader.editions(id) ?? []).slice(0, -1).flatMap(({ number }) => reader.edition(id, number) ?? []);

/** The articles of a damaged archive that can still be read. */
export const salvageFolder = (folder: string): Iterable<Salvaged> => salvageArticles(folder);

/** What is known of an archive; undefined where not even that can be read. */
function readableInfo(folder: string): ReturnType<typeof readFolderInfo> | undefined {
  try {
    return readFolderInfo(folder);
  } catch (error) {
    if (error instanceof AppError && error.code === "archive-damaged") return undefined;
    throw error;
  }
}

/** Builds anew what is damaged, from the articles. */
export async function repairFolder({ folder, encoder: choice }: BackendOptions): Promise<RepairReport> {
  await using resources = createResources();
  using encoder = await borrowArchiveEncoder(resources, choice, readableInfo(folder));
  return await repairArchive({ folder, encoder: encoder.value, resources });
}

export interface ReindexOptions extends BackendOptions {
  /** Then merges the archive into few segments. */
  readonly compact: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

export interface ReindexReport {
  readonly encoder: { readonly name: string; readonly fingerprint: string };
  /** Articles that were encoded or indexed anew: another encoder or another fold had done it before. */
  readonly encoded: number;
  /** Articles that still have no vector. */
  readonly withoutVector: number;
  /** Time that encoding and indexing took, without compacting. */
  readonly tookMs: number;
}

/** Moves the archive to the encoder that is named, and encodes what waits for one. */
export async function reindexFolder(options: ReindexOptions): Promise<ReindexReport> {
  const { folder, encoder: choice, compact, signal, onProgress } = options;
  await using resources = createResources();
  // An embedding server answers a little differently each time: it is told which encoder made the archive.
  using lease = await borrowArchiveEncoder(resources, choice, readFolderInfo(folder), { renews: true });
  const encoder = lease.value;
  const startedMs = performance.now();
  const encoded = await reindexArchive({ folder, encoder, resources, signal, onProgress });
  await using backend = await openBackend({ folder, encoder: choice, resources });
  const writer = await backend.archive.borrowWriter();
  try {
    const { withoutVector } = await writer.finish({ signal });
    const tookMs = performance.now() - startedMs;
    if (compact) await writer.compact?.({ signal });
    return { encoder: { name: encoder.name, fingerprint: encoder.fingerprint }, encoded, withoutVector, tookMs };
  } finally {
    await writer.close();
  }
}
