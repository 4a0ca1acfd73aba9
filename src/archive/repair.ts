import { type VerifyReport, verifyArchive } from "./verify.ts";
import { Writer, type WriterOptions } from "./writer.ts";

export interface RepairReport {
  readonly before: VerifyReport;
  readonly after: VerifyReport;
  /** Segments that were given up and rebuilt from their articles. */
  readonly discardedSegments: number;
  /** Articles that were indexed anew. */
  readonly rebuiltArticles: number;
}

/**
 * Mends what can be mended from the articles: gives up damaged segments, marks surplus rows dead and indexes the articles
 * that are in no segment. What only a backup can mend stays in `after.problems`.
 * @throws AppError as {@link Writer.open} and {@link verifyArchive}.
 */
export async function repairArchive(options: WriterOptions): Promise<RepairReport> {
  const before = verifyArchive(options.folder);
  const writer = await Writer.open(options);
  try {
    const damaged = [...new Set(before.problems.flatMap(({ segmentId }) => segmentId ?? []))];
    if (damaged.length > 0) await writer.discardSegments(damaged);
    const rest = damaged.length > 0 ? verifyArchive(options.folder) : before;
    if (rest.surplusRows.length > 0) await writer.markDead(rest.surplusRows);
    await writer.rebuild(rest.missingKeys);
    return {
      before,
      after: verifyArchive(options.folder),
      discardedSegments: damaged.length,
      rebuiltArticles: rest.missingKeys.length,
    };
  } finally {
    await writer.close();
  }
}
