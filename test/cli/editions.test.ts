/** `wenxun export --editions` writes what articles said before, and an import of it gives the articles as they are now. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createTestFolder, runCli } from "../fakes/cli.ts";

const line = (body: string): string =>
  `${JSON.stringify({ id: "a", title: "渡口恢复通航", body, source: "江湾日报" })}\n`;

test("an export with editions has what was said before, and is read back as what is said now", async () => {
  const [archive, again] = [createTestFolder(), createTestFolder()];
  for (const body of ["三人受轻伤。", "五人受轻伤。", "五人受伤。"])
    assert.equal((await runCli(["import", "-", "--archive", archive], { stdin: line(body) })).exitCode, 0);
  const plain = (await runCli(["export", "--archive", archive])).stdout;
  assert.equal(plain, line("五人受伤。"));
  const { stdout } = await runCli(["export", "--editions", "--archive", archive]);
  const { editions, ...newest } = JSON.parse(stdout);
  assert.deepEqual(newest, JSON.parse(plain));
  assert.deepEqual(
    editions.map(({ body, since }: { body: string; since?: string }) => [body, typeof since]),
    [
      ["三人受轻伤。", "undefined"],
      ["五人受轻伤。", "string"],
    ],
  );
  const read = await runCli(["import", "-", "--archive", again], { stdin: stdout });
  assert.equal(read.exitCode, 0, read.stderr);
  assert.equal((await runCli(["export", "--archive", again])).stdout, plain);
});
