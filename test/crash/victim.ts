/**
 * Works on an archive until it is killed: `node victim.ts OPERATION FOLDER SEED`. Each line it prints is one {@link Report} as
 * JSON: what is about to be done, or what is durable now.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Article } from "../../src/archive/article.ts";
import type { Encoder } from "../../src/encoder/encoder.ts";
import { importArticles } from "../../src/ingest/import.ts";
import { backupArchive } from "../../src/local/care/backup.ts";
import { reindexArchive } from "../../src/local/care/reindex.ts";
import { openDatabase } from "../../src/local/store/database.ts";
import { Writer } from "../../src/local/write/writer.ts";
import { createResources } from "../../src/resources/registry.ts";
import { createFakeEncoder } from "../fakes/encoder.ts";
import { createRandom } from "./random.ts";

export const OPERATIONS = ["import", "compact", "update", "reindex", "remove", "backup"] as const;
export type Operation = (typeof OPERATIONS)[number];

export interface Report {
  /** It begins: the time until the kill counts from the first of these. */
  readonly begun?: true;
  /** These versions are durable; higher is newer. */
  readonly stored?: readonly (readonly [id: string, version: number])[];
  /** These may be gone from now on … */
  readonly removing?: readonly string[];
  /** … and these are. */
  readonly removed?: readonly string[];
  /** This folder holds a whole backup. */
  readonly backup?: string;
}

/** Two encoders, for reindex to change to and fro. */
export const ENCODERS: readonly [Encoder, Encoder] = [
  createFakeEncoder(),
  createFakeEncoder({ name: "other", dimensions: 32 }),
];

/** The encoder that made the vectors of an archive, and the other one. */
export function encodersOf(folder: string): { current: Encoder; other: Encoder } {
  const { database, info } = openDatabase(folder, "read");
  database.close();
  const [first, second] = ENCODERS;
  return info.encoderFingerprint === first.fingerprint
    ? { current: first, other: second }
    : { current: second, other: first };
}

const IDS = 1500;
const WORDS = ["供水", "地铁", "大桥", "北京", "降雨", "芯片", "选举", "足球"];

if (import.meta.main) await main();

async function main(): Promise<void> {
  const [operation, folder = "", seedText = "1"] = process.argv.slice(2);
  const seed = Number(seedText);
  const random = createRandom(seed);
  const report = (line: Report): boolean => process.stdout.write(`${JSON.stringify(line)}\n`);
  const { current, other } = encodersOf(folder);
  const resources = createResources();
  let version = seed * 1_000_000;
  const createArticle = (id: string): Article => ({
    id,
    title: `${++version}`,
    body: Array.from({ length: 30 }, () => WORDS[random(WORDS.length)]).join("，"),
    source: `来源${random(5)}`,
    publishedAtMs: random(1_000_000_000),
  });
  const openWriter = (): Promise<Writer> => Writer.open({ folder, encoder: current, resources });

  /** As the command line does: from a file, in batches, each reported when it is durable. */
  const importFile = async (writer: Writer, ids: readonly string[]): Promise<void> => {
    const articles = ids.map(createArticle);
    const file = join(folder, "..", "input.jsonl");
    writeFileSync(file, articles.map((article) => `${JSON.stringify(article)}\n`).join(""));
    let stored = 0;
    const { failure } = await importArticles({
      inputs: [file],
      writer,
      rejectsFolder: folder,
      batchArticles: 20 + random(60),
      onProgress: (progress) => {
        const batch = articles.slice(stored, progress.stored);
        stored = progress.stored;
        report({ stored: batch.map(({ id, title }) => [id, Number(title)]) });
      },
    });
    if (failure !== undefined) throw failure;
  };

  report({ begun: true });
  switch (operation as Operation) {
    case "import": {
      const writer = await openWriter();
      for (;;) {
        const first = random(IDS);
        await importFile(
          writer,
          Array.from({ length: 400 }, (_, index) => `n${seed % 7}-${(first + index) % IDS}`),
        );
      }
    }
    case "update": {
      const writer = await openWriter();
      for (;;)
        await importFile(
          writer,
          Array.from({ length: 200 }, () => `a${random(IDS)}`),
        );
    }
    case "remove": {
      const writer = await openWriter();
      for (;;) {
        const ids = Array.from({ length: 1 + random(40) }, () => `a${random(IDS)}`);
        report({ removing: ids });
        await writer.remove(ids);
        report({ removed: ids });
        const again = ids.slice(0, 5).map(createArticle);
        await writer.put(again);
        report({ stored: again.map(({ id, title }) => [id, Number(title)]) });
      }
    }
    case "compact": {
      const writer = await openWriter();
      for (;;) {
        for (let batch = 0; batch < 3; batch++) {
          const articles = Array.from({ length: 15 }, () => createArticle(`a${random(IDS)}`));
          await writer.put(articles);
          report({ stored: articles.map(({ id, title }) => [id, Number(title)]) });
        }
        await writer.compact();
      }
    }
    case "reindex": {
      for (let [to, from] = [other, current]; ; [to, from] = [from, to]) {
        // So slow that a kill falls into the middle of a segment as well as between two.
        const slow: Encoder = { ...to, encode: (...args) => sleep(15).then(() => to.encode(...args)) };
        await reindexArchive({ folder, encoder: slow, resources });
      }
    }
    case "backup": {
      for (let copy = 0; ; copy++) {
        const target = join(folder, "..", "backups", `b${seed}-${copy}`);
        await backupArchive(folder, target);
        report({ backup: target });
      }
    }
  }
}
