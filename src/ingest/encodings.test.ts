/** The encodings of docs/IMPORT.md, a test each: text comes out as it went in, or is refused in words that say what to do. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { cut, cuts, streamOf } from "../../test/fakes/chunks.ts";
import { encode } from "../../test/fakes/encode.ts";
import { parseEncoding } from "./encoding.ts";
import { openBytes } from "./input.ts";
import { type ReaderOptions, readOpened } from "./reader.ts";
import { REQUEST_REMEDIES } from "./remedies.ts";

async function read(chunks: AsyncIterable<Buffer>, options: ReaderOptions = {}) {
  const titles: unknown[] = [];
  const remarks: string[] = [];
  const onRemark = (text: string): void => void remarks.push(text);
  try {
    const input = await openBytes("FILE", chunks, { ...options, onRemark });
    for await (const group of readOpened(input, "-", { ...options, onRemark })) {
      for (const { value, problem } of group) titles.push(problem ?? (value as { title: unknown }).title);
    }
  } catch (error) {
    assert.equal((error as { code: string }).code, "bad-input", String((error as Error).stack));
    return { titles, remarks, error: (error as Error).message };
  }
  return { titles, remarks };
}

const SIMPLIFIED = ["新桥昨日上午通车", "夜里下了一场雨，今晨放晴", "渡口迁走了"];
const TRADITIONAL = ["新橋昨日上午通車", "夜裡下了一場雨，今晨放晴", "渡口遷走了"];
/** Written in Cantonese, with characters of the Hong Kong Supplementary Character Set. */
const CANTONESE = ["佢哋話嗰條邨嘅嘢喺度", "啲人咗咁耐着衫", "唔該晒"];

const toCsv = (titles: readonly string[]): string =>
  `id,title\n${titles.map((title, id) => `${id},${title}\n`).join("")}`;
const toJsonLines = (titles: readonly string[]): string =>
  titles.map((title, id) => `${JSON.stringify({ id, title })}\n`).join("");
const toArray = (titles: readonly string[]): string => JSON.stringify(titles.map((title, id) => ({ id, title })));
const LAYOUTS = [toCsv, toJsonLines, toArray];

/** Encoding, what is written in it, and whether it has to be named. */
const ENCODINGS: readonly (readonly [encoding: string, titles: readonly string[], named?: string])[] = [
  ["utf-8", [...SIMPLIFIED, ...CANTONESE, "𠮷野家😀"]],
  ["utf-8 with a mark", [...SIMPLIFIED, ...CANTONESE]],
  ["utf-16le with a mark", [...SIMPLIFIED, "𠮷野家😀"]],
  ["utf-16be with a mark", [...TRADITIONAL, "𠮷野家😀"]],
  ["utf-16le", [...SIMPLIFIED, "𠮷野家😀"]],
  ["utf-16be", [...TRADITIONAL, "𠮷野家😀"]],
  ["gbk", SIMPLIFIED, "gbk"],
  ["gbk", SIMPLIFIED, "gb18030"],
  ["gb18030", [...SIMPLIFIED, ...CANTONESE, "𠮷野家😀"], "gb18030"],
  ["big5", TRADITIONAL, "big5"],
  ["euc-kr", ["서울 강변 다리", "비"], "euc-kr"],
  ["shift_jis", ["新しい橋", "ｶﾀｶﾅ"], "shift_jis"],
  ["euc-jp", ["新しい橋", "渡し場"], "euc-jp"],
]; // biome-ignore format: a table

for (const [encoding, titles, named] of ENCODINGS) {
  test(`encoding: ${encoding}${named === undefined ? "" : `, named ${named}`}`, async () => {
    for (const layout of LAYOUTS) {
      const bytes = encode(layout(titles), encoding);
      assert.deepEqual((await read(streamOf(bytes), { encoding: named })).titles, titles);
      if (named === undefined || encoding === "euc-kr" || encoding.includes("j")) continue;
      // Not named it is never stored as something else.
      const { titles: got, error } = await read(streamOf(bytes));
      assert.deepEqual(got, []);
      assert.match(
        error ?? "",
        encoding === "big5" ? /looks like Big5.*--encoding big5/ : /looks like GB18030.*--encoding gb18030/,
      );
    }
  });
}

