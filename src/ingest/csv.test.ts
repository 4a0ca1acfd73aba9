import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { cut, cuts, streamOf } from "../../test/fakes/chunks.ts";
import { readTable } from "./csv.ts";

interface Read {
  readonly line: number;
  readonly value?: unknown;
  readonly problem?: string;
}

interface Options {
  readonly kind?: "csv" | "tsv";
  readonly mapped?: readonly string[];
  readonly maxRecordBytes?: number;
}

async function read(
  chunks: Buffer[],
  { kind = "csv", mapped = [], maxRecordBytes = 1e6 }: Options = {},
): Promise<Read[]> {
  const records: Read[] = [];
  const head = Buffer.concat(chunks);
  const options = { maxRecordBytes, name: "FILE", kind, head, mapped };
  for await (const group of readTable(streamOf(...chunks), options)) {
    for (const { line, value, problem, excerpt } of group) {
      assert.equal(typeof excerpt(), "string");
      records.push(problem === undefined ? { line, value: { ...(value as object) } } : { line, problem });
    }
  }
  return records;
}

const readText = (text: string, options?: Options) => read([Buffer.from(text)], options);

/** The line of each record, negative where it was refused. */
const lines = (records: readonly Read[]): number[] =>
  records.map(({ line, problem }) => (problem === undefined ? line : -line));

test("quoted cells hold delimiters, doubled quotes and line breaks", async () => {
  const records = await readText('id,title,body\r\n1,"a, b","say ""hi""\r\nand go"\r\n\r\n2,c,d\r\n');
  assert.deepEqual(records, [
    { line: 2, value: { id: "1", title: "a, b", body: 'say "hi"\nand go' } },
    { line: 5, value: { id: "2", title: "c", body: "d" } },
  ]);
});

test("a quote within a cell stands for itself", async () => {
  const records = await readText('id,title,body\n1,a 12" disk,b\n2,"he said "no" twice",b\n3,"end" ,b\n');
  assert.deepEqual(
    records.map(({ value }) => (value as { title: string }).title),
    ['a 12" disk', 'he said "no" twice', "end"],
  );
});

test("a stray quote costs its line alone", async () => {
  const good = (id: number): string => `${id},title ${id},"body, ${id}"\n`;
  for (const stray of ['3,"title 3,body\n', '"3,title 3,body\n', '3,title 3,"body\n']) {
    const text = `id,title,body\n${good(1)}${good(2)}${stray}${good(4)}${good(5)}${good(6)}`;
    assert.deepEqual(lines(await readText(text)), [2, 3, -4, 5, 6, 7], stray);
  }
});

test("a stray quote with no quote behind it costs its line alone", async () => {
  const rest = Array.from({ length: 1000 }, (_, index) => `${index},t,b`).join("\n");
  const records = await readText(`id,title,body\n1,"t,b\n${rest}\n`);
  assert.deepEqual(lines(records), [-2, ...Array.from({ length: 1000 }, (_, index) => index + 3)]);
  assert.match(records[0]?.problem ?? "", /quote that is never closed/);
});

test("a quote that stays open is given up at the size limit, not at the end of the file", async () => {
  const rest = Array.from({ length: 100 }, () => "1,t,bbbbbbbbbb").join("\n");
  assert.deepEqual(lines(await readText(`id,title,body\n1,"t,b\n${rest}\n`, { maxRecordBytes: 300 })), [
    -2,
    ...Array.from({ length: 100 }, (_, index) => index + 3),
  ]);
});

test("a row of the wrong width is refused with both widths", async () => {
  const records = await readText("id,title,body\n1,a,b,c\n2,a\n3,a,b\n");
  assert.deepEqual(lines(records), [-2, -3, 4]);
  assert.match(records[0]?.problem ?? "", /4 cells where the header has 3/);
});

test("a row with bytes that are not UTF-8 is refused alone, quoted line breaks and all", async () => {
  const bad = Buffer.concat([Buffer.from('2,"x\n'), Buffer.from([0xd6, 0xd0]), Buffer.from('",y\n')]);
  const records = await read([Buffer.from("id,title,body\n1,a,b\n"), bad, Buffer.from("3,a,b\n")]);
  assert.deepEqual(lines(records), [2, -3, 5]);
});

test("a line over the limit is refused alone", async () => {
  const records = await readText(`id,title,body\n1,a,b\n2,${"x".repeat(200)},b\n3,a,b\n`, { maxRecordBytes: 100 });
  assert.deepEqual(lines(records), [2, -3, 4]);
});

test("semicolons and old Macintosh line ends", async () => {
  assert.deepEqual(await readText("id;title\r1;a, b\r2;c\r"), [
    { line: 2, value: { id: "1", title: "a, b" } },
    { line: 3, value: { id: "2", title: "c" } },
  ]);
});

test("TSV: a quote that does not close is a letter", async () => {
  assert.deepEqual(await readText('id\ttitle\n1\t"a\n2\t"b\tc"\n3\t"d"\n', { kind: "tsv" }), [
    { line: 2, value: { id: "1", title: '"a' } },
    { line: 3, value: { id: "2", title: "b\tc" } },
    { line: 4, value: { id: "3", title: "d" } },
  ]);
});

