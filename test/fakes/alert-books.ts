import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { type Alert, DEFAULT_DIGEST_MINUTE, type NewAlert } from "../../src/alerts/alert.ts";
import { type FollowedSearch, toFollowedSearch } from "../../src/alerts/followed-search.ts";
import { Matcher } from "../../src/alerts/matching/matcher.ts";
import { AlertStore } from "../../src/alerts/store/alert-store.ts";
import { openAlertsDatabase } from "../../src/alerts/store/alerts-database.ts";
import { ProgressStore } from "../../src/alerts/store/progress-store.ts";
import { VectorStore } from "../../src/alerts/store/vector-store.ts";
import { takeNewArticles } from "../../src/alerts/take-new-articles.ts";
import { PLAIN_REQUEST } from "../../src/archive/request.ts";
import type { Encoder } from "../../src/encoder/encoder.ts";
import { createFakeEncoder } from "./encoder.ts";
import { FakeWatchedArchive } from "./watched-archive.ts";

/** Followed searches in a folder of their own, an archive in memory, and a clock that stands still. */
export interface AlertBooks extends Disposable {
  readonly folder: string;
  readonly database: DatabaseSync;
  readonly alerts: AlertStore;
  readonly progress: ProgressStore;
  readonly archive: FakeWatchedArchive;
  readonly clock: { nowMs: number };
  follow(query: string, more?: Partial<FollowedSearch> & Partial<NewAlert>): Alert;
  /** Another process that takes new articles. */
  newMatcher(): Matcher;
  /** Gives the archive and its queries another encoder, as a reindex does. */
  reencode(encoder: Encoder): Promise<void>;
  take(): ReturnType<typeof takeNewArticles>;
  /** Ids of articles that an alert is to tell of, copies left out, in order; `-` stands before those of old news. */
  noticed(alert: Alert): string[];
}

export function openAlertBooks(): AlertBooks {
  const folder = mkdtempSync(join(tmpdir(), "wenxun-alerts-"));
  const database = openAlertsDatabase(folder);
  const [alerts, vectors, progress] = [
    new AlertStore(database),
    new VectorStore(database),
    new ProgressStore(database),
  ];
  const encoder = { ...createFakeEncoder() };
  const archive = new FakeWatchedArchive(encoder);
  const clock = { nowMs: Date.parse("2026-03-02T04:00:00Z") };
  const nowMs = (): number => clock.nowMs;
  const newMatcher = (): Matcher => new Matcher({ alerts, vectors, archive, encoder, nowMs });
  const matcher = newMatcher();
  return {
    folder,
    database,
    alerts,
    progress,
    archive,
    clock,
    newMatcher,
    follow: (query, { mode = "keyword", ...more } = {}) => {
      if (progress.read() === undefined)
        progress.reset(undefined, { archive: archive.name, sequence: archive.headNow, notice: undefined });
      const search = { ...toFollowedSearch({ ...PLAIN_REQUEST, ...more }), query, mode };
      const { alert } = alerts.add(
        {
          inPieces: false,
          channel: "webhook",
          address: "https://receiver.example/hook",
          rhythm: "instant",
          digestMinute: DEFAULT_DIGEST_MINUTE,
          timezone: "Asia/Shanghai",
          language: "en",
          sinceSequence: archive.headNow,
          ...more,
          search,
        },
        clock.nowMs,
      );
      return alert;
    },
    reencode: async (other) => {
      Object.assign(encoder, other);
      await archive.reencode(encoder);
    },
    take: () => takeNewArticles({ archive, matcher, progress, nowMs }),
    noticed: ({ id }) =>
      database
        .prepare("SELECT article_id, is_old FROM notice WHERE alert_id = ? AND is_copy = 0 ORDER BY id")
        .all(id)
        .map((row) => `${row.is_old === 1 ? "-" : ""}${row.article_id}`),
    [Symbol.dispose]: () => {
      database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