test("encoding: Hong Kong's characters in Big5 are those of Unicode, not private ones", async () => {
  const codes = Buffer.from("9df8 9def 9df7 9df6 9dcf 9068 fed3".replaceAll(" ", ""), "hex");
  const { titles } = await read(streamOf("id,title\n1,", codes, "\n"), { encoding: parseEncoding("Big5-HKSCS") });
  assert.deepEqual(titles, ["啲嘅咗喺嘢邨着"]);
});

test("encoding: how the bytes are cut never shows", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...ENCODINGS),
      fc.constantFrom(...LAYOUTS),
      cuts(),
      async ([encoding, titles, named], layout, places) => {
        const bytes = encode(layout(titles), encoding);
        assert.deepEqual((await read(streamOf(...cut(bytes, places)), { encoding: named })).titles, titles);
      },
    ),
    { numRuns: 200 },
  );
});

test("U+FFFD that a file holds is kept; bytes that are no text are refused with their line", async () => {
  const held = ["一\ufffd二", "三"];
  for (const [encoding, named] of [
    ["utf-8", undefined],
    ["utf-16le with a mark", undefined],
    ["gb18030", "gb18030"],
  ] as const) {
    const bytes = encode(toJsonLines(held), encoding);
    assert.deepEqual((await read(streamOf(bytes), { encoding: named })).titles, held, encoding);
  }
  const broken: readonly (readonly [Buffer, Buffer, Buffer, string | undefined])[] = [
    [encode("id,title\n1,新桥\n2,", "gbk"), Buffer.from([0xff]), encode("\n3,渡口\n", "gbk"), "gbk"],
    [encode("id,title\n1,新橋\n2,", "big5"), Buffer.from([0xff, 0xff]), encode("\n3,渡口\n", "big5"), "big5"],
    [
      encode("id,title\n1,新桥\n2,", "utf-16le with a mark"),
      Buffer.from([0x00, 0xd8]),
      encode("\n3,渡口\n", "utf-16le"),
      undefined,
    ],
  ];
  for (const [before, bad, after, named] of broken) {
    const { titles } = await read(streamOf(before, bad, after), { encoding: named });
    assert.equal(titles.length, 3);
    assert.match(String(titles[1]), /^holds bytes that are not /);
    assert.ok(!titles.some((title) => String(title).includes("\ufffd")));
  }
});

test("a name that does not fit is not followed: UTF-8 and what a mark says are read as what they are", async () => {
  for (const encoding of ["utf-8", "utf-8 with a mark", "utf-16le with a mark"]) {
    const { titles, remarks } = await read(streamOf(encode(toCsv(SIMPLIFIED), encoding)), { encoding: "gb18030" });
    assert.deepEqual(titles, SIMPLIFIED);
    assert.match(remarks.join(), /FILE is utf-.* not as gb18030/);
  }
});

test("a long line of UTF-8 is not taken for another encoding, wherever its head is cut", async () => {
  for (let shift = 0; shift < 3; shift++) {
    const titles = ["a".repeat(shift) + "江".repeat(40_000)];
    assert.deepEqual((await read(streamOf(toArray(titles)))).titles, titles);
  }
});

test("the advice is in the words of the edge", async () => {
  const { error } = await read(streamOf(encode(toArray(SIMPLIFIED), "gbk")), { remedies: REQUEST_REMEDIES });
  assert.match(error ?? "", /charset=gb18030/);
  assert.doesNotMatch(error ?? "", /--/);
});

test("encodings go by the names that programs give them", () => {
  const names = {
    "utf-8": "UTF8 utf_8_sig cp65001",
    gbk: "GBK gb2312 cp936 MS936",
    big5: "Big5 cp950 big5hkscs BIG5-HKSCS",
    gb18030: "GB18030",
    "utf-16le": "utf-16 UTF16",
  };
  for (const [encoding, labels] of Object.entries(names)) {
    for (const label of labels.split(" ")) assert.equal(parseEncoding(label), encoding, label);
  }
  assert.throws(() => parseEncoding("klingon"), { code: "usage" });
});
