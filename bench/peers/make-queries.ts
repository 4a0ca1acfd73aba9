import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { loadStaticEncoder } from "../../src/encoder/static/static-encoder.ts";
import { anyQuery, makeQueries } from "../million/queries.ts";
import { createRandom, type Random } from "../million/random.ts";
import type { PeerManifest, PeerQuery, PeerRange } from "./protocol.ts";

export const SHARES = [1, 0.1, 0.001] as const;

export interface PeerQueryOptions {
  /** Where prepare.ts left articles.db. */
  readonly folder: string;
  readonly manifest: PeerManifest;
  readonly articlesFile: string;
  readonly headlines: string | undefined;
  readonly count: number;
}

/** Mixed queries with their vectors, each over all dates and over random days that hold a tenth and a thousandth of the articles. */
export async function makePeerQueries(options: PeerQueryOptions): Promise<PeerQuery[]> {
  const { folder, manifest, articlesFile, headlines, count } = options;
  const encoder = await loadStaticEncoder();
  if (encoder.fingerprint !== manifest.encoder)
    throw new Error(`${folder} holds vectors of ${manifest.encoder}, the encoder is ${encoder.fingerprint}: remove it`);
  const days = readDays(folder);
  const set = makeQueries(articlesFile, headlines);
  const random = createRandom(11);
  const queries: PeerQuery[] = [];
  while (queries.length < count) {
    const text = anyQuery(set, random);
    const [vector] = await encoder.encode([text], { role: "query" });
    if (vector === undefined) continue; // It knows none of its words.
    queries.push({ text, vector: [...vector], ranges: SHARES.map((share) => randomRange(days, share, random)) });
  }
  await encoder.close();
  return queries;
}

/** The day of each row, ascending. */
function readDays(folder: string): Int32Array {
  const database = new DatabaseSync(join(folder, "articles.db"), { readOnly: true });
  const days = database.prepare("SELECT day FROM article ORDER BY row").all();
  database.close();
  return Int32Array.from(days, ({ day }) => Number(day));
}

/** Whole days that hold about a share of the rows. */
export function randomRange(days: Int32Array, share: number, random: Random): PeerRange {
  const wanted = Math.max(1, Math.round(days.length * share));
  const first = random.below(days.length - wanted + 1);
  const firstDay = days[first] as number;
  const lastDay = days[first + wanted - 1] as number;
  return { share, firstDay, lastDay, fromRow: days.indexOf(firstDay), toRow: days.lastIndexOf(lastDay) + 1 };
}
