import { AppError } from "../errors.ts";
import type { Clock } from "../fetch/clock.ts";
import { FEED_SOURCE } from "./kinds/feed-source.ts";
import { FOLDER_SOURCE } from "./kinds/folder-source.ts";
import { PAGE_SOURCE } from "./kinds/page-source.ts";
import { SITEMAP_SOURCE } from "./kinds/sitemap-source.ts";
import { adaptInterval, backOff, MIN_INTERVAL_MS, toWaitMs } from "./next-check.ts";
import { hasten } from "./push/hear-hub.ts";
import type { CheckContext, CheckResult, SourceKind, SourceKindName, TakenItems } from "./source.ts";
import type { ItemStore } from "./store/item-store.ts";
import type { PageStore } from "./store/page-store.ts";
import type { PushStore } from "./store/push-store.ts";
import type { FollowedSource, SourceChange, SourceStore } from "./store/source-store.ts";
import { type PutArticles, takeItems } from "./take-items.ts";

export const KINDS: Readonly<Record<SourceKindName, SourceKind>> = {
  feed: FEED_SOURCE,
  sitemap: SITEMAP_SOURCE,
  page: PAGE_SOURCE,
  folder: FOLDER_SOURCE,
};

export interface CheckOptions extends Omit<CheckContext, "take"> {
  readonly sources: SourceStore;
  readonly items: ItemStore;
  readonly pages: PageStore;
  /** Where hubs are noted; absent: they are not. */
  readonly pushes?: PushStore | undefined;
  readonly put: PutArticles;
  readonly timezone: string;
  readonly readsPages: boolean;
  /** 0–1. */
  readonly random: () => number;
}

/** What a check came to. */
export interface CheckReport {
  readonly source: FollowedSource;
  readonly outcome: CheckResult["outcome"] | "failed";
  readonly taken: TakenItems;
  /** Why it failed, or what is to be known; in words. */
  readonly message: string | undefined;
}

/** How often a permanent redirect is seen before it is believed. */
const MOVES_TO_BELIEVE = 3;
/** A folder is looked at this often. */
const FOLDER_INTERVAL_MS = 60_000;
/** When to try again where the archive, not the source, stood in the way. */
const OWN_TROUBLE_WAIT_MS = 60_000;
const OWN_TROUBLES = new Set(["archive-locked", "unavailable", "disk-full", "io", "encoder-unavailable", "internal"]);

const NOTHING: TakenItems = { added: 0, changed: 0, known: 0, unusable: 0 };

/**
 * Checks a source once and plans its next check.
 * @throws what stands in the way on this side, such as a locked archive: the source is then due again in a minute, as if nothing had been
 * asked; and the signal's reason
 */
export async function checkSource(source: FollowedSource, options: CheckOptions): Promise<CheckReport> {
  const { sources, items, pages, put, timezone, readsPages, clock, signal } = options;
  const hadItems = items.hasItems(source.id);
  const beganMs = clock.nowMs();
  let taken = NOTHING;
  const take: CheckContext["take"] = async (found, about = {}) => {
    const context = { items, pages, put, timezone, readsPages, nowMs: clock.nowMs() };
    const part = await takeItems(source, found, about, context);
    taken = addUp(taken, part);
    return part;
  };
  try {
    const result = await KINDS[source.kind].check(source, { ...options, take });
    const isMissed = result.isWindow === true && hadItems && taken.added > 0 && taken.known + taken.changed === 0;
    sources.change(source.id, afterSuccess(source, { result, taken, isMissed }, options));
    noteHub(source.id, result, beganMs, options);
    const message = result.outcome === "gone" ? GONE : isMissed ? MISSED : result.notice;
    return report(source.id, { outcome: result.outcome, taken, message }, sources);
  } catch (error) {
    if (signal?.aborted === true) throw error;
    if (!(error instanceof AppError) || OWN_TROUBLES.has(error.code)) {
      sources.change(source.id, due(clock, OWN_TROUBLE_WAIT_MS));
      throw error;
    }
    sources.change(source.id, afterFailure(source, error, { clock, random: options.random() }));
    return report(source.id, { outcome: "failed", taken, message: error.message }, sources);
  }
}

