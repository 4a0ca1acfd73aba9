import assert from "node:assert/strict";
import { test } from "node:test";
import { decodePage } from "./decode-page.ts";

const UTF8 = "<p>河湾镇的老码头在上周拆除了护栏，施工队说新的栈道会在入冬前铺好，这里的人都在等。</p>";
/** 这里的人说，河水在上个月就退了 in GB18030, and 這裡的人說，河水在上個月就退了 with 啲嘅 of Hong Kong in Big5. */
const GBK = Buffer.from("d5e2c0efb5c4c8cbcbb5a3acbad3cbaed4dac9cfb8f6d4c2becdcdcbc1cb", "hex");
const BIG5 = Buffer.from("b36fb8ccaabaa448bba1a141aa65a4f4a662a457add3a4ebb44eb068a4468f69ef6f", "hex");

const page = (head: string, body: Buffer): Buffer => Buffer.concat([Buffer.from(`${head}<body>`), body, body, body]);

test("a page that declares gb2312 and is UTF-8 is UTF-8", async () => {
  const decoded = await decodePage(Buffer.from(`<meta charset="gb2312">${UTF8}`));
  assert.equal(decoded.encoding, "utf-8");
  assert.ok(decoded.html.endsWith(UTF8));
});

test("a page that declares UTF-8, in the header too, and is GBK is GBK", async () => {
  for (const type of [undefined, "text/html; charset=utf-8"]) {
    const decoded = await decodePage(page('<meta charset="utf-8">', GBK), type);
    assert.equal(decoded.encoding, "gb18030");
    assert.match(decoded.html, /这里的人说，河水在上个月就退了/);
  }
});

test("a page that declares nothing is read by its bytes, in either script", async () => {
  assert.equal((await decodePage(page("", GBK))).encoding, "gb18030");
  assert.equal((await decodePage(page("", BIG5))).encoding, "big5");
});

test("a declaration counts wherever it stands in the head, but not that of a script before it", async () => {
  const head = `<script src="a.js" charset="utf-8"></script>${"<!-- -->".repeat(600)}<meta http-equiv="Content-Type" content="text/html; charset=gb2312">`;
  const decoded = await decodePage(page(head, GBK));
  assert.deepEqual([decoded.encoding, decoded.why], ["gb18030", "declared, and the bytes agree"]);
});

test("a few broken bytes in a page of UTF-8 do not make it another encoding", async () => {
  const decoded = await decodePage(Buffer.concat([Buffer.from(UTF8.repeat(20)), Buffer.from([0xe6, 0xb2, 0x3c])]));
  assert.equal(decoded.encoding, "utf-8");
});

test("a few bytes of a Western page are no Chinese", async () => {
  const decoded = await decodePage(
    Buffer.from("<meta charset=iso-8859-1><p>The caf\xe9 isn\x92t open on Sundays.</p>", "latin1"),
  );
  assert.equal(decoded.encoding, "windows-1252");
  assert.match(decoded.html, /café isn’t/);
});
