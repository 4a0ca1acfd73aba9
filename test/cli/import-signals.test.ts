import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { packageRoot } from "../../src/config/paths.ts";
import { createTestFolder } from "../fakes/cli.ts";

/** An import that has stored its first batches and now waits for more on standard input. */
async function startImport() {
  const child = spawn(process.execPath, [join(packageRoot, "bin", "wenxun.mjs"), "import", "-"], {
    cwd: createTestFolder(),
    stdio: ["pipe", "pipe", "pipe"],
  });
  let written = "";
  const stored = new Promise<void>((resolve) => {
    child.stderr.on("data", (text: Buffer) => {
      written += text.toString();
      if (written.includes("stored")) resolve();
    });
  });
  child.stdout.resume();
  child.stdin.on("error", () => {}); // It ends before all is written: that is the point.
  const articles = Array.from({ length: 5000 }, (_, id) =>
    JSON.stringify({ id, title: `第${id}条`, date: "2021-03-14" }),
  );
  child.stdin.write(`${articles.join("\n")}\n`);
  await stored;
  return { child, stderr: () => written };
}

test("Ctrl-C stops after the batch at hand, even when it arrives twice because a launcher passed it on", async () => {
  const { child, stderr } = await startImport();
  const exit = once(child, "exit");
  child.kill("SIGINT");
  child.kill("SIGINT");
  await setTimeout(20);
  child.kill("SIGINT");
  assert.deepEqual(await exit, [1, null], stderr());
  assert.match(stderr(), /Stopped: \d+ articles are stored; the same command goes on/);
});
