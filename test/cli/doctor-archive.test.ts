/** Faults of the archive, of what stands beside it, and of who may do what, as `wenxun doctor` finds them. */
import assert from "node:assert/strict";
import { chmodSync, globSync, mkdirSync, readFileSync, rmSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { NewAlert } from "../../src/alerts/alert.ts";
import { toFollowedSearch } from "../../src/alerts/followed-search.ts";
import { AlertStore } from "../../src/alerts/store/alert-store.ts";
import { openAlertsDatabase } from "../../src/alerts/store/alerts-database.ts";
import { PLAIN_REQUEST } from "../../src/archive/request.ts";
import { createAuditLog } from "../../src/audit/audit-log.ts";
import { databasePath, segmentFolder } from "../../src/local/store/database.ts";
import { sealRecord } from "../../src/local/store/record-check.ts";
import { addSource, type Fault, testFaults } from "../fakes/doctor-case.ts";

function change(folder: string, sql: string): void {
  const database = new DatabaseSync(databasePath(folder));
  database.exec(sql);
  sealRecord(database);
  database.close();
}

const segmentOf = (folder: string): string =>
  globSync(join(segmentFolder(folder), "*.seg"))[0] ?? assert.fail("no segment");

function writeTokens(folder: string, expires?: string): void {
  const token = {
    id: "a",
    name: "a",
    scopes: ["read"],
    hash: "0".repeat(64),
    created: "2019-01-01T00:00:00.000Z",
    expires,
  };
  const content = { version: 1, sessionKey: "k".repeat(32), tokens: [token] };
  writeFileSync(join(folder, "tokens.json"), JSON.stringify(content), { mode: 0o600 });
}

/** Where readers come from, so that mails have links. */
const REACHED = { "public-url": "https://example.org/", "trusted-proxies": "127.0.0.1" };

function changeFile(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  database.close();
}

/** A search that is followed; then a statement over its database. */
function addAlert(folder: string, more: Partial<NewAlert> = {}, sql = ""): void {
  const database = openAlertsDatabase(folder);
  new AlertStore(database).add(
    {
      search: toFollowedSearch({ ...PLAIN_REQUEST, query: "台风" }),
      inPieces: false,
      channel: "webhook",
      address: "https://example.org/hook",
      rhythm: "instant",
      digestMinute: 480,
      timezone: "Asia/Shanghai",
      language: "zh-Hans",
      sinceSequence: 0,
      ...more,
    },
    Date.now(),
  );
  database.exec(sql);
  database.close();
}

const toDelivery = (status: string, createdMs: number): string =>
  `INSERT INTO delivery (alert_id, message_id, is_digest, created_ms, status, next_attempt_ms)
   VALUES (1, 'm', 0, ${createdMs}, '${status}', ${createdMs})`;

const FAULTS: readonly Fault[] = [
  {
    fault: "no archive",
    code: "archive-missing",
    plant: ({ folder }) => rmSync(folder, { recursive: true }),
    mend: /^wenxun import FILE/,
  },
  {
    fault: "an article that is not as it was stored",
    code: "archive-damaged",
    plant: ({ folder }) => change(folder, "UPDATE article SET source_id = 2 WHERE id = 'bridge'"),
    mend: /wenxun verify --repair/,
  },
  {
    fault: "a segment that was cut",
    code: "archive-damaged",
    plant: ({ folder }) => truncateSync(segmentOf(folder), 100),
    mend: /wenxun verify/,
  },
  {
    fault: "a database that is none",
    code: "archive-damaged",
    plant: ({ folder }) => writeFileSync(databasePath(folder), "x".repeat(8192)),
    mend: /restore a backup.*--salvage/,
  },
  {
    fault: "another version's archive",
    code: "archive-version",
    plant: ({ folder }) => change(folder, "UPDATE setting SET value = '99' WHERE name = 'format_version'"),
    mend: /wenxun export/,
  },
  {
    fault: "vectors of another encoder",
    code: "encoder-mismatch",
    plant: ({ folder }) => change(folder, "UPDATE setting SET value = 'other-1' WHERE name = 'encoder_fingerprint'"),
    mend: /^wenxun reindex/,
  },
  {
    fault: "words of another version",
    code: "words-outdated",
    level: "warning",
    plant: ({ folder }) => change(folder, "UPDATE setting SET value = '1' WHERE name = 'fold_version'"),
    mend: /^wenxun reindex/,
  },
  {
    fault: "articles without a vector",
    code: "without-vector",
    level: "warning",
    plant: ({ folder }) => change(folder, "INSERT INTO unencoded SELECT min(key) FROM article"),
    mend: /^wenxun reindex/,
  },
  {
    fault: "an embedding server that is away",
    code: "encoder-unavailable",
    plant: () => ({ settings: { encoder: "http://127.0.0.1:1" } }),
    mend: /wenxun encoder-server/,
  },
  {
    fault: "a model that is not there",
    code: "encoder-unavailable",
    plant: () => ({ settings: { encoder: "onnx:./nowhere" } }),
    mend: /ls \.\/nowhere/,
  },
  {
    fault: "files of somebody else",
    code: "files-unwritable",
    plant: () => ({
      machine: { may: (what: string, path: string) => what === "read" || !path.endsWith("archive.db") },
    }),
    mend: /^sudo chown -R/,
  },
  {
    fault: "files that this user may not read",
    code: "files-unreadable",
    plant: () => ({ machine: { may: (_: string, path: string) => !path.endsWith(".seg") } }),
    mend: /^sudo chown -R/,
  },
  {
    fault: "a folder that everybody may write",
    code: "files-open",
    plant: ({ folder }) => chmodSync(folder, 0o777),
    mend: /^chmod -R o-w/,
  },
  {
    fault: "tokens that others may read",
    code: "secrets-readable",
    plant: ({ folder }) => {
      writeTokens(folder);
      chmodSync(join(folder, "tokens.json"), 0o644);
    },
    mend: /^chmod -R go= .*tokens\.json/,
  },
  {
    fault: "no token where one is needed",
    code: "nobody-can-read",
    plant: () => ({ settings: { access: "token" } }),
    mend: /^wenxun tokens add/,
  },
  {
    fault: "tokens that have expired",
    code: "nobody-can-read",
    plant: ({ folder }) => {
      writeTokens(folder, "2020-01-01T00:00:00.000Z");
      return { settings: { access: "token" } };
    },
    mend: /^wenxun tokens add/,
  },
  {
    fault: "a file of tokens that is none",
    code: "tokens-unreadable",
    plant: ({ folder }) => writeFileSync(join(folder, "tokens.json"), "{", { mode: 0o600 }),
    mend: /wenxun tokens add/,
  },
  {
    fault: "an audit log that was changed",
    code: "audit-broken",
    plant: async ({ folder }) => {
      const log = createAuditLog({ folder: join(folder, "audit"), maxFileBytes: 1e6 });
      await log.append([
        { what: "put", who: "one" },
        { what: "put", who: "other" },
      ]);
      const file = join(folder, "audit", "000001.jsonl");
      writeFileSync(file, readFileSync(file, "utf8").replace("one", "two"));
    },
    mend: /^wenxun audit verify/,
  },
  {
    fault: "a list of sources that is none",
    code: "sources-damaged",
    plant: ({ folder }) => writeFileSync(join(folder, "sources.db"), "x".repeat(4096)),
    mend: /backup/,
  },
  {
    fault: "a source that fails",
    code: "source-failing",
    level: "warning",
    plant: ({ folder }) => addSource(folder, { failures: 9, problem: "'no such host'", next_check_ms: Date.now() }),
    mend: /^wenxun sources why 1/,
  },
  {
    fault: "sources that nobody looks at",
    code: "sources-neglected",
    level: "warning",
    plant: ({ folder }) => addSource(folder, { next_check_ms: Date.now() - 3 * 86_400_000 }),
    mend: /^wenxun serve/,
  },
  {
    fault: "an archive from the future",
    code: "clock-behind",
    plant: ({ folder }) => utimesSync(join(folder, "last-commit"), new Date(), new Date(Date.now() + 3_600_000)),
    mend: /set-ntp/,
  },
  {
    fault: "a segment that is gone",
    code: "archive-damaged",
    plant: ({ folder }) => rmSync(segmentOf(folder)),
    mend: /wenxun verify/,
  },
  {
    fault: "an archive that is a file",
    code: "archive-no-folder",
    plant: ({ folder }) => {
      rmSync(folder, { recursive: true });
      writeFileSync(folder, "no archive");
    },
    mend: /^wenxun import .* --archive DIR/,
  },
  {
    fault: "synonyms that are none",
    code: "synonyms-wrong",
    level: "warning",
    plant: ({ folder }) => writeFileSync(join(folder, "synonyms.txt"), "甲 => 乙 => 丙\n"),
    mend: /synonyms\.txt/,
  },
  {
    fault: "a list of sources that a later version made",
    code: "sources-version",
    plant: ({ folder }) => {
      addSource(folder, { next_check_ms: Date.now() });
      changeFile(join(folder, "sources.db"), "PRAGMA user_version = 99");
    },
    mend: /newer version of wenxun/,
  },
  {
    fault: "a source that has stopped",
    code: "source-stopped",
    level: "warning",
    plant: ({ folder }) => addSource(folder, { status: "'stopped'", next_check_ms: Date.now() }),
    mend: /^wenxun sources resume 1/,
  },
  {
    fault: "followed searches that are none",
    code: "alerts-damaged",
    plant: ({ folder }) => writeFileSync(join(folder, "alerts.db"), "x".repeat(4096), { mode: 0o600 }),
    mend: /wenxun alerts add.*backup/,
  },
  {
    fault: "followed searches that a later version made",
    code: "alerts-version",
    plant: ({ folder }) => {
      addAlert(folder);
      changeFile(join(folder, "alerts.db"), "PRAGMA user_version = 99");
    },
    mend: /newer version of wenxun/,
  },
  {
    fault: "followed searches whose addresses others may read",
    code: "secrets-readable",
    plant: ({ folder }) => {
      addAlert(folder);
      chmodSync(join(folder, "alerts.db"), 0o644);
    },
    mend: /^chmod -R go= .*alerts\.db/,
  },
  {
    fault: "mails that no setting lets go",
    code: "mail-unset",
    plant: ({ folder }) => addAlert(folder, { channel: "mail", address: "reader@example.org" }),
    mend: /--smtp smtp:.*--mail-from/,
    comesAlong: ["mail-without-links"],
  },
  {
    fault: "a mail server that is away",
    code: "mail-unreachable",
    plant: ({ folder }) => {
      addAlert(folder, { channel: "mail", address: "reader@example.org" });
      return { settings: { smtp: "smtp://user:secret@127.0.0.1:1", "mail-from": "a@example.org", ...REACHED } };
    },
    mend: /^nc -vz 127\.0\.0\.1 1 /,
  },
  {
    fault: "a search that nobody is told of any more",
    code: "alert-stopped",
    level: "warning",
    plant: ({ folder }) => addAlert(folder, {}, "UPDATE alert SET status = 'stopped', problem = 'it answers 410'"),
    mend: /^wenxun alerts resume 1/,
  },
  {
    fault: "messages that were given up",
    code: "alert-given-up",
    level: "warning",
    plant: ({ folder }) => addAlert(folder, {}, toDelivery("failed", Date.now())),
    mend: /^wenxun alerts replay 1/,
  },
  {
    fault: "messages that wait for days",
    code: "alerts-neglected",
    level: "warning",
    plant: ({ folder }) => addAlert(folder, {}, toDelivery("waiting", Date.now() - 3 * 86_400_000)),
    mend: /^wenxun alerts deliver/,
  },
  {
    fault: "searches that are followed by a server that tells nobody",
    code: "alerts-neglected",
    level: "warning",
    plant: ({ folder }) => {
      addAlert(folder);
      return { settings: { alerts: "off" } };
    },
    mend: /^--alerts on/,
  },
  {
    fault: "an audit log where this user may not write",
    code: "files-unwritable",
    plant: ({ workingFolder }) => {
      mkdirSync(join(workingFolder, "logs"));
      return {
        settings: { "audit-log": "logs/audit" },
        machine: { may: (_: string, path: string) => !path.endsWith("logs") },
      };
    },
    mend: /^sudo chown -R \S+ .*logs$/,
  },
  {
    fault: "a file of tokens that is a folder",
    code: "tokens-unreadable",
    plant: ({ folder }) => mkdirSync(join(folder, "tokens.json"), { mode: 0o700 }),
    mend: /^mv /,
  },
  {
    fault: "an encoder's folder without a model",
    code: "encoder-unavailable",
    plant: ({ workingFolder }) => {
      mkdirSync(join(workingFolder, "model"));
      return { settings: { encoder: `onnx:${join(workingFolder, "model")}` } };
    },
    mend: /^ls .*model/,
  },
];

testFaults(FAULTS);
