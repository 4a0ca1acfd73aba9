import type { IdPage } from "../collections/id-page.ts";
import type { PushStatus } from "./push/push-status.ts";
import type { ItemStore } from "./store/item-store.ts";
import type { PageStore } from "./store/page-store.ts";
import type { Push, PushStore } from "./store/push-store.ts";
import type { FollowedSource, SourceStore } from "./store/source-store.ts";

/** A source as people and programs are shown it; times are ISO 8601. */
export interface SourceSummary {
  readonly id: number;
  readonly kind: string;
  readonly address: string;
  readonly name: string | null;
  readonly status: "active" | "paused" | "stopped";
  /** `ok`, `failing`, `new` (not looked at yet), `paused` or `stopped`. */
  readonly health: "ok" | "failing" | "new" | "paused" | "stopped";
  readonly added: string;
  readonly lastCheck: string | null;
  readonly lastSuccess: string | null;
  /** When it showed something new last. */
  readonly lastChange: string | null;
  readonly nextCheck: string | null;
  readonly intervalMinutes: number;
  readonly failures: number;
  /** Why the last check failed. */
  readonly problem: string | null;
  /** What is to be known although the last check went well. */
  readonly notice: string | null;
  /** When articles were probably missed last. */
  readonly missed: string | null;
  readonly articles: number;
  /** On average of the last seven days, or of all since it was added. */
  readonly articlesPerDay: number;
  /** Articles whose page is still to be read. */
  readonly waitingPages: number;
  /** The hub that the feed names, which tells of what is new at once. */
  readonly hub: string | null;
  /** `offered` (not asked yet), `asked`, `active` or `refused`; null without a hub. */
  readonly hubStatus: PushStatus | null;
  /** Why the hub does not tell. */
  readonly hubProblem: string | null;
}

export interface SourceBooks {
  readonly sources: SourceStore;
  readonly items: ItemStore;
  readonly pages: PageStore;
  readonly pushes?: PushStore | undefined;
}

const DAY_MS = 86_400_000;
const WINDOW_MS = 7 * DAY_MS;

export function summarizeSources(books: SourceBooks, nowMs: number, page?: IdPage): readonly SourceSummary[] {
  const recent = books.items.countsSince(nowMs - WINDOW_MS);
  const waiting = books.pages.counts();
  const pushes = new Map(books.pushes?.list().map((push) => [push.sourceId, push]));
  return books.sources.list(page).map((source) => {
    const days = Math.max(1, Math.min(WINDOW_MS, nowMs - source.addedMs) / DAY_MS);
    return toSummary(source, {
      articlesPerDay: Math.round(((recent.get(source.id) ?? 0) / days) * 10) / 10,
      waitingPages: waiting.get(source.id) ?? 0,
      ...toHub(pushes.get(source.id), nowMs),
    });
  });
}

function toSummary(
  source: FollowedSource,
  counts: Pick<SourceSummary, "articlesPerDay" | "waitingPages" | "hub" | "hubStatus" | "hubProblem">,
): SourceSummary {
  const { id, kind, address, status, failures, articles } = source;
  return {
    id,
    kind,
    address,
    name: source.name ?? source.title ?? null,
    status,
    health: toHealth(source),
    added: toIso(source.addedMs) ?? "",
    lastCheck: toIso(source.checkedMs),
    lastSuccess: toIso(source.succeededMs),
    lastChange: toIso(source.changedMs),
    nextCheck: status === "active" ? toIso(source.nextCheckMs) : null,
    intervalMinutes: Math.round(source.intervalMs / 60_000),
    failures,
    problem: source.problem ?? null,
    notice: source.notice ?? null,
    missed: toIso(source.missedMs),
    articles,
    ...counts,
  };
}

function toHub(push: Push | undefined, nowMs: number): Pick<SourceSummary, "hub" | "hubStatus" | "hubProblem"> {
  if (push === undefined) return { hub: null, hubStatus: null, hubProblem: null };
  const isOver = push.status === "active" && (push.untilMs ?? 0) < nowMs;
  return { hub: push.hub, hubStatus: isOver ? "asked" : push.status, hubProblem: push.problem ?? null };
}

function toHealth({ status, failures, checks }: FollowedSource): SourceSummary["health"] {
  if (status !== "active") return status;
  if (failures > 0) return "failing";
  return checks === 0 ? "new" : "ok";
}

const toIso = (ms: number | undefined): string | null => (ms === undefined ? null : new Date(ms).toISOString());
