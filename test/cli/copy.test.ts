/** `wenxun copy` leaves the same archive at another place, whatever stopped it before, and says what it left behind. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { createTestFolder, runCli } from "../fakes/cli.ts";

const line = (id: string, body: string): string =>
  `${JSON.stringify({ id, title: `渡口${id}`, body, published: "2024-05-01T08:00:00Z", source: "江湾日报", category: "" })}\n`;

async function run(...args: readonly string[]): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const { exitCode, stdout, stderr } = await runCli(args);
  assert.equal(exitCode, 0, stderr);
  return { stdout, stderr };
}

const put = async (archive: string, ...lines: readonly string[]): Promise<void> => {
  const { exitCode, stderr } = await runCli(["import", "-", "--archive", archive], { stdin: lines.join("") });
  assert.equal(exitCode, 0, stderr);
};

const copy = async (...args: readonly string[]) => JSON.parse((await run("copy", "--json", ...args)).stdout);

const exported = async (archive: string): Promise<string[]> =>
  (await run("export", "--editions", "--archive", archive)).stdout
    .trim()
    .split("\n")
    .map((text) => text.replaceAll(/"since":"[^"]*",?/g, ""))
    .sort();

test("a copy has every article with what it said before, and a second one writes nothing", async () => {
  const [from, to] = [createTestFolder(), join(createTestFolder(), "copy")];
  await put(from, line("a", "三人受轻伤。"), line("b", "风平浪静。"));
  await put(from, line("a", "五人受轻伤。"));
  await put(from, line("a", "五人受伤。"), line("c", "半个字\ud800。"));
  const { digest, ...first } = await copy(from, to);
  assert.match(digest, /^[0-9a-f]{64}$/);
  assert.deepEqual(
    { ...first, from: "", to: "" },
    {
      from: "",
      to: "",
      articles: 3,
      added: 3,
      updated: 0,
      unchanged: 0,
      editions: 2,
      editionsLeft: 0,
      removed: 0,
      others: 0,
      withoutVector: 0,
      beside: ["audit"],
    },
  );
  assert.deepEqual(await exported(to), await exported(from));
  const second = await copy(from, to);
  assert.deepEqual([second.added, second.unchanged, second.editions, second.digest], [0, 3, 0, digest]);
  assert.deepEqual(await exported(to), await exported(from), "no edition is made up");
});

test("a copy that was stopped half way goes on from there", async () => {
  const [from, to] = [createTestFolder(), createTestFolder()];
  await put(from, line("a", "三人受轻伤。"));
  await put(to, line("a", "三人受轻伤。"));
  await put(from, line("a", "五人受轻伤。"));
  await put(from, line("a", "五人受伤。"), line("b", "风平浪静。"));
  const { added, updated, editions } = await copy(from, to);
  assert.deepEqual({ added, updated, editions }, { added: 1, updated: 1, editions: 1 });
  assert.deepEqual(await exported(to), await exported(from));
});

test("what is in the copy alone stays and is told, or goes where that is asked for", async () => {
  const [from, to] = [createTestFolder(), createTestFolder()];
  await put(from, line("a", "甲。"), line("gone", "乙。"));
  await copy(from, to);
  await run("delete", "gone", "--archive", from);
  assert.equal((await copy(from, to)).others, 1);
  assert.match((await run("copy", from, to)).stdout, /--mirror/);
  const mirrored = await copy("--mirror", from, to);
  assert.deepEqual([mirrored.removed, mirrored.others], [1, 0]);
  assert.deepEqual(await exported(to), await exported(from));
});

test("an archive is not copied onto itself, nor from where there is none", async () => {
  const from = createTestFolder();
  const onto = await runCli(["copy", from, `${from}/.`]);
  assert.deepEqual([onto.exitCode, /onto itself/.test(onto.stderr)], [2, true]);
  const nothing = await runCli(["copy", join(from, "none"), join(from, "copy")]);
  assert.match(nothing.stderr, /no archive/);
  assert.equal(nothing.exitCode, 1);
});
