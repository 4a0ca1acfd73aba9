import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { cut, cuts, streamOf } from "../../test/fakes/chunks.ts";
import { readJsonValues } from "./json-values.ts";

interface Read {
  readonly line: number;
  readonly value?: unknown;
  readonly problem?: string;
}

/** All records, and the message of the error at the end. */
async function read(chunks: AsyncIterable<Buffer>, maxRecordBytes = 1e6): Promise<{ records: Read[]; error?: string }> {
  const records: Read[] = [];
  try {
    for await (const group of readJsonValues(chunks, { maxRecordBytes, name: "FILE" })) {
      for (const { line, value, problem, excerpt } of group) {
        assert.ok(excerpt().length <= 500);
        records.push(problem === undefined ? { line, value } : { line, problem });
      }
    }
  } catch (error) {
    return { records, error: (error as Error).message };
  }
  return { records };
}

const readText = (text: string, maxRecordBytes?: number) => read(streamOf(text), maxRecordBytes);
const valuesOf = ({ records }: { records: Read[] }): unknown[] => records.map(({ value }) => value);

test("the elements of an array, however they are laid out", async () => {
  const elements = [{ title: "一", list: [1, { b: "]" }] }, { title: 'say "hi" \\' }, 3, "四,", null];
  for (const text of [
    JSON.stringify(elements),
    JSON.stringify(elements, undefined, 2),
    JSON.stringify(elements, undefined, "\t"),
  ]) {
    const read = await readText(text);
    assert.deepEqual(valuesOf(read), elements);
    assert.equal(read.error, undefined);
  }
});

test("lines are counted from where an element begins", async () => {
  const { records } = await readText('[\n  {"a": 1},\n  {\n    "a": 2\n  },\n\n  {"a": 3}\n]\n');
  assert.deepEqual(
    records.map(({ line }) => line),
    [2, 3, 7],
  );
});

test("objects one after the other over several lines", async () => {
  const read = await readText('{\n "a": 1\n}\n{\n "a": 2\n}{"a":3}\n4\n');
  assert.deepEqual(valuesOf(read), [{ a: 1 }, { a: 2 }, { a: 3 }, 4]);
  assert.equal(read.error, undefined);
});

test("an array that breaks off keeps what came before and says where", async () => {
  const read = await readText('[{"a":1},\n{"a":2},\n{"a":3');
  assert.deepEqual(valuesOf(read), [{ a: 1 }, { a: 2 }, undefined]);
  assert.match(read.records[2]?.problem ?? "", /breaks off/);
  assert.match(read.error ?? "", /FILE ends in the middle of its array, at line 3/);
});

test("text after the array is refused alone", async () => {
  const read = await readText('[{"a":1}]\nand so on\n[{"a":2}]');
  assert.deepEqual(valuesOf(read), [{ a: 1 }, undefined, { a: 2 }]);
  assert.match(read.records[1]?.problem ?? "", /not valid JSON/);
  assert.equal(read.error, undefined);
});

test("an element over the limit is refused alone", async () => {
  const read = await readText(`[{"a":1},{"a":"${"x".repeat(200)}"},{"a":2}]`, 100);
  assert.deepEqual(valuesOf(read), [{ a: 1 }, undefined, { a: 2 }]);
  assert.match(read.records[1]?.problem ?? "", /longer than/);
});

test("a stray quote costs its element, not the file", async () => {
  const elements = [1, 2, 3, 4].map((number) => `  {\n    "title": "number ${number}",\n    "body": "{text}"\n  }`);
  const text = `[\n${elements.join(",\n")}\n]`;
  for (const broken of ['number 2" {', 'number" 2 [', '"number 2']) {
    const read = await readText(text.replace("number 2", broken));
    assert.deepEqual(
      read.records.map(({ line, problem }) => [line, problem === undefined]),
      [
        [2, true],
        [6, false],
        [10, true],
        [14, true],
      ],
    );
  }
});

test("raw line breaks in a string are mended where the layout shows the end of the element", async () => {
  const read = await readText('[\n{"a":"one\ntwo","b":1},\n{"a":2}\n]');
  assert.deepEqual(valuesOf(read), [{ a: "one two", b: 1 }, { a: 2 }]);
});

test("how the bytes are cut into chunks never shows", async () => {
  const text = fc.oneof(
    fc.array(fc.jsonValue()).map((values) => JSON.stringify(values, undefined, values.length % 3)),
    fc
      .array(fc.constantFrom("{", "}", "[", "]", '"', ",", "\n", "\\", ":", "人", "1", " "))
      .map((parts) => parts.join("")),
  );
  await fc.assert(
    fc.asyncProperty(text, cuts(), async (text, places) => {
      assert.deepEqual(await read(streamOf(...cut(text, places)), 50), await read(streamOf(text), 50));
    }),
    { numRuns: 300 },
  );
});

test("any array of objects comes back as it was", async () => {
  const objects = fc.array(fc.dictionary(fc.string(), fc.jsonValue()));
  await fc.assert(
    fc.asyncProperty(objects, fc.constantFrom(0, 1, 2), async (values, indent) => {
      const text = JSON.stringify(values, undefined, indent);
      fc.pre(!/\d{16}/.test(text));
      const read = await readText(text);
      assert.deepEqual(valuesOf(read), JSON.parse(text));
      assert.equal(read.error, undefined);
    }),
  );
});
