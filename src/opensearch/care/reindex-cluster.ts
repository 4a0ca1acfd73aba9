import { randomBytes } from "node:crypto";
import type { Encoder } from "../../encoder/encoder.ts";
import { AppError } from "../../errors.ts";
import { embeddingText } from "../../search/embedding-text.ts";
import { WRITE_PATIENCE_MS } from "../connection/cluster-client.ts";
import { checkUnchanged, isPartOf, listBehind, listParts } from "../index/behind-alias.ts";
import type { ClusterSnapshot } from "../index/commits.ts";
import { toIndexMeta } from "../index/index-body.ts";
import { makePart, shapesOf } from "../index/make-part.ts";
import { toDocumentId } from "../index/names.ts";
import type { OpenIndex } from "../index/open-index.ts";
import { toPartName, UNDATED_PART } from "../index/partition.ts";
import { type StoredDocument, toDocument } from "../index/to-document.ts";
import { scanDocuments } from "../read/scan-articles.ts";
import { writeBulk } from "../write/bulk.ts";
import { indexFor } from "../write/place-documents.ts";
import { readLastKey } from "../write/read-waiting.ts";
import { removeDoubles } from "../write/remove-doubles.ts";
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
 * Builds the index of articles, or those of all years, anew beside what is searched, with the words of this version and the vectors of an
 * encoder, and lets the alias stand for it when it is whole. Searches go on with the old one, whoever writes has to wait. Stopped, the old
 * one stays as it was.
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
  const target = { client, partition: index.partition, behind: nextName(index.behind) };
  try {
    await lock.show({ what: "reindex", startedAtMs: Date.now(), done: 0 });
    // Left by one that was stopped: what has changed since is not in it.
    await removeParts(target);
    // What a writer that died has left in two indices is in one again.
    await commits.catchUp(
      () => readLastKey(index),
      (afterKey) => removeDoubles(index, afterKey),
    );
    const next = await beginNext(index, target.behind, encoder);
    const snapshot = await commits.newest();
    const report = await fill(index, { next, encoder, snapshot, lock, signal, onProgress });
    const made = (await listParts(target)).join(",");
    await client.request({ method: "POST", path: `/${made}/_refresh`, patienceMs: WRITE_PATIENCE_MS });
    await compareCounts(index, made, report.encoded);
    lock.check();
    const old = await checkUnchanged(index);
    const body = {
      actions: [
        { remove: { indices: old, alias: names.articles } },
        { add: { indices: made.split(","), alias: names.articles } },
      ],
    };
    await client.request({ method: "POST", path: "/_aliases", body, patienceMs: WRITE_PATIENCE_MS });
    await commits.commit();
    await client.request({ method: "DELETE", path: `/${old.join(",")}` });
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

/** What is built beside: nobody sees its indices before the alias stands for them. */
interface NextGeneration extends Pick<OpenIndex, "partition" | "info"> {
  /** As {@link OpenIndex.behind}. */
  readonly behind: string;
  /** Makes an index of it, where that is not there yet. */
  readonly make: (name: string) => Promise<void>;
}

/** Begins with the index that is there in any case. */
async function beginNext(index: OpenIndex, target: string, encoder: Encoder): Promise<NextGeneration> {
  const { client, names, partition, info } = index;
  const shapes = await shapesOf(client, names.articles);
  const toFirst = (generation: string): string =>
    partition === "none" ? generation : toPartName(generation, UNDATED_PART);
  const shape = shapes.get(toFirst(index.behind)) ?? [...shapes.values()][0] ?? { shards: 1, replicas: 0 };
  const meta = toIndexMeta({
    encoderFingerprint: encoder.fingerprint,
    dimensions: encoder.dimensions,
    timezone: info.timezone,
    createdAtMs: info.createdAtMs,
    archiveId: randomBytes(4).toString("hex"),
    ...(partition !== "none" && { partition }),
  });
  const made = new Set<string>();
  const make = async (name: string): Promise<void> => {
    if (made.has(name)) return;
    await makePart(client, { name, meta, shape });
    made.add(name);
  };
  await make(toFirst(target));
  return { behind: target, partition, info, make };
}

async function removeParts(of: Parameters<typeof listParts>[0]): Promise<void> {
  const names = await listParts(of);
  if (names.length > 0) await of.client.request({ method: "DELETE", path: `/${names.join(",")}` });
}

interface Filling extends Pick<ReindexOptions, "encoder" | "signal" | "onProgress"> {
  readonly next: NextGeneration;
  readonly snapshot: ClusterSnapshot;
  readonly lock: WriteLock;
}

async function fill(
  index: OpenIndex,
  { next, encoder, snapshot, lock, signal, onProgress }: Filling,
): Promise<ReindexedCluster> {
  const { client, copies, info } = index;
  const total = await countIn(index, index.names.articles);
  let encoded = 0;
  let withoutVector = 0;
  let batch: StoredDocument[] = [];
  const write = async (): Promise<void> => {
    lock.check();
    const vectors = await encode(encoder, batch);
    const items = batch.map(({ article, key, earlier = [] }, position) => {
      const vector = vectors?.[position];
      const document = toDocument({ article, key, vector, isWaiting: vectors === undefined, earlier }, info.timezone);
      const to = indexFor(next, article.publishedAtMs);
      return { id: toDocumentId(article.id), version: key, index: to, json: JSON.stringify(document) };
    });
    for (const { index: to } of items) if (to !== undefined) await next.make(to);
    await writeBulk(items, { client, index: next.behind, copies });
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

async function compareCounts(index: OpenIndex, made: string, written: number): Promise<void> {
  const [before, now] = [await countIn(index, index.names.articles), await countIn(index, made)];
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
async function removeUnlessInUse(index: OpenIndex, target: Parameters<typeof listParts>[0]): Promise<void> {
  try {
    const inUse = await listBehind(index);
    if (!inUse.some((name) => isPartOf(name, target))) await removeParts(target);
  } catch {
    // Why it ended is told; the next one begins by removing what is left.
  }
}
