/** `npm start` as it goes on after the launcher has started it anew, under the flags that a server needs. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { createTestFolder } from "../fakes/cli.ts";
import { createTestArchive } from "../fakes/test-archive.ts";

const root = join(import.meta.dirname, "..", "..");

test("the server starts with its arguments said once, and ends with SIGTERM", async (t) => {
  const archive = join(createTestFolder(), "archive");
  await createTestArchive(archive);
  const args = [join(root, "tools", "start.mjs"), "serve", "--demo", "--archive", archive, "--port", "0"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  t.after(() => child.kill("SIGKILL"));
  const [line] = (await Promise.race([once(createInterface(child.stdout), "line"), exited])) as [string | number];
  assert.match(String(line), /^wenxun serves 4 articles at http/);
  child.kill("SIGTERM");
  assert.deepEqual(await exited, [0, null]);
});
