import assert from "node:assert/strict";
import { test } from "node:test";
import { encode } from "../../test/fakes/encode.ts";
import { unmarkedUtf16 } from "./guess-encoding.ts";

test("UTF-16 without a mark is told though all of its bytes would do as UTF-8", () => {
  const texts = ["id,title,body\r\na,b,c\r\n", "id,title,body\r\na,啲嘅,①。\n　　軟體」\r\n"];
  for (const text of texts)
    for (const encoding of ["utf-16le", "utf-16be"])
      assert.equal(unmarkedUtf16(encode(text, encoding)), encoding, JSON.stringify(text));
});

test("UTF-8 with zeros in it is none", () => {
  for (const text of ["abc\0def\0ghi\0", "a\0\0\0b\0\0\0", '{"id":"1","title":"新桥通车\0"}\n', "\0\0\0\0"])
    assert.equal(unmarkedUtf16(Buffer.from(text)), undefined, JSON.stringify(text));
});
