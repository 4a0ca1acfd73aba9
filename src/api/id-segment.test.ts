import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fromIdSegment, toIdSegment } from "./id-segment.ts";

test("an id reaches the server through a browser's address, whatever it is", () => {
  const id = fc.oneof(
    fc.string({ minLength: 1 }),
    fc.string({ unit: fc.constantFrom("~", ".", "/", "a"), minLength: 1 }),
  );
  fc.assert(
    fc.property(id, (text) => {
      const { pathname } = new URL(`http://a/articles/${toIdSegment(text)}/why`);
      const [, , segment = "", last] = pathname.split("/");
      assert.equal(last, "why");
      assert.equal(fromIdSegment(decodeURIComponent(segment)), text.toWellFormed());
    }),
  );
  assert.equal(toIdSegment(".."), "~..");
  assert.equal(toIdSegment("a.b"), "a.b");
});
