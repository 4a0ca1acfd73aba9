import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmodSync, existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { promisify } from "node:util";
import { createTestFolder } from "../fakes/cli.ts";
import { createTestArchive } from "../fakes/test-archive.ts";

const launcher = join(import.meta.dirname, "..", "..", "bin", "wenxun.mjs");
/** Root may write everywhere: its tests run the command as somebody else. */
const NOBODY = 65534;
const asNobody = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

test("an archive that one may only read is searched, whether or not its journal is there", async () => {
  const parent = createTestFolder();
  chmodSync(parent, 0o755);
  const folder = join(parent, "archive");
  await createTestArchive(folder);
  for (const hasJournal of [true, false]) {
    if (!hasJournal) closeCleanly(folder);
    const names = [...readdirSync(folder, { recursive: true }).map(String), "."];
    for (const name of names) {
      const path = join(folder, name);
      chmodSync(path, statSync(path).isDirectory() ? 0o555 : 0o444);
    }
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [launcher, "search", "大桥", "--mode", "keyword", "--archive", folder],
      {
        ...asNobody,
        cwd: parent,
        env: { ...process.env, HOME: parent },
      },
    );
    assert.match(stdout, /^1 found[\s\S]*跨江大桥今晨通车/);
    for (const name of names) chmodSync(join(folder, name), statSync(join(folder, name)).isDirectory() ? 0o755 : 0o644);
  }
});

/** As the last writer leaves it: without a journal. */
function closeCleanly(folder: string): void {
  const database = new DatabaseSync(join(folder, "archive.db"));
  database.exec("BEGIN IMMEDIATE; COMMIT");
  database.close();
  assert.ok(!existsSync(join(folder, "archive.db-shm")));
}
