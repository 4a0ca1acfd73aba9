import assert from "node:assert/strict";
import { test } from "node:test";
import { toSetAside } from "./verify.ts";

test("a repair says of articles and of earlier editions apart what it took out", () => {
  const setAsideFile = "/a/damaged.jsonl";
  assert.equal(toSetAside({ setAside: 0, setAsideEditions: 0, setAsideFile: undefined }), "");
  assert.equal(
    toSetAside({ setAside: 0, setAsideEditions: 1, setAsideFile }),
    "1 earlier edition was not as it had been stored: taken out and written to /a/damaged.jsonl; what is current stays as it is.\n",
  );
  const [articles, editions] = toSetAside({ setAside: 1, setAsideEditions: 2, setAsideFile }).split("\n");
  assert.match(
    articles ?? "",
    /^1 article was not as it had been stored: taken out .*Import what is in that file again/,
  );
  assert.match(editions ?? "", /^2 earlier editions were not as they had been stored: .*what is current stays/);
});
