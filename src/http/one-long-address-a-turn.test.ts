import assert from "node:assert/strict";
import type { IncomingMessage, ServerResponse } from "node:http";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { oneLongAddressATurn } from "./one-long-address-a-turn.ts";

test("of long addresses that come together one is begun in each turn, short ones at once, and none for who has gone", async () => {
  const begun: string[] = [];
  const listen = oneLongAddressATurn(({ url = "" }) => begun.push(url.slice(0, 2)));
  const ask = (url: string) => {
    const socket = { destroyed: false };
    listen({ url, socket } as unknown as IncomingMessage, {} as ServerResponse);
    return socket;
  };
  const long = "a".repeat(90_000);
  ask(`/1${long}`);
  const gone = ask(`/2${long}`);
  ask(`/3${long}`);
  ask("/4");
  assert.deepEqual(begun, ["/4"]);
  gone.destroyed = true;
  await nextTurn();
  assert.deepEqual(begun, ["/4", "/1"]);
  await nextTurn();
  await nextTurn();
  assert.deepEqual(begun, ["/4", "/1", "/3"]);
});
