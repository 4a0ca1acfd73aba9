import assert from "node:assert/strict";
import { registerHooks } from "node:module";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { createApp } from "./create-app.ts";
import { listen } from "./listen.ts";

test("while a server closes, what was accepted is answered and what still comes is told to try again", async () => {
  const app = await createApp({ title: "test", description: "", version: "0", maxBodyBytes: 100 });
  const begun = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  app.get("/quick", async () => "quick");
  app.get("/slow", async () => {
    begun.resolve();
    await gate.promise;
    return "slow";
  });
  await app.ready();
  const { port, stop } = await listen(app, { host: "127.0.0.1", port: 0 });
  const ask = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
  const [accepted, late] = [connect(port, "127.0.0.1"), connect(port, "127.0.0.1")];
  accepted.write(ask("/slow"));
  late.write(ask("/quick"));
  await Promise.all([begun.promise, new Promise((resolve) => late.once("readable", resolve))]);

  const stopped = stop();
  late.write(ask("/quick"));
  const refused = await text(late);
  assert.match(refused, /HTTP\/1\.1 503 [\s\S]*x-content-type-options: nosniff[\s\S]*"code":"unavailable"/);
  assert.match(refused, /retry-after: 1/);
  gate.resolve();
  assert.match(await text(accepted), /\r\n\r\nslow$/);
  await stopped;
});

test("a method that a path does not take is told apart from a path that is not there", async () => {
  await using app = await createApp({ title: "test", description: "", version: "0", maxBodyBytes: 100 });
  app.get("/articles/:id", async () => "one");
  app.post("/articles", async () => "more");
  app.get("/models/*", async () => "model");
  app.register(async (inner) => inner.get("/status", async () => "status"), { prefix: "/api" });
  await app.ready();
  const ask = async (method: "GET" | "DELETE" | "PUT", url: string) => {
    const { statusCode, headers } = await app.inject({ method, url });
    return [statusCode, headers.allow];
  };
  assert.deepEqual(await ask("DELETE", "/articles/a%2Fb?x=/y"), [405, "GET, HEAD"]);
  assert.deepEqual(await ask("GET", "/articles"), [405, "POST"]);
  assert.deepEqual(await ask("PUT", "/models/a/b"), [405, "GET, HEAD"]);
  assert.deepEqual(await ask("DELETE", "/api/status/"), [405, "GET, HEAD"]);
  assert.deepEqual(await ask("GET", "/articles/a/b"), [404, undefined]);
  assert.deepEqual(await ask("GET", "/apiXstatus"), [404, undefined]);
});

test("the description is written once for all who ask, in a thread of its own: many who do not read their replies hold one copy between them", async (t) => {
  const loaded: string[] = [];
  const hooks = registerHooks({
    load: (url, context, next) => {
      loaded.push(url);
      return next(url, context);
    },
  });
  t.after(() => hooks.deregister());
  const written = t.mock.method(JSON, "stringify");
  const app = await createApp({ title: "test", description: "", version: "0", maxBodyBytes: 100 });
  t.after(() => app.close());
  await app.ready();
  const [first, second] = await Promise.all([app.inject("/openapi.json"), app.inject("/openapi.json")]);
  assert.match(String(first?.headers["content-type"]), /^application\/json/);
  assert.equal(first?.json().info.title, "test");
  assert.equal(second?.body, first?.body);
  assert.equal((await app.inject("/openapi.json")).body, first?.body);
  assert.deepEqual(await app.describe(), first?.json());
  const asked = written.mock.calls.filter(({ arguments: [value] }) => Array.isArray(value?.routes));
  assert.equal(asked.length, 1);
  assert.deepEqual(
    loaded.filter((url) => url.includes("swagger")),
    [],
  );
});

test("closing takes as long as the requests under way: the framework's own limit of ten seconds ends it with an error", async (t) => {
  const app = await createApp({ title: "test", description: "", version: "0", maxBodyBytes: 100 });
  t.after(() => app.close());
  assert.equal(app.initialConfig.pluginTimeout, 0);
});
