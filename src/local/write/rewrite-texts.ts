import { codeTexts, inTransaction } from "../store/commit-record.ts";
import { nextKey } from "../store/database.ts";
import type { ShowProgress, WriteSession } from "./write-session.ts";

/** Versions that are rewritten in one transaction. */
const VERSIONS_PER_TRANSACTION = 512;

/**
 * Writes every text as new ones are written, and makes the database's file as small as that allows. Stopped or killed, it leaves an archive
 * in which some texts are written one way and some the other; the next call does the rest.
 */
export async function rewriteTexts(session: WriteSession, show: ShowProgress, signal?: AbortSignal): Promise<void> {
  const { folder, database } = session;
  const end = nextKey(database);
  for (let key: number | undefined = 0; key !== undefined; ) {
    if (signal?.aborted) return;
    show(key, key / end);
    const after: number = key;
    inTransaction(folder, database, () => {
      key = codeTexts(database, after, VERSIONS_PER_TRANSACTION);
    });
    // Whoever else writes or answers in this thread has its turn.
    await new Promise((resolve) => setImmediate(resolve));
  }
  database.exec("VACUUM");
}
