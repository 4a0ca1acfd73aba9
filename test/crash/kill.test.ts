import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { createDatabase } from "../../src/archive/database.ts";
import { createFakeEncoder } from "../fakes/encoder.ts";
import { writeAndKill } from "./kill.ts";

/** More with `node test/crash/many-kills.ts 200`. */
const KILLS = 5;

test("kill -9 at random moments of writing loses nothing that was reported", async () => {
  const folder = mkdtempSync(join(tmpdir(), "wenxun-kill-"));
  const { fingerprint, dimensions } = createFakeEncoder();
  createDatabase(folder, { encoderFingerprint: fingerprint, dimensions, timezone: "Asia/Shanghai" });
  const versions = new Map<string, number>();
  try {
    for (let kill = 0; kill < KILLS; kill++) {
      const { batches, faults } = await writeAndKill(folder, versions, kill + 1, Math.random() * 400);
      assert.ok(batches > 0);
      assert.deepEqual(faults, []);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
