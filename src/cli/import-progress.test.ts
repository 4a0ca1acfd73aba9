import assert from "node:assert/strict";
import { test } from "node:test";
import type { ImportProgress } from "../ingest/import.ts";
import { toOutput } from "./context.ts";
import { createProgress } from "./import-progress.ts";

function shown(isTTY: boolean, ...progresses: Partial<ImportProgress>[]): string {
  let text = "";
  const write = (part: string): boolean => {
    text += part;
    return true;
  };
  const progress = createProgress(toOutput({ write, once: () => undefined, isTTY }, {}));
  for (const now of progresses) {
    progress.show({ stored: 0, rejected: 0, seconds: 1, bytes: 0, totalBytes: undefined, ...now });
  }
  progress.clear();
  return text;
}

test("without a terminal: a plain line now and then, the first at once", () => {
  const text = shown(
    false,
    { stored: 100, seconds: 1, bytes: 25, totalBytes: 100 },
    { stored: 200, seconds: 1.5 },
    { stored: 3000, seconds: 10, rejected: 2 },
  );
  assert.equal(text, "stored 100 articles, 100/s, 25 %\nstored 3000 articles, 300/s, 2 rejected\n");
});

test("on a terminal: one line that is drawn over, with rate and remaining time", () => {
  const text = shown(true, { stored: 1234, seconds: 30, bytes: 25, totalBytes: 100 });
  assert.match(text, /^\r\u001b\[K█{6}░{18} 25 % {2}1,234 articles {2}41\/s {2}1:30 left\r\u001b\[K$/);
});

test("with standard input there is no remaining time", () => {
  assert.match(shown(true, { stored: 5, bytes: 25 }), /\[K5 articles {2}5\/s\r/);
});