/** Notes which hub a feed names. What the hub told of during the check may have come too late for it. */
function noteHub(
  id: number,
  { hub }: CheckResult,
  beganMs: number,
  { pushes, sources, clock }: Pick<CheckOptions, "pushes" | "sources" | "clock">,
): void {
  if (pushes === undefined) return;
  if (hub === null) pushes.withdraw(id);
  else if (hub !== undefined) pushes.offer(id, hub, clock.nowMs());
  const push = pushes.ofSource(id);
  if (push?.toldMs !== undefined && push.toldMs >= beganMs) hasten(id, push.toldGapMs, { sources, clock });
}

const GONE = "It says that it is gone for good (410), and is not asked any more.";
const MISSED =
  "None of the items that it showed was known: some were probably missed since the check before. It is looked at more often now.";

function report(id: number, rest: Omit<CheckReport, "source">, sources: SourceStore): CheckReport {
  const source = sources.byId(id);
  if (source === undefined) throw new AppError("not-found", `Source ${id} was removed while it was being checked.`);
  return { source, ...rest };
}

interface Success {
  readonly result: CheckResult;
  readonly taken: TakenItems;
  readonly isMissed: boolean;
}

function afterSuccess(
  source: FollowedSource,
  { result, taken, isMissed }: Success,
  options: CheckOptions,
): SourceChange {
  const { clock, random, sources } = options;
  const nowMs = clock.nowMs();
  const counted = {
    checkedMs: nowMs,
    succeededMs: nowMs,
    failures: 0,
    problem: undefined,
    checks: source.checks + 1,
    articles: source.articles + taken.added,
  };
  if (result.outcome === "gone") return { ...counted, status: "stopped", problem: GONE };
  const fresh = taken.added + taken.changed;
  const found = fresh + taken.known;
  // The first look shows what gathered over days: it says nothing of how often there is something new.
  const adapted = source.checks === 0 ? source.intervalMs : adaptInterval(source.intervalMs, found, fresh);
  const intervalMs = isMissed ? MIN_INTERVAL_MS : adapted;
  const askedWaitMs = Math.min(result.askedWaitMs ?? 0, 24 * 3_600_000);
  const waitMs = result.goesOn === true ? 0 : toWait(source, intervalMs, askedWaitMs, random());
  return {
    ...counted,
    ...learnMove(source, result, sources),
    title: result.title ?? source.title,
    state: result.state,
    intervalMs,
    askedWaitMs,
    ...due(clock, waitMs),
    notice: isMissed ? MISSED : result.notice,
    changedMs: fresh > 0 ? nowMs : source.changedMs,
    missedMs: isMissed ? nowMs : source.missedMs,
  };
}

const toWait = ({ kind }: FollowedSource, intervalMs: number, askedMs: number, random: number): number =>
  kind === "folder" ? FOLDER_INTERVAL_MS : toWaitMs(intervalMs, askedMs, random);

/** An address that says three times in a row that it has moved for good is followed to where it says. */
function learnMove(source: FollowedSource, { movedTo }: CheckResult, sources: SourceStore): SourceChange {
  if (movedTo === undefined || movedTo === source.address) return { movedTo: undefined, movedCount: 0 };
  const movedCount = movedTo === source.movedTo ? source.movedCount + 1 : 1;
  if (movedCount < MOVES_TO_BELIEVE) return { movedTo, movedCount };
  const other = sources.byAddress(movedTo);
  if (other === undefined) return { address: movedTo, movedTo: undefined, movedCount: 0 };
  return {
    status: "stopped",
    problem: `It has moved to ${movedTo}, which is followed already (source ${other.id}).`,
    movedTo,
    movedCount,
  };
}

function afterFailure(
  source: FollowedSource,
  error: AppError,
  { clock, random }: { readonly clock: Clock; readonly random: number },
): SourceChange {
  const nowMs = clock.nowMs();
  const failures = source.failures + 1;
  const askedMs = (error.retryAfterS ?? 0) * 1000;
  const waitMs = Math.max(toWait(source, backOff(source.intervalMs, failures), source.askedWaitMs, random), askedMs);
  return {
    checkedMs: nowMs,
    checks: source.checks + 1,
    failures,
    problem: error.message,
    notice: undefined,
    ...due(clock, waitMs),
    askedWaitMs: Math.max(source.askedWaitMs, askedMs),
  };
}

const due = ({ nowMs, steadyMs }: Clock, waitMs: number): SourceChange => ({
  nextCheckMs: nowMs() + waitMs,
  steadyDueMs: steadyMs() + waitMs,
});

const addUp = (a: TakenItems, b: TakenItems): TakenItems => ({
  added: a.added + b.added,
  changed: a.changed + b.changed,
  known: a.known + b.known,
  unusable: a.unusable + b.unusable,
});
