import type { FollowedSearch } from "../alerts/followed-search.ts";
import type { AlertPreview } from "../alerts/preview.ts";
import type { RequestedAlert } from "../alerts/request-alert.ts";
import type { AlertSummary, DeliverySummary } from "../alerts/summarize-alert.ts";
import type { ReadOptions } from "../archive/archive.ts";
import type { IdPage } from "../collections/id-page.ts";
import { AppError } from "../errors.ts";
import type { SearchService } from "../search/search.ts";

/** Where followed searches are shown and changed; undefined stands for one that there is not. */
export interface AlertDesk {
  list(page: IdPage): Promise<readonly AlertSummary[]>;
  /** With its last deliveries, the newest first. */
  get(id: number): Promise<AlertDetail | undefined>;
  /** @throws AppError `invalid-request` for what cannot be followed so */
  add(requested: RequestedAlert, search: Pick<SearchService, "search">, asker?: ReadOptions): Promise<NewlyFollowed>;
  /** @throws AppError `invalid-request` */
  preview(followed: FollowedSearch, search: Pick<SearchService, "search">, asker?: ReadOptions): Promise<AlertPreview>;
  change(id: number, status: "active" | "paused"): Promise<AlertSummary | undefined>;
  remove(id: number): Promise<AlertSummary | undefined>;
  /** Has messages sent again that were given up, or all since a moment: how many. */
  replay(id: number, sinceMs: number | undefined): Promise<number | undefined>;
  /** The alert of a link to unsubscribe. */
  byKey(key: string): Promise<AlertSummary | undefined>;
  /** Stops it, as its reader wants no more. */
  unsubscribe(key: string): Promise<AlertSummary | undefined>;
}

export interface AlertDetail {
  readonly alert: AlertSummary;
  readonly deliveries: readonly DeliverySummary[];
}

export interface NewlyFollowed {
  readonly alert: AlertSummary;
  /** By which webhooks are signed; shown this once. Null where there is nothing to sign. */
  readonly signingSecret: string | null;
  readonly preview: AlertPreview;
}

const refuse = (): Promise<never> =>
  Promise.reject(new AppError("not-found", "This server has no place for followed searches."));

/** Of a server that follows nothing. */
export const NO_ALERTS: AlertDesk = {
  list: async () => [],
  get: async () => undefined,
  add: refuse,
  preview: refuse,
  change: async () => undefined,
  remove: async () => undefined,
  replay: async () => undefined,
  byKey: async () => undefined,
  unsubscribe: async () => undefined,
};
