import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { MARK_FILE, writeMark } from "./commit-mark.ts";
import { CommitProof } from "./commit-proof.ts";

function createFolder(t: { after(clean: () => void): void }): string {
  const folder = mkdtempSync(join(tmpdir(), "wenxun-proof-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

test("a note that is missing when the archive is opened is missed at once, and found when it comes back", (t) => {
  const folder = createFolder(t);
  const proof = new CommitProof(folder);
  assert.equal(proof.isThere(3, 0), false);
  writeMark(folder, 3);
  assert.equal(proof.isThere(3, 500), false, "not looked at again yet");
  assert.equal(proof.isThere(3, 1000), true);
});

for (const [what, harm] of [
  ["removed", (folder: string) => rmSync(join(folder, MARK_FILE))],
  ["damaged", (folder: string) => writeFileSync(join(folder, MARK_FILE), "00000000000003 00")],
] as const)
  test(`a note that is ${what} while the archive is open is missed within two looks`, (t) => {
    const folder = createFolder(t);
    writeMark(folder, 3);
    const proof = new CommitProof(folder);
    assert.equal(proof.isThere(3, 0), true);
    harm(folder);
    assert.equal(proof.isThere(3, 1000), true);
    assert.equal(proof.isThere(3, 2000), false);
    assert.equal(proof.isThere(3, 2001), false);
  });

test("the first commit is not missed while its note is being written", (t) => {
  const folder = createFolder(t);
  const proof = new CommitProof(folder);
  assert.equal(proof.isThere(0, 0), true);
  assert.equal(proof.isThere(1, 5000), true);
  writeMark(folder, 1);
  assert.equal(proof.isThere(1, 6000), true);
});

test("a clock that is set back does not stop the looking", (t) => {
  const folder = createFolder(t);
  writeMark(folder, 3);
  const proof = new CommitProof(folder);
  assert.equal(proof.isThere(3, 1e6), true);
  rmSync(join(folder, MARK_FILE));
  proof.isThere(3, 0);
  assert.equal(proof.isThere(3, 1000), false);
});
