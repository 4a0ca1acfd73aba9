import { rmSync } from "node:fs";
import { buildSegment } from "../segment/build-segment.ts";
import { mergeSegments } from "../segment/merge-segments.ts";
import { Segment } from "../segment/segment.ts";
import { loadSegment } from "../segment/segment-data.ts";
import type { ArticleStore } from "../store/article-store.ts";

/** Rows whose terms are held in memory at once. */
const PIECE_ROWS = 8192;

/**
 * Writes the terms of a segment anew, from the articles as they are stored, with the fold of today: into pieces, which are merged.
 * The result has the same rows in the same order and no vectors. Close it and remove its file when its terms are copied.
 */
export async function rebuildTerms(
  segment: Segment,
  {
    path,
    store,
    onRow,
  }: { readonly path: string; readonly store: ArticleStore; readonly onRow: (row: number) => void },
): Promise<Segment> {
  const pieces: Segment[] = [];
  try {
    for (let start = 0; start < segment.rows; start += PIECE_ROWS) {
      onRow(start);
      const piecePath = `${path}.terms-${start}`;
      buildSegment(piecePath, [...readRows(segment, store, start)], segment.file.footer.dimensions);
      pieces.push(await openPiece(piecePath));
    }
    const mergedPath = `${path}.terms`;
    await mergeSegments(
      mergedPath,
      pieces.map((piece) => ({ segment: piece, live: undefined })),
    );
    return await openPiece(mergedPath);
  } finally {
    for (const piece of pieces) discard(piece);
  }
}

/** Closes a segment that is part of no archive and removes its file. */
export function discard(segment: Segment): void {
  segment.close();
  rmSync(segment.file.path, { force: true });
}

const openPiece = async (path: string): Promise<Segment> => new Segment(await loadSegment(0, path));

/** A version of an article that is kept no more has no text; its row is dead. */
function* readRows({ columns, rows }: Segment, store: ArticleStore, start: number) {
  for (let row = start; row < Math.min(rows, start + PIECE_ROWS); row++) {
    const key = columns.keys[row] as number;
    const time = columns.times.at(row);
    const article = store.byKey(key);
    yield {
      key,
      publishedAtMs: time === Number.NEGATIVE_INFINITY ? undefined : time,
      sourceId: columns.sources[row] as number,
      categoryId: columns.categories[row] as number,
      title: article?.title ?? "",
      body: article?.body ?? "",
      vector: undefined,
    };
  }
}
