import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { packageRoot } from "../../config/paths.ts";
import { SIMPLIFIED_CODE } from "./simplified-code-data.ts";
import { fromStored, type StoredText, toStored } from "./stored-text.ts";
import { TRADITIONAL_CODE } from "./traditional-code-data.ts";

const SIMPLIFIED = "昨天下午，市政府召开会议，研究部署防汛工作，要求各部门落实责任，确保人民群众生命财产安全。";
const TRADITIONAL = "昨天下午，市政府召開會議，研究部署防汛工作，要求各部門落實責任，確保人民群眾生命財產安全。";

const bytesOf = (stored: StoredText): number => Buffer.byteLength(stored);

test("every text comes back as it was, whatever stands in it", () => {
  const everyUnit = String.fromCharCode(...Array.from({ length: 0xd800 }, (_, unit) => unit));
  const texts = [
    "",
    "a",
    SIMPLIFIED,
    TRADITIONAL,
    "An English sentence, https://example.org/a?b=1#c and 3.5% — “quoted”.",
    "表情😀和𠮷野家，罕用字㐀䶵，控制\u0000\u0007\u001b，换行\r\n\t。",
    everyUnit,
    `${SIMPLIFIED}😀`.repeat(2_000),
    "重".repeat(100_000),
  ];
  for (const text of texts) assert.equal(fromStored(toStored(text)), text);
});

test("half a surrogate pair becomes what a database makes of it", () => {
  const text = `${SIMPLIFIED}\ud83d${SIMPLIFIED}`;
  assert.equal(fromStored(toStored(text)), text.toWellFormed());
});

test("Chinese takes less than 45 % of its UTF-8 in either script, and no text takes more", () => {
  const share = (text: string): number => bytesOf(toStored(text)) / Buffer.byteLength(text);
  assert.ok(share(SIMPLIFIED) < 0.45, `${share(SIMPLIFIED)}`);
  assert.ok(share(TRADITIONAL) < 0.45, `${share(TRADITIONAL)}`);
  const lines = readFileSync(join(packageRoot, "sample/articles.jsonl"), "utf8").trim().split("\n");
  const bodies = lines.map((line) => String(JSON.parse(line).body ?? ""));
  const plain = bodies.reduce((sum, body) => sum + Buffer.byteLength(body), 0);
  const stored = bodies.reduce((sum, body) => sum + bytesOf(toStored(body)), 0);
  assert.ok(stored / plain < 0.4, `${stored / plain}`);
  for (const text of ["", "x", "\u0001\u0002\u0003", "ꙮ꙰꙱", "😀"]) assert.ok(share(text || " ") <= 1);
});

test("a damaged text is another one, as far as it can be read, and takes no memory that it does not need", () => {
  const stored = toStored(SIMPLIFIED.repeat(20));
  assert.ok(typeof stored !== "string");
  for (let bit = 0; bit < stored.length * 8; bit++) {
    const damaged = stored.slice();
    damaged[bit >>> 3] = (damaged[bit >>> 3] as number) ^ (0x80 >>> (bit & 7));
    assert.notEqual(fromStored(damaged), SIMPLIFIED.repeat(20), `bit ${bit}`);
  }
  const begun = fromStored(stored.subarray(0, 40)).replace("\ufffd", "");
  assert.ok(begun.length > 15 && SIMPLIFIED.repeat(2).startsWith(begun), begun);
  assert.equal(fromStored(Uint8Array.of(1, 0xff, 0xff, 0xff, 0xff, 0x7f)).length, 1);
  assert.equal(fromStored(Uint8Array.of(77, 1, 1)), "");
  assert.equal(fromStored(new Uint8Array()), "");
});

test("the codes are those that archives were written with", () => {
  const sum = (rows: unknown): string => createHash("sha256").update(JSON.stringify(rows)).digest("hex").slice(0, 16);
  assert.deepEqual([sum(SIMPLIFIED_CODE), sum(TRADITIONAL_CODE)], ["953774390b27576f", "2fe7766b5ae4e283"]);
});
