/** An archive in a folder of its own, as the tests of the engine write and read it. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "node:test";
import type { Article } from "../../src/archive/article.ts";
import type { SegmentView, Snapshot } from "../../src/local/read/snapshot.ts";
import { createDatabase } from "../../src/local/store/database.ts";
import { Writer } from "../../src/local/write/writer.ts";
import { createResources } from "../../src/resources/registry.ts";
import type { Resources } from "../../src/resources/resources.ts";
import { foldText } from "../../src/text/fold.ts";
import type { TermKey } from "../../src/text/terms.ts";
import { scanTerms } from "../../src/text/terms.ts";
import { createFakeEncoder } from "./encoder.ts";

export const encoder = createFakeEncoder();
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** An empty folder that is gone after the test. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "wenxun-archive-"));
  folders.push(folder);
  return folder;
}

/** An empty archive, and what opens a writer of it. */
export function newArchive(): { folder: string; resources: Resources; open: () => Promise<Writer> } {
  const folder = newFolder();
  createDatabase(folder, {
    encoderFingerprint: encoder.fingerprint,
    dimensions: encoder.dimensions,
    timezone: "Asia/Shanghai",
  });
  const resources = createResources();
  return { folder, resources, open: () => Writer.open({ folder, encoder, resources }) };
}

export const article = (id: string, fields: Partial<Article> = {}): Article => ({
  id,
  title: `标题${id}`,
  body: `关于${id}的正文，城市供水恢复。`,
  ...fields,
});

export const firstTerm = (text: string): TermKey => {
  let first: TermKey | undefined;
  scanTerms(foldText(text), (high, low) => {
    first ??= { high, low };
  });
  assert.ok(first);
  return first;
};

/** The live rows of a segment that hold a term. */
export function rowsWithTerm(segment: SegmentView, key: TermKey): Uint32Array {
  return segment.matchTerms({
    from: 0,
    to: segment.rows,
    terms: [{ key, weight: 1, bits: 1 }],
    flat: 1,
    perTerm: 0,
    rule: { must: 1, joined: 0, tables: new Int32Array(1024), needed: 0, least: 1 },
    base: 0,
    everything: false,
    chosen: [],
  }).rows;
}

/** Ids of the live articles that hold a term, straight from the postings. */
export function idsWithTerm(snapshot: Snapshot, text: string): string[] {
  const term = firstTerm(text);
  return snapshot.segments
    .flatMap((segment) =>
      Array.from(
        rowsWithTerm(segment, term),
        (row) => snapshot.articles([segment.articleKeys[row] ?? 0])[0]?.id ?? "gone",
      ),
    )
    .sort();
}
