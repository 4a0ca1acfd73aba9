import { appendFileSync } from "node:fs";
import { join } from "node:path";
import type { Article } from "../../archive/article.ts";
import { toArticleLine } from "../../archive/article-line.ts";
import { AppError } from "../../errors.ts";
import { Writer, type WriterOptions } from "../write/writer.ts";
import { type VerifyReport, verifyArchive } from "./verify.ts";

export interface RepairReport {
  readonly before: VerifyReport;
  readonly after: VerifyReport;
  /** Segments that were given up and rebuilt from their articles. */
  readonly discardedSegments: number;
  /** Articles that were indexed anew. */
  readonly rebuiltArticles: number;
  /** Articles that were not as they had been stored: taken out of the archive, and written to `setAsideFile` as they are. */
  readonly setAside: number;
  /** Earlier editions, likewise; their articles stay. */
  readonly setAsideEditions: number;
  readonly setAsideFile: string | undefined;
}

/**
 * Mends what can be mended: takes out articles that are damaged themselves, gives up damaged segments, marks surplus rows dead
 * and indexes the articles that are in no segment. Where the last commits are lost, the archive goes on from those before.
 * @throws AppError as {@link Writer.open} and {@link verifyArchive}; `archive-damaged`, with nothing changed, when something is
 * wrong that only a backup mends.
 */
export async function repairArchive(options: Omit<WriterOptions, "evenDamaged">): Promise<RepairReport> {
  const { folder } = options;
  const before = verifyArchive(folder);
  const hopeless = before.problems.find(({ isMendable }) => !isMendable);
  if (hopeless !== undefined)
    throw new AppError("archive-damaged", `${folder} cannot be repaired from its articles: ${hopeless.what}.`, {
      remedy: { code: "salvage" },
    });
  const writer = await Writer.open({ ...options, evenDamaged: true });
  try {
    if (before.problems.some(({ segmentId }) => segmentId === undefined)) await writer.mending.mendRecord();
    const damaged = [...new Set(before.problems.flatMap(({ segmentId }) => segmentId ?? []))];
    if (damaged.length > 0) await writer.mending.discardSegments(damaged);
    // Nothing that can be read is thrown away, though it is not what was stored.
    const setAsideFile = join(folder, `damaged-${new Date().toISOString().replace(/[:.]/g, "-")}.jsonl`);
    const setAside = before.damagedKeys.length;
    const setAsideEditions = before.damagedEditions.length;
    const save = (articles: readonly Article[]): void =>
      appendFileSync(setAsideFile, articles.map(toArticleLine).join(""));
    if (setAside > 0) await writer.mending.takeOut(before.damagedKeys, save);
    if (setAsideEditions > 0) await writer.mending.takeOutEditions(before.damagedEditions, save);
    const rest = verifyArchive(folder);
    if (rest.surplusRows.length > 0) await writer.mending.markDead(rest.surplusRows);
    await writer.mending.rebuild(rest.missingKeys);
    return {
      before,
      after: verifyArchive(folder),
      discardedSegments: damaged.length,
      rebuiltArticles: rest.missingKeys.length,
      setAside,
      setAsideEditions,
      setAsideFile: setAside + setAsideEditions > 0 ? setAsideFile : undefined,
    };
  } finally {
    await writer.close();
  }
}
