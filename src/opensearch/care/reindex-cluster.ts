import { randomBytes } from "node:crypto";
import type { Encoder } from "../../encoder/encoder.ts";
import { AppError } from "../../errors.ts";
import { embeddingText } from "../../search/embedding-text.ts";
import { WRITE_PATIENCE_MS } from "../connection/cluster-client.ts";
import type { ClusterSnapshot } from "../index/commits.ts";
import { createIndexBody, toIndexMeta } from "../index/index-body.ts";
import { toDocumentId } from "../index/names.ts";
import { findBehind, type OpenIndex } from "../index/open-index.ts";
import { type StoredDocument, toDocument } from "../index/to-document.ts";
import { scanDocuments } from "../read/scan-articles.ts";
import { writeBulk } from "../write/bulk.ts";
import { WriteLock } from "../write/write-lock.ts";

/** Articles that are read, encoded and written together. */
const BATCH_ARTICLES = 500;

export interface ReindexOptions {
  readonly index: OpenIndex;
  /** What the articles are encoded with. */
  readonly encoder: Encoder;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((done: number, total: number) => void) | undefined;
}

export interface ReindexedCluster {
  /** Articles that were indexed anew; 0 where nothing was outdated. */
  readonly encoded: number;
  /** Articles that still have no vector. */
  readonly withoutVector: number;
}

/**
 * Builds the index of articles anew beside the one that is searched, with the words of this version and the vectors of an encoder, and lets the
 * alias stand for it when it is whole. Searches go on with the old one, whoever writes has to wait. Stopped, the old one stays as it was.
 */
export async function reindexCluster({
  index,
  encoder,
  signal,
  onProgress,
}: ReindexOptions): Promise<ReindexedCluster> {
  const { client, names, info, commits } = index;
  if (encoder.fingerprint === info.encoderFingerprint && !index.areWordsOutdated)
    return { encoded: 0, withoutVector: 0 };
  const lock = await WriteLock.take(index.meta);
  const target = nextName(index.behind);
  try {
    await lock.show({ what: "reindex", startedAtMs: Date.now(), done: 0 });
    // Left by one that was stopped: what has changed since is not in it.
    await client.request({ method: "DELETE", path: `/${target}` });
    await createTarget(index, target, encoder);
    const snapshot = await commits.newest();
    const report = await fill(index, { target, encoder, snapshot, lock, signal, onProgress });
    await client.request({ method: "POST", path: `/${target}/_refresh`, patienceMs: WRITE_PATIENCE_MS });
    await compareCounts(index, target, report.encoded);
    lock.check();
    const body = {
      actions: [
        { remove: { index: index.behind, alias: names.articles } },
        { add: { index: target, alias: names.articles } },
      ],
    };
    await client.request({ method: "POST", path: "/_aliases", body, patienceMs: WRITE_PATIENCE_MS });
    await commits.commit();
    await client.request({ method: "DELETE", path: `/${index.behind}` });
    return report;
  } catch (error) {
    await removeUnlessInUse(index, target);
    throw error;
  } finally {
    await lock.release();
  }
}

/** `news-articles-000002` after `news-articles-000001`. */
function nextName(name: string): string {
  const [, start = `${name}-`, digits = "0"] = /^(.*-)(\d+)$/.exec(name) ?? [];
  return `${start}${String(Number(digits) + 1).padStart(6, "0")}`;
}

async function createTarget(
  { client, behind, info, copies }: OpenIndex,
  target: string,
  encoder: Encoder,
): Promise<void> {
  const { body } = await client.request({ method: "GET", path: `/${behind}/_settings` });
  const settings = (body as Readonly<Record<string, SettingsReply>>)[behind]?.settings.index;
  const shape = {
    shards: Number(settings?.number_of_shards ?? 1),
    replicas: Number(settings?.number_of_replicas ?? 0),
  };
  const meta = toIndexMeta({
    encoderFingerprint: encoder.fingerprint,
    dimensions: encoder.dimensions,
    timezone: info.timezone,
    createdAtMs: info.createdAtMs,
    archiveId: randomBytes(4).toString("hex"),
  });
  const query = { wait_for_active_shards: copies };
  await client.request({ method: "PUT", path: `/${target}`, body: createIndexBody(meta, shape), query });
}

interface SettingsReply {
  readonly settings: { readonly index: { readonly number_of_shards: string; readonly number_of_replicas: string } };
}

interface Filling extends Pick<ReindexOptions, "encoder" | "signal" | "onProgress"> {
  readonly target: string;
  readonly snapshot: ClusterSnapshot;
  readonly lock: WriteLock;
}

async function fill(
  index: OpenIndex,
  { target, encoder, snapshot, lock, signal, onProgress }: Filling,
): Promise<ReindexedCluster> {
  const { client, copies, info } = index;
  const total = await countIn(index, index.behind);
  let encoded = 0;
  let withoutVector = 0;
  let batch: StoredDocument[] = [];
  const write = async (): Promise<void> => {
    lock.check();
    const vectors = await encode(encoder, batch);
    const items = batch.map(({ article, key, earlier = [] }, position) => {
      const vector = vectors?.[position];
      const document = toDocument({ article, key, vector, isWaiting: vectors === undefined, earlier }, info.timezone);
      return { id: toDocumentId(article.id), version: key, json: JSON.stringify(document) };
    });
    await writeBulk(items, { client, index: target, copies });
    encoded += batch.length;
    if (vectors === undefined) withoutVector += batch.length;
    batch = [];
    onProgress?.(encoded, total);
  };
  for await (const document of scanDocuments(index, snapshot, { fields: ["article", "key", "earlier"], signal })) {
    batch.push(document);
    if (batch.length === BATCH_ARTICLES) await write();
  }
  if (batch.length > 0) await write();
  return { encoded, withoutVector };
}

/** Undefined when the encoder is away: the articles then wait for it, and are found by their words. */
async function encode(
  encoder: Encoder,
  batch: readonly StoredDocument[],
): Promise<readonly (Float32Array | undefined)[] | undefined> {
  try {
    return await encoder.encode(
      batch.map(({ article }) => embeddingText(article)),
      { role: "document" },
    );
  } catch (error) {
    if (error instanceof AppError && error.code === "encoder-unavailable") return undefined;
    throw error;
  }
}

async function compareCounts(index: OpenIndex, target: string, written: number): Promise<void> {
  const [before, now] = [await countIn(index, index.behind), await countIn(index, target)];
  if (before === now && now === written) return;
  throw new AppError(
    "archive-damaged",
    `Of ${before} articles ${now} are in the new index: it does not take the place of the old one.`,
  );
}

async function countIn({ client }: OpenIndex, name: string): Promise<number> {
  const { body } = await client.request({ method: "GET", path: `/${name}/_count` });
  return Number((body as { readonly count?: number }).count);
}

/** What was begun and came to no end. */
async function removeUnlessInUse(index: OpenIndex, target: string): Promise<void> {
  try {
    if ((await findBehind(index)) !== target) await index.client.request({ method: "DELETE", path: `/${target}` });
  } catch {
    // Why it ended is told; the next one begins by removing what is left.
  }
}
