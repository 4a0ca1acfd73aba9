import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { salvageArticles } from "../../src/local/care/salvage.ts";
import { toStored } from "../../src/local/texts/stored-text.ts";
import { runCli } from "../fakes/cli.ts";
import {
  ARTICLES,
  askEverything,
  copyArchive,
  createPristine,
  DAMAGES,
  damageFile,
  examine,
  filesOf,
} from "./damaged-archive.ts";
import { createRandom } from "./random.ts";

/** More with `node test/crash/many-damages.ts 1000`. */
const FLIPS = 8;

const seed = Math.floor(Math.random() * 1e9);
const random = createRandom(seed);
const folder = mkdtempSync(join(tmpdir(), "wenxun-damage-"));
const victim = join(folder, "victim");
let pristine: Record<"rest" | "killed", { folder: string; expected: ReadonlyMap<string, string> }>;

before(async () => {
  const { rest, killed } = await createPristine(folder, random);
  copyArchive(rest, victim);
  const expectedAtRest = await askEverything(victim);
  copyArchive(killed, victim);
  pristine = {
    rest: { folder: rest, expected: expectedAtRest },
    killed: { folder: killed, expected: await askEverything(victim) },
  };
});

after(() => rmSync(folder, { recursive: true, force: true }));

for (const state of ["rest", "killed"] as const) {
  test(`no damage to an archive (${state}) is answered from in silence, and each is repaired or refused`, async () => {
    const { folder: source, expected } = pristine[state];
    const files = filesOf(source);
    const segment = files.find((file) => file.endsWith(".seg")) as string;
    const cases = [
      ...Array.from({ length: FLIPS }, (_, index) => [files[index % files.length] as string, "flip"] as const),
      ...DAMAGES.flatMap((kind) => [segment, "archive.db"].map((file) => [file, kind] as const)),
      ...(state === "killed"
        ? ([
            ["archive.db-wal", "cut"],
            ["archive.db-wal", "missing"],
          ] as const)
        : []),
    ];
    for (const [file, kind] of cases) {
      copyArchive(source, victim);
      const what = damageFile(victim, file, kind, random);
      const outcome = await examine(victim, expected);
      const where = `seed ${seed}: ${kind} of ${file}, ${what}: ${JSON.stringify(outcome)}`;
      assert.deepEqual(outcome.silentlyWrong, [], where);
      assert.deepEqual(outcome.crashes, [], where);
      assert.notEqual(outcome.repair, "wrong", where);
      assert.ok(outcome.found || outcome.harmless, where);
    }
  });
}

/** Where the title of an article stands in the database's file, as the database keeps it. */
function placeOfTitle(bytes: Buffer, id: string): number {
  const stored = [...salvageArticles(victim)].find(({ article }) => article.id === id);
  const place = bytes.indexOf(Buffer.from(toStored(stored?.article.title ?? assert.fail())));
  assert.ok(place > 0);
  return place;
}

test("an article that is altered in the database is set aside by repair, and the rest is there", async () => {
  const { folder: source, expected } = pristine.rest;
  copyArchive(source, victim);
  const path = join(victim, "archive.db");
  const bytes = readFileSync(path);
  const place = placeOfTitle(bytes, "a7");
  bytes[place + 4] = (bytes[place + 4] ?? 0) ^ 0x55;
  writeFileSync(path, bytes);
  const { problems, silentlyWrong, repair } = await examine(victim, expected);
  assert.match(problems.join(), /1 article is not as it was stored: a7/);
  assert.deepEqual(silentlyWrong, []);
  assert.equal(repair, "less");
  const [aside = ""] = readdirSync(victim).filter((name) => name.startsWith("damaged-"));
  assert.match(readFileSync(join(victim, aside), "utf8"), /^\{"id":"a7",/);
});

test("what is damaged beyond repair is salvaged article by article", async () => {
  const { folder: source } = pristine.rest;
  copyArchive(source, victim);
  const all = [...salvageArticles(victim)];
  assert.equal(all.length, ARTICLES);
  assert.ok(all.every(({ isAsStored }) => isAsStored));
  // A page in the middle of the file: what else is there can be read.
  const path = join(victim, "archive.db");
  const bytes = readFileSync(path);
  const middle = placeOfTitle(bytes, "a80");
  bytes.fill(0xff, middle - (middle % 4096), middle - (middle % 4096) + 64);
  writeFileSync(path, bytes);
  const { exitCode, stderr } = await runCli(["verify", "--repair", "--archive", victim]);
  assert.equal(exitCode, 1);
  assert.match(stderr, /backup/);
  const { stdout } = await runCli(["export", "--salvage", "--archive", victim]);
  const saved = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { id: string; body: string });
  assert.ok(saved.length > 0.6 * ARTICLES && saved.length < ARTICLES, `${saved.length} saved`);
  const bodies = new Map(all.map(({ article }) => [article.id, article.body]));
  for (const { id, body } of saved) assert.equal(body, bodies.get(id));
});

test("commits that are lost with the journal are missed", async () => {
  const { folder: source, expected } = pristine.killed;
  copyArchive(source, victim);
  rmSync(join(victim, "archive.db-wal"));
  const { problems, repair } = await examine(victim, expected);
  assert.match(problems.join(), /the last commits are missing/);
  assert.equal(repair, "less", "repair goes on from the commits that are left");
});
