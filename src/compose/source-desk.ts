import { existsSync } from "node:fs";
import { DAYS_SHOWN, type SourceDesk } from "../api/source-desk.ts";
import type { IdPage } from "../collections/id-page.ts";
import { READING_PARTS } from "../ingest/reading-parts.ts";
import { answerHub, hearHub } from "../sources/push/hear-hub.ts";
import { toSourceAddress } from "../sources/source-address.ts";
import { sourcesPath } from "../sources/store/sources-database.ts";
import { type SourceSummary, summarizeSources } from "../sources/summarize-source.ts";
import { loadInTurns } from "../threads/load-in-turns.ts";
import { type Following, type FollowingOptions, openFollowing } from "./following.ts";
import type { ClusterLead } from "./open-cluster.ts";

const DAY_MS = 86_400_000;
/** Articles of a source that are named as new. */
const NEWEST_SHOWN = 5;

export interface SourceDeskOptions extends Omit<FollowingOptions, "archive"> {
  /** Of an archive in a cluster: which folder is the one that all front ends share. */
  readonly folderClaim?: ClusterLead["claim"] | undefined;
}

/** Shows and changes what an archive follows, whoever looks at it. Nothing is opened before something is followed. */
export function openSourceDesk(options: SourceDeskOptions): SourceDesk & AsyncDisposable {
  let opened: Following | undefined;
  const open = (): Following => {
    opened ??= openFollowing({ ...options, archive: nothingIsPut });
    return opened;
  };
  const hasSources = (): boolean => opened !== undefined || existsSync(sourcesPath(options.folder));
  const list = (page?: IdPage): readonly SourceSummary[] =>
    hasSources() ? summarizeSources(open(), open().clock.nowMs(), page) : [];
  const summaryOf = (id: number): SourceSummary | undefined =>
    list({ afterId: id - 1, limit: 1 }).find((source) => source.id === id);
  /** Changes a source that is there. */
  const change = (id: number, make: (following: Following) => void): SourceSummary | undefined => {
    if (summaryOf(id) === undefined) return undefined;
    make(open());
    return summaryOf(id);
  };
  const atOnce = ({ clock }: Following) => ({ nextCheckMs: clock.nowMs(), steadyDueMs: undefined });
  return {
    list,
    newsSince: (sinceMs) => {
      if (!hasSources()) return new Map();
      const { items } = open();
      const toNews = (id: number, count: number) => ({ count, newest: items.newest(id, sinceMs, NEWEST_SHOWN) });
      return new Map([...items.countsSince(sinceMs)].map(([id, count]) => [id, toNews(id, count)]));
    },
    countsByDay: () =>
      hasSources() ? open().items.countsByPeriod(open().clock.nowMs(), DAY_MS, DAYS_SHOWN) : new Map(),
    add: async ({ url, name, fullText }, { signal } = {}) => {
      // What reads feeds and pages is loaded with the first that is added.
      await loadInTurns(READING_PARTS);
      const { findSource } = await import("../sources/find-source.ts");
      await options.folderClaim?.claim();
      const following = open();
      const asked = toSourceAddress(url) ?? url;
      const known = following.sources.byAddress(asked);
      const found =
        known === undefined ? await findSource(asked, { ...following, signal }) : { ...known, remark: undefined };
      // Whoever was told that it took too long is not surprised by what was added afterwards.
      signal?.throwIfAborted();
      const { kind, address, title, remark } = found;
      const added = following.sources.add({ kind, address, title, name, fullText }, following.clock.nowMs());
      const source = summaryOf(added.source.id);
      if (source === undefined) throw new Error("a source that was added is not there");
      return { source, isNew: added.isNew, remark: remark ?? null };
    },
    change: (id, status) =>
      change(id, (following) => {
        const again = status === "active" ? { ...atOnce(following), failures: 0, problem: undefined } : {};
        following.sources.change(id, { status, ...again });
      }),
    checkSoon: (id) => change(id, (following) => following.sources.change(id, atOnce(following))),
    remove: (id) => {
      const source = summaryOf(id);
      if (source !== undefined) open().sources.remove(id);
      return source;
    },
    answerHub: (key, question) => (hasSources() ? answerHub(key, question, open()) : undefined),
    hearHub: async (key, message) => hasSources() && (await hearHub(key, message, open())),
    [Symbol.asyncDispose]: async () => {
      await opened?.[Symbol.asyncDispose]();
    },
  };
}

/** Whoever looks at sources puts what they show. */
const nothingIsPut = (): never => {
  throw new Error("a desk puts no articles");
};
