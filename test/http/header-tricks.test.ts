/** What an attacker writes into the bytes of a request, past what any client library would send. */
import assert from "node:assert/strict";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import type { ServerOptions } from "../../src/compose/create-server.ts";
import { listen } from "../../src/http/listen.ts";
import { createTestTokens } from "../fakes/tokens.ts";
import { startFakeServer } from "./server.ts";

const { tokensFile, secrets } = createTestTokens({ reader: ["search", "read"] });

/** Sends a head and gives the status of each reply. */
async function start(t: TestContext, options: Partial<ServerOptions>) {
  const app = await startFakeServer(t, { tokensFile, ...options });
  const { port } = await listen(app, { host: "127.0.0.1", port: 0 });
  return async (line: string, ...headers: readonly string[]): Promise<number[]> => {
    const socket = connect(port, "127.0.0.1");
    socket.write([line, "Host: localhost", "Connection: close", ...headers, "", ""].join("\r\n"));
    const replies = await text(socket);
    return [...replies.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => Number(status));
  };
}

const SEARCH = "GET /api/search HTTP/1.1";

test("a user who is named twice, in whatever way, is nobody", async (t) => {
  const ask = await start(t, { access: "proxy", trustedProxies: ["127.0.0.1"] });
  assert.deepEqual(await ask(SEARCH, "X-Forwarded-User: wang"), [200]);
  assert.deepEqual(await ask(SEARCH, "X-Forwarded-User: admin", "X-Forwarded-User: wang"), [401]);
  assert.deepEqual(await ask(SEARCH, "x-forwarded-user: admin", "X-FORWARDED-USER: wang"), [401]);
  assert.deepEqual(await ask(SEARCH, "X_Forwarded_User: admin"), [401], "another header");
  assert.deepEqual(await ask(SEARCH, "X-Forwarded-User : admin"), [400]);
  // The same where the address holds bare UTF-8, which the parser of Node.js refuses.
  const bare = "GET /api/search?q=大桥 HTTP/1.1";
  assert.deepEqual(await ask(bare, "X-Forwarded-User: wang"), [200]);
  assert.notDeepEqual(await ask(bare, "X-Forwarded-User: admin", "X-Forwarded-User: wang"), [200]);
});

test("past the proxy no header names a user, and no way of writing an address opens what is closed", async (t) => {
  const past = await start(t, { access: "proxy", trustedProxies: ["10.0.0.1"] });
  for (const line of [SEARCH, "GET /api/search?q=大桥 HTTP/1.1"]) {
    assert.deepEqual(await past(line, "X-Forwarded-User: wang", "X-Forwarded-For: 10.0.0.1"), [403]);
    assert.deepEqual(await past(line, "X-Forwarded-User: wang", "Forwarded: for=10.0.0.1"), [403]);
  }
  const ask = await start(t, { access: "token" });
  for (const path of [
    "/api/search/",
    "/%61pi/search",
    "/api/%73earch",
    "/api/search?x=/login",
    "/api/search;x=/login",
    "/login/../api/search",
    "/login/%2e%2e/api/search",
    "//api/search",
    "/api//search",
    "/API/search",
    "/api/search%00",
    "/api/search#/login",
    "http://localhost/api/search",
    "http://evil.example/api/search",
    "/?q=大桥",
    "/articles/bridge?x=大桥",
    "/openapi.json/",
    "/metrics?",
  ]) {
    const [status = 0, ...more] = await ask(`GET ${path} HTTP/1.1`);
    assert.ok([400, 401, 404].includes(status), `${path}: ${status}`);
    assert.deepEqual(more, []);
  }
  assert.deepEqual(await ask("OPTIONS * HTTP/1.1"), [404]);
});

test("a token counts however its header is written, and not when it is hidden in another", async (t) => {
  const ask = await start(t, { access: "token" });
  const { reader } = secrets;
  for (const header of [
    `Authorization: Bearer ${reader}`,
    `authorization: bearer   ${reader}`,
    `AUTHORIZATION:BEARER ${reader}`,
  ])
    assert.deepEqual(await ask(SEARCH, header), [200], header);
  for (const header of [
    `Authorization: Bearer ${reader} x`,
    `Authorization: Bearer ${reader},`,
    `Authorization: ${reader}`,
    `Authorization: Token ${reader}`,
    `Proxy-Authorization: Bearer ${reader}`,
    `X-Authorization: Bearer ${reader}`,
    `Cookie: token=${reader}`,
    `Cookie: wenxun-session=${reader}`,
    `Cookie: wenxun-session=`,
    `Cookie: __proto__=x; wenxun-session=a.b.c.d`,
  ]) {
    assert.deepEqual(await ask(SEARCH, header), [401], header);
  }
});
