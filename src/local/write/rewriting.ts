import { embeddingText } from "../../search/embedding-text.ts";
import { countUnencoded, unencodedKeys } from "../store/commit-record.ts";
import { storeRows } from "./store-rows.ts";
import type { ShowProgress, WriteSession } from "./write-session.ts";

/** Articles that are indexed in one go when they are in the database already. */
const BATCH_ARTICLES = 512;

/** Indexes articles by key that stand in no segment. */
export async function rebuild(session: WriteSession, keys: readonly number[], show: ShowProgress): Promise<void> {
  for (let start = 0; start < keys.length; start += BATCH_ARTICLES) {
    show(start, start / keys.length);
    await rewrite(session, keys.slice(start, start + BATCH_ARTICLES));
  }
}

/** Encodes articles that were stored while the encoder was away. Returns how many are still waiting. */
export async function backfill(
  session: WriteSession,
  show: ShowProgress,
  signal: AbortSignal | undefined,
): Promise<number> {
  const { database } = session;
  const waiting = countUnencoded(database);
  for (let done = 0; ; ) {
    const keys = unencodedKeys(database, BATCH_ARTICLES);
    if (signal?.aborted || keys.length === 0 || !(await rewrite(session, keys))) return countUnencoded(database);
    done += keys.length;
    show(done, Math.min(1, done / waiting));
  }
}

/** Indexes articles that are in the database already: for the first time, or anew. False: the encoder is away. */
async function rewrite(session: WriteSession, keys: readonly number[]): Promise<boolean> {
  const articles = keys.flatMap((key) => session.store.byKey(key) ?? []);
  const vectors = await session.encode(articles.map(embeddingText));
  const old = await session.segments.find(articles);
  if (vectors === undefined && old.every((place) => place !== undefined)) return false;
  const rows = articles.map((article, index) => ({ ...article, vector: vectors?.[index] }));
  const dead = old.flatMap((place) => place ?? []);
  await storeRows(session, session.commit().setEncoded(keys, vectors !== undefined), rows, dead);
  return vectors !== undefined;
}
