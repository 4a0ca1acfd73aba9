import assert from "node:assert/strict";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createTestFolder } from "../../test/fakes/cli.ts";
import { AppError } from "../errors.ts";
import { readSettingsFile } from "./settings-file.ts";

const workingFolder = createTestFolder();
const isUsage = (pattern: RegExp) => (error: unknown) =>
  error instanceof AppError && error.code === "usage" && pattern.test(error.message);

test("wenxun.json may be missing, a file named by the user may not", () => {
  assert.equal(readSettingsFile({ workingFolder }), undefined);
  assert.throws(
    () => readSettingsFile({ workingFolder, path: "mine.json" }),
    isUsage(/mine\.json cannot be read \(ENOENT\)/),
  );
});

test("is read as JSON, a byte-order mark or not", () => {
  writeFileSync(join(workingFolder, "bom.json"), '\uFEFF{"port": 1}');
  assert.deepEqual(readSettingsFile({ workingFolder, path: "bom.json" }), { path: "bom.json", content: { port: 1 } });
  writeFileSync(join(workingFolder, "bad.json"), "{port: 1}");
  assert.throws(() => readSettingsFile({ workingFolder, path: "bad.json" }), isUsage(/bad\.json is not JSON/));
});

/** As somebody who is not root, who may look everywhere. */
function asAnybody<T>(act: () => T): T {
  const isRoot = process.getuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    return act();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

const needsUsers = { skip: process.getuid === undefined ? "no users" : false } as const;

test(
  "in a folder that may not be looked into there is none, and one that may not be read is no missing one",
  needsUsers,
  () => {
    const open = join(workingFolder, "open");
    const closed = join(workingFolder, "closed");
    for (const folder of [open, closed]) {
      mkdirSync(folder);
      writeFileSync(join(folder, "wenxun.json"), "{}");
      chmodSync(join(folder, "wenxun.json"), 0);
    }
    chmodSync(workingFolder, 0o755);
    chmodSync(closed, 0);
    assert.equal(
      asAnybody(() => readSettingsFile({ workingFolder: closed })),
      undefined,
    );
    assert.throws(() => asAnybody(() => readSettingsFile({ workingFolder: open })), isUsage(/EACCES/));
    chmodSync(closed, 0o755);
  },
);
