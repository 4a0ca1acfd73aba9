import assert from "node:assert/strict";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import fastify from "fastify";
import { answerErrors, sendFailureAsProblem } from "./answer-errors.ts";
import type { App } from "./app.ts";
import { type BodyLimits, limitIncomingBodies } from "./incoming-body.ts";
import { listen } from "./listen.ts";
import { closeOverUnreadBodies } from "./unread-body.ts";

async function startServer(t: TestContext, limits: BodyLimits) {
  const app: App = fastify();
  t.after(() => app.close());
  limitIncomingBodies(app, limits);
  closeOverUnreadBodies(app);
  answerErrors(app, { root: "/" }, sendFailureAsProblem());
  app.post("/length", async ({ body }) => JSON.stringify(body).length);
  const { port } = await listen(app, { host: "127.0.0.1", port: 0 });
  return port;
}

const HEAD = "POST /length HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";

function send(port: number, data: string) {
  const socket = connect(port, "127.0.0.1");
  socket.write(data);
  return socket;
}

test("a body that dribbles in is refused, and its connection closed", async (t) => {
  const port = await startServer(t, { maxBytesInFlight: 1000, patienceMs: 50 });
  const slow = send(port, `${HEAD}1\r\n"\r\n`);
  const reply = await text(slow);
  assert.match(reply, /^HTTP\/1\.1 408 [\s\S]*connection: close[\s\S]*"code":"too-slow"/i);
});

test("bodies that are announced and do not come take no room from one that does", async (t) => {
  const port = await startServer(t, { maxBytesInFlight: 1000 });
  const announced = [1, 2, 3, 4, 5].map(() => send(port, `${HEAD}1\r\n"\r\n`));
  await wait(50);
  const body = JSON.stringify("x".repeat(800));
  const reply = await fetch(`http://127.0.0.1:${port}/length`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  assert.equal(await reply.text(), String(body.length));
  for (const socket of announced) socket.destroy();
});

test("what comes beyond what may be held is refused, and room is there again when it has been", async (t) => {
  const port = await startServer(t, { maxBytesInFlight: 1000 });
  const post = (length: number) =>
    fetch(`http://127.0.0.1:${port}/length`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify("x".repeat(length)),
    });
  for (let round = 0; round < 3; round++) {
    const refused = await post(1500);
    assert.equal(refused.status, 429);
    assert.equal((await post(900)).status, 200);
  }
});
