import type { SearchNotice, SearchResult } from "../archive/result.ts";
import { type ReadState, tellUnchanged, type UnchangedHooks } from "../http/unchanged.ts";
import type { ServerContext } from "./context.ts";

/**
 * Names replies by the state of the archive, by what searches go by beside it, and by the version of the program.
 * @param more what else a route's reply depends on
 */
export const byArchiveState = (context: ServerContext, more?: ReadState): UnchangedHooks =>
  tellUnchanged(async (request, reply) => {
    const { archive, search } = context.backend();
    const stamp = await archive.stamp?.();
    if (stamp === undefined) return undefined;
    return [context.version, stamp, search.fingerprint?.() ?? "", ...((await more?.(request, reply)) ?? [])];
  });

/** Notices of results that are other ones as soon as what failed or was too slow is back. */
const PASSING: readonly SearchNotice[] = ["encoder-away", "rerank-cut", "rerank-failed"];

/** Whether the same search of the same state may soon be answered better. */
export const isPassing = ({ notices }: Pick<SearchResult, "notices">): boolean =>
  notices.some((notice) => PASSING.includes(notice));
