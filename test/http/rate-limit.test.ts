import assert from "node:assert/strict";
import { test } from "node:test";
import { startFakeServer } from "./server.ts";

test("who asks more often than one may is told so, and when to come again; others and those who watch are not", async (t) => {
  const app = await startFakeServer(t, { rateLimit: 3, trustedProxies: ["127.0.0.1"] });
  const ask = (from: string, url = "/api/v1/suggest?q=x") =>
    app.inject({ url, headers: { "x-forwarded-for": `203.0.113.9, ${from}` } });
  const statuses = [];
  for (let count = 0; count < 4; count++) statuses.push((await ask("198.51.100.1")).statusCode);
  assert.deepEqual(statuses, [200, 200, 200, 429]);
  const refused = await ask("198.51.100.1");
  assert.equal(refused.json().code, "overloaded");
  assert.ok(Number(refused.headers["retry-after"]) > 0);
  assert.equal((await ask("198.51.100.1", "/livez")).statusCode, 200);
  const other = await ask("198.51.100.2");
  assert.deepEqual([other.statusCode, other.headers["ratelimit-remaining"]], [200, "2"]);
  for (let count = 0; count < 3; count++) await ask(`2001:db8:7:7::${count}`);
  assert.equal((await ask("2001:db8:7:7:ffff::1")).statusCode, 429, "one /64 is one client");
  assert.equal((await ask("2001:db8:7:8::1")).statusCode, 200);
});

test("without a limit of its own, a program on this machine may ask as often as it likes", async (t) => {
  const app = await startFakeServer(t);
  const { headers } = await app.inject("/api/v1/suggest?q=x");
  assert.equal(headers["ratelimit-limit"], undefined);
});
