import assert from "node:assert/strict";
import { test } from "node:test";
import type { App } from "../http/app.ts";
import { readJsonBodies } from "./json-body.ts";

type Parse = (request: { headers: Record<string, string> }, body: Buffer) => Promise<unknown>;

/** The reading of bodies that a server is given. */
function createParser(): Parse {
  let parser: Parse | undefined;
  const app = {
    removeContentTypeParser: () => {},
    addContentTypeParser: (_type: string, _options: unknown, parse: Parse) => {
      parser = parse;
    },
  };
  readJsonBodies(app as unknown as App, { maxValues: 100_000, maxDepth: 10 });
  assert.ok(parser !== undefined);
  return parser;
}

const bodyOf = (kilobytes: number): Buffer => Buffer.from(JSON.stringify({ inputs: "x".repeat(kilobytes * 1024) }));

/** How many turns other events have while something is read. */
async function countTurns(work: Promise<unknown>): Promise<number> {
  let turns = 0;
  let isDone = false;
  const count = (): void => {
    if (isDone) return;
    turns++;
    setImmediate(count);
  };
  setImmediate(count);
  await work;
  isDone = true;
  return turns;
}

test("other events have their turn between the parts of reading a large body", async () => {
  const parse = createParser();
  const before = await countTurns(parse({ headers: {} }, bodyOf(1)));
  const turns = await countTurns(parse({ headers: {} }, bodyOf(200)));
  assert.ok(turns >= before + 3, `${turns} turns, ${before} for a small one`);
});

test("large bodies are read one after the other, and small ones do not wait for them", async () => {
  const parse = createParser();
  const read: string[] = [];
  const reads = [bodyOf(200), bodyOf(200), bodyOf(1)].map((body, index) =>
    parse({ headers: {} }, body).then(() => read.push(["first", "second", "small"][index] as string)),
  );
  await Promise.all(reads);
  assert.deepEqual(read, ["small", "first", "second"]);
});

test("a body that is no JSON or no text of its encoding is refused", async () => {
  const parse = createParser();
  for (const body of [Buffer.from("{"), Buffer.from([0x22, 0xff, 0x22]), Buffer.alloc(0)])
    await assert.rejects(parse({ headers: {} }, body), { code: "invalid-request" });
  await assert.rejects(parse({ headers: { "content-type": "application/json; charset=x-none" } }, bodyOf(1)), {
    code: "invalid-request",
  });
});
