import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { brokenStream, cut, cuts, streamOf } from "../../test/fakes/chunks.ts";
import { readJsonLines } from "./json-lines.ts";

interface Read {
  readonly line: number;
  readonly value?: unknown;
  readonly problem?: string;
  readonly excerpt: string;
}

async function read(chunks: AsyncIterable<Buffer>, maxRecordBytes = 1000): Promise<Read[]> {
  const all: Read[] = [];
  for await (const records of readJsonLines(chunks, { name: "FILE", maxRecordBytes })) {
    for (const record of records) all.push({ ...record, excerpt: record.excerpt() });
  }
  return all;
}

const values = (records: readonly Read[]): unknown[] => records.map(({ value }) => value);

test("a value per line; CRLF, blank lines and a last line without an end change nothing", async () => {
  const records = await read(streamOf('{"a":1}\r\n\n  \r\n{"a":2}\n{"a":3}'));
  assert.deepEqual(
    records.map(({ line, value }) => [line, value]),
    [
      [1, { a: 1 }],
      [4, { a: 2 }],
      [5, { a: 3 }],
    ],
  );
});

test("U+2028 inside a string ends no line", async () => {
  assert.deepEqual(values(await read(streamOf('{"a":"一\u2028二\u0085三"}\n{"a":2}'))), [
    { a: "一\u2028二\u0085三" },
    { a: 2 },
  ]);
});

test("NUL bytes are dropped, other raw control characters read as spaces", async () => {
  const records = await read(streamOf('{"a":"一\u0000二"}\n{"a":"一\t二"}\n\u0000\u0000\u0000\n{"a":3}\n'));
  assert.deepEqual(values(records), [{ a: "一二" }, { a: "一 二" }, { a: 3 }]);
});

test("a broken line costs only itself", async () => {
  const records = await read(streamOf('{"a":1}\n{"a":\nnonsense\n{"a":2}\n'));
  assert.deepEqual(values(records), [{ a: 1 }, undefined, undefined, { a: 2 }]);
  assert.deepEqual(
    records.filter(({ problem }) => problem !== undefined).map(({ line, excerpt }) => [line, excerpt]),
    [
      [2, '{"a":'],
      [3, "nonsense"],
    ],
  );
  for (const { problem } of records.slice(1, 3)) assert.match(problem ?? "", /^is not valid JSON: /);
});

test("a line that is not UTF-8 is refused, its neighbours are not", async () => {
  const records = await read(streamOf('{"a":1}\n', Buffer.from([0x7b, 0xd6, 0xd0, 0x7d, 0x0a]), '{"a":2}\n'));
  assert.deepEqual(values(records), [{ a: 1 }, undefined, { a: 2 }]);
  assert.match(records[1]?.problem ?? "", /not UTF-8/);
});

test("a line over the limit is refused; the same line at the limit is not", async () => {
  const fits = JSON.stringify("x".repeat(998));
  const over = JSON.stringify("x".repeat(999));
  const records = await read(streamOf(`${fits}\n${over}\n{"a":2}`));
  assert.deepEqual(values(records), ["x".repeat(998), undefined, { a: 2 }]);
  assert.match(records[1]?.problem ?? "", /longer than/);
  assert.equal(records[1]?.excerpt, over.slice(0, 500));
});

test("a line of 50 MB is not held in memory", async () => {
  setFlagsFromString("--expose-gc");
  const collectGarbage: () => void = runInNewContext("gc");
  const megabyte = 1024 * 1024;
  let peakBytes = 0;
  async function* chunks(): AsyncGenerator<Buffer> {
    collectGarbage();
    const before = process.memoryUsage().arrayBuffers;
    for (let index = 0; index < 50; index++) {
      yield Buffer.alloc(megabyte, 0x78);
      collectGarbage();
      peakBytes = Math.max(peakBytes, process.memoryUsage().arrayBuffers - before);
    }
    yield Buffer.from('\n{"a":2}\n');
  }
  const records = await read(chunks(), 4 * megabyte);
  assert.deepEqual(values(records), [undefined, { a: 2 }]);
  assert.ok(peakBytes < 10 * megabyte, `held ${peakBytes} bytes`);
});

test("where the source fails, the line it broke off in is refused and the error comes after it", async () => {
  const records: Read[] = [];
  await assert.rejects(async () => {
    const stream = readJsonLines(brokenStream(new Error("gone"), '{"a":1}\n{"a":2}'), { name: "FILE" });
    for await (const group of stream) for (const r of group) records.push({ ...r, excerpt: r.excerpt() });
  }, /gone/);
  assert.deepEqual(values(records), [{ a: 1 }, undefined]);
  assert.match(records[1]?.problem ?? "", /breaks off/);
});

test("byte-order marks of joined files are no part of a record", async () => {
  assert.deepEqual(values(await read(streamOf('{"a":1}\n\ufeff{"a":2}\n'))), [{ a: 1 }, { a: 2 }]);
});

test("integers beyond 2^53 keep their digits", async () => {
  const records = await read(
    streamOf('{"id":1234567890123456789,"n":[{"id":-9876543210987654321}],"f":1e300,"s":5}\n'),
  );
  assert.deepEqual(values(records), [
    { id: "1234567890123456789", n: [{ id: "-9876543210987654321" }], f: 1e300, s: 5 },
  ]);
});

test("how the bytes are cut into chunks never shows", async () => {
  const line = fc.oneof(
    fc.json({ maxDepth: 2 }),
    fc.constantFrom("", "{", '{"标题":"人工智能\u2028"}', '"\u0000"', "x".repeat(120), "\r", '{"a":1}\r'),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(line), cuts(), async (lines, places) => {
      const text = lines.join("\n");
      assert.deepEqual(await read(streamOf(...cut(text, places)), 100), await read(streamOf(text), 100));
    }),
  );
});

const hasNoLongNumber = (text: string): boolean => !/\d{16}/.test(text);

test("every object that JSON.parse takes comes back as JSON.parse gives it", async () => {
  const line = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })).map((value) => JSON.stringify(value));
  await fc.assert(
    fc.asyncProperty(fc.array(line.filter(hasNoLongNumber)), async (lines) => {
      const records = await read(streamOf(lines.join("\n")), 1e6);
      assert.deepEqual(
        values(records),
        lines.map((line) => JSON.parse(line)),
      );
    }),
  );
});
