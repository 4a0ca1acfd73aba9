import { codeBytes, quantizeVector } from "../../search/codes/quantize.ts";
import { foldText } from "../../text/fold.ts";
import { scanTerms } from "../../text/terms.ts";
import { COLUMN_NAMES, createColumns } from "./columns.ts";
import { SCALE_BYTES } from "./layout.ts";
import { SegmentWriter, TermSectionsWriter } from "./segment-writer.ts";
import { TermTable } from "./term-table.ts";

/** How often a term of the title counts, against once in the body. */
export const TITLE_WEIGHT = 3;

export interface NewRow {
  readonly key: number;
  readonly publishedAtMs: number | undefined;
  readonly sourceId: number;
  readonly categoryId: number;
  readonly title: string;
  readonly body: string;
  readonly vector: Float32Array | undefined;
}

/** Order of rows in a segment: by time, undated first, then by key. */
const byTimeAndKey = (a: NewRow, b: NewRow): number => {
  const aMs = a.publishedAtMs ?? Number.NEGATIVE_INFINITY;
  const bMs = b.publishedAtMs ?? Number.NEGATIVE_INFINITY;
  return aMs === bMs ? a.key - b.key : aMs < bMs ? -1 : 1;
};

/**
 * Writes a new segment from articles in any order. All is on disk, under its final name, when it returns.
 * @param table to be used again for the next segment
 */
export function buildSegment(
  path: string,
  newRows: readonly NewRow[],
  dimensions: number,
  table: TermTable = new TermTable(),
): void {
  const rows = newRows.toSorted(byTimeAndKey);
  const columns = createColumns(rows.length);
  table.clear();
  // A character begins one bigram.
  table.reserve(rows.reduce((sum, { title, body }) => sum + title.length + body.length, 0));
  let totalTermCount = 0;
  for (const [row, article] of rows.entries()) {
    columns.keys[row] = article.key;
    columns.times[row] = article.publishedAtMs ?? Number.NEGATIVE_INFINITY;
    columns.sources[row] = article.sourceId;
    columns.categories[row] = article.categoryId;
    const count = countTerms(table, row, article.title, TITLE_WEIGHT) + countTerms(table, row, article.body, 1);
    columns.counts[row] = Math.min(0xffff, count);
    totalTermCount += count;
  }
  const writer = new SegmentWriter(path);
  try {
    for (const name of COLUMN_NAMES) writer.section(name, columns[name]);
    const { codes, records } = quantizeRows(rows, dimensions);
    writer.section("codes", codes);
    writer.section("vectors", records);
    const terms = new TermSectionsWriter(writer);
    table.takeSorted((high, low, packed, count) => terms.add(high, low, packed, count));
    writer.finish({
      rows: rows.length,
      terms: terms.finish(),
      dimensions,
      codeBytes: codeBytes(dimensions),
      totalTermCount,
    });
  } catch (error) {
    writer.abort();
    throw error;
  }
}

function countTerms(table: TermTable, row: number, text: string, weight: number): number {
  let count = 0;
  scanTerms(foldText(text), (high, low) => {
    table.add(high, low, row, weight);
    count += weight;
  });
  return count;
}

/** Codes and int8 records of the vectors; zeros where there is none. */
export function quantizeRows(
  rows: readonly { readonly vector: Float32Array | undefined }[],
  dimensions: number,
): { codes: Uint8Array; records: Uint8Array } {
  const codeSize = codeBytes(dimensions);
  const recordSize = dimensions + SCALE_BYTES;
  const codes = new Uint8Array(rows.length * codeSize);
  const records = new Uint8Array(rows.length * recordSize);
  const view = new DataView(records.buffer);
  for (const [row, { vector }] of rows.entries()) {
    if (vector === undefined) continue;
    const values = new Int8Array(records.buffer, row * recordSize, dimensions);
    const code = codes.subarray(row * codeSize, (row + 1) * codeSize);
    view.setFloat32(row * recordSize + dimensions, quantizeVector(vector, values, code), true);
  }
  return { codes, records };
}