test("a header without a known column, or without a mapped one, says which columns there are", async () => {
  await assert.rejects(readText("foo,bar\n1,2\n"), {
    code: "bad-input",
    message: /foo, bar/,
    remedy: { code: "set-option", option: "map", value: "title=NAME,body=NAME", does: "names them" },
  });
  await assert.rejects(
    readText("foo,bar\n", { mapped: ["headline"] }),
    /no column "headline"; its columns are foo, bar/,
  );
  assert.deepEqual(lines(await readText("foo,bar\n1,2\n", { mapped: ["foo"] })), [2]);
});

test("a header may go over several lines inside of quotes", async () => {
  assert.deepEqual(await readText('"id","标\n题","publish\r\ndate"\n1,a,b\n'), [
    { line: 4, value: { id: "1", 标题: "a", "publish date": "b" } },
  ]);
  for (const text of ['"id","title\n1,a\n', `"id","title\n${"1,a\n".repeat(500)}`])
    await assert.rejects(readText(text), { message: /The header line of .* has a quote that is never closed/ });
});

test("a column may have any name", async () => {
  const records = await readText("title,__proto__,constructor\na,b,c\n");
  assert.deepEqual(
    records.map(({ value }) => (value as { title: string }).title),
    ["a"],
  );
});

const cell = (): fc.Arbitrary<string> =>
  fc
    .array(fc.constantFrom("a", "人", '"', ",", "\n", " x", "\u2028", "é"), { maxLength: 6 })
    .map((parts) => parts.join(""));
const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`;

test("what is written by the rules reads as csv-parse reads it, however it is cut", async () => {
  const rows = fc.array(fc.tuple(cell(), cell(), cell()), { minLength: 1 });
  await fc.assert(
    fc.asyncProperty(rows, cuts(), async (rows, places) => {
      const text = ["id,title,body", ...rows.map((row) => row.map(quote).join(","))].join("\n");
      const records = await read(cut(text, places));
      assert.deepEqual(
        records.map(({ value }) => value),
        parse(text, { columns: true }),
      );
    }),
  );
});

test("a table of nothing but stray quotes is read in a time that grows as it does", async () => {
  const rows = 8000;
  const records = await read([Buffer.from(`id,title\n${'""x""\n'.repeat(rows)}1,一\n`)], { maxRecordBytes: 20_000 });
  assert.equal(records.length, rows + 1);
  assert.deepEqual(records.at(-1), { line: rows + 2, value: { id: "1", title: "一" } });
});

test("whatever is in the file, every line is in one record, in order, and chunks never show", async () => {
  const line = fc
    .array(fc.constantFrom("a", ",", '"', ' "', "人", '""'), { maxLength: 8 })
    .map((parts) => parts.join(""));
  await fc.assert(
    fc.asyncProperty(
      fc.array(line),
      cuts(),
      fc.constantFrom("csv" as const, "tsv" as const),
      async (rows, places, kind) => {
        const delimiter = kind === "tsv" ? "\t" : ",";
        const text = ["id,title,body", ...rows].join("\n").replaceAll(",", delimiter);
        const records = await read(cut(text, places), { kind, maxRecordBytes: 60 });
        assert.deepEqual(records, await read([Buffer.from(text)], { kind, maxRecordBytes: 60 }));
        const numbers = records.map(({ line }) => line);
        assert.deepEqual(
          numbers,
          numbers.toSorted((a, b) => a - b),
        );
        assert.equal(new Set(numbers).size, numbers.length);
      },
    ),
    { numRuns: 300 },
  );
});

test("the delimiter is told by the header line, without what stands in quotes", async () => {
  for (const [text, title] of [
    ['"标题, 副标题, 引题";title;body\n一,二;三, 四;五\n', "三, 四"],
    ["title;正文(全文,含图);日期\n三, 四;五;2021-03-14\n", "三, 四"],
    ['"title"|"body"|"date"\n三, 四;五|六|2021-03-14\n', "三, 四;五"],
    ["title,body\n三;四,五\n", "三;四"],
  ] as const) {
    const [record] = await readText(text);
    assert.equal((record?.value as { title?: string } | undefined)?.title, title, text);
  }
});

test("a line that names the delimiter, as spreadsheets write it, is no header", async () => {
  for (const [text, kind] of [
    ["sep=;\r\nid;title;body\r\n1;a,b;c\r\n", "csv"],
    ["\ufeffsep=|\nid|title|body\n1|a,b|c\n", "csv"],
    ['"sep=;"\nid;title;body\n1;a,b;c\n', "csv"],
    ['SEP=,\nid,title,body\n1,"a,b",c\n', "csv"],
    ["sep=\t\nid\ttitle\tbody\n1\ta,b\tc\n", "tsv"],
  ] as const)
    assert.deepEqual(await readText(text, { kind }), [{ line: 3, value: { id: "1", title: "a,b", body: "c" } }], text);
});
