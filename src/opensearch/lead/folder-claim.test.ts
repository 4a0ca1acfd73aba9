import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { createClusterMeta } from "../../../test/fakes/cluster-meta.ts";
import { AppError } from "../../errors.ts";
import { writeFirstState } from "../index/commits.ts";
import { FolderClaim } from "./folder-claim.ts";

test("what an archive follows stands in one folder, which others are told of", async (t) => {
  const root = mkdtempSync(join(tmpdir(), "wenxun-claim-"));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const { meta } = createClusterMeta();
  const isMissing = (error: unknown): boolean => error instanceof AppError && error.code === "archive-missing";
  await assert.rejects(new FolderClaim(meta, join(root, "early")).claim(), isMissing);
  assert.deepEqual(readdirSync(root), [], "before there is an archive nothing is made");
  await writeFirstState(meta);
  const [shared, other] = [join(root, "shared"), join(root, "other")];
  const claims = Array.from({ length: 4 }, () => new FolderClaim(meta, shared));
  const stranger = new FolderClaim(meta, other);
  await stranger.check();
  assert.equal(await stranger.state(), "nobodys");
  await Promise.all(claims.map((claim) => claim.claim()));
  assert.deepEqual(readdirSync(shared), ["cluster-folder-id"], "nothing is left of those who made it at the same time");
  assert.deepEqual(await Promise.all(claims.map((claim) => claim.state())), Array(4).fill("own"));
  assert.equal(await stranger.state(), "anothers");
  const isRefused = (error: unknown): boolean => {
    assert.ok(error instanceof AppError);
    assert.deepEqual(
      [error.code, error.remedy],
      ["unavailable", { code: "share-folder", folder: shared, host: hostname() }],
    );
    return true;
  };
  await assert.rejects(stranger.check(), isRefused);
  await assert.rejects(stranger.claim(), isRefused);
  // On another machine, or brought back from a backup.
  const moved = join(root, "moved");
  cpSync(shared, moved, { recursive: true });
  assert.equal(await new FolderClaim(meta, moved).state(), "own");
});
