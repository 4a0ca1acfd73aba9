/** `wenxun copy` between a folder and a cluster, both ways. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createTestFolder, runCli } from "../fakes/cli.ts";
import { addressOf, takePrefix, WITHOUT_CLUSTER } from "./cluster-engine.ts";

const line = (id: string, body: string): string =>
  `${JSON.stringify({ id, title: `渡口${id}`, body, published: "2024-05-01T08:00:00Z", source: "江湾日报" })}\n`;

test("an archive goes to a cluster and comes back as it was", { skip: WITHOUT_CLUSTER }, async () => {
  const workingFolder = createTestFolder();
  const run = async (args: readonly string[], stdin = ""): Promise<string> => {
    const { exitCode, stdout, stderr } = await runCli(args, { workingFolder, stdin });
    assert.equal(exitCode, 0, stderr);
    return stdout;
  };
  const copy = async (...args: readonly string[]) => JSON.parse(await run(["copy", "--json", ...args]));
  const exported = async (archive: string): Promise<string[]> =>
    (await run(["export", "--editions", "--archive", archive]))
      .trim()
      .split("\n")
      .map((text) => text.replaceAll(/"since":"[^"]*",?/g, ""))
      .sort();
  const cluster = addressOf(takePrefix());
  const lines = Array.from({ length: 30 }, (_, index) => line(`${index}`, `第${index}号渡轮恢复通航。`));
  await run(["import", "-"], [...lines, line("x", "三人受轻伤。\ud800")].join(""));
  await run(["import", "-"], line("x", "五人受轻伤。"));
  const there = await copy("archive", cluster, "--cluster-shards", "5");
  const [, host, prefix] = /^opensearch\+(http:\/\/[^,/]+).*\/(.+)$/.exec(cluster) ?? [];
  const settings = await fetch(`${host}/${prefix}-articles/_settings`);
  assert.match(await settings.text(), /"number_of_shards":"5"/);
  assert.deepEqual([there.articles, there.added, there.editions, there.editionsLeft, there.others], [31, 31, 1, 0, 0]);
  const back = await copy(cluster, "back");
  assert.deepEqual([back.added, back.editions, back.digest], [31, 1, there.digest]);
  assert.deepEqual(await exported("back"), await exported("archive"));
  await run(["delete", "x", "3"]);
  const mirrored = await copy("--mirror", "archive", cluster);
  assert.deepEqual([mirrored.added, mirrored.unchanged, mirrored.removed, mirrored.others], [0, 29, 2, 0]);
  assert.deepEqual(await exported(cluster), await exported("archive"));
});
