/** What a client may do with its connections, and what comes of it for others. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { setImmediate as nextTurn, setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import { askerOf } from "../../src/http/asker.ts";
import { createApp } from "../../src/http/create-app.ts";
import { listen } from "../../src/http/listen.ts";

type Options = Partial<Parameters<typeof createApp>[0]>;

const HOST = "127.0.0.1";
const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;

async function startServer(t: TestContext, options: Options = {}) {
  const app = await createApp({ title: "test", description: "", version: "0", maxBodyBytes: 1000, ...options });
  const underWay = { now: 0, most: 0, begun: 0 };
  app.get("/large", async () => {
    underWay.begun++;
    underWay.now++;
    underWay.most = Math.max(underWay.most, underWay.now);
    await nextTurn();
    underWay.now--;
    return "x".repeat(100_000);
  });
  app.get("/quick", async () => "quick");
  app.get<{ Params: { n: string } }>("/n/:n", async ({ params }) => {
    await wait(params.n === "0" ? 300 : 0);
    return `<${params.n}>`;
  });
  await app.ready();
  const { port } = await listen(app, { host: HOST, port: 0 });
  const sockets: Socket[] = [];
  t.after(async () => {
    for (const socket of sockets) socket.destroy();
    await app.close();
  });
  const open = (): Socket => {
    const socket = connect(port, HOST);
    sockets.push(socket);
    return socket.on("error", () => {});
  };
  return { app, port, open, underWay };
}

test("requests sent ahead are begun one at a time, and no further while nobody reads their answers", async (t) => {
  const { open, underWay, port } = await startServer(t);
  const socket = open().pause();
  socket.write(get("/large").repeat(1000));
  while (underWay.begun === 0) await wait(5);
  await wait(200);
  assert.equal(underWay.most, 1);
  assert.ok(underWay.begun < 200, `${underWay.begun} of 1000 were worked on for a client that reads none`);
  assert.equal(await (await fetch(`http://${HOST}:${port}/quick`)).text(), "quick");
});

test("of requests sent ahead no more are parsed once their connection is closed over them", async (t) => {
  const { app, open, port } = await startServer(t);
  let parsed = 0;
  app.server.on("request", () => parsed++);
  const socket = open();
  socket.write(get("/n/0") + get("/quick").repeat(1500));
  await once(socket, "close");
  assert.ok(parsed > 100 && parsed < 1000, `${parsed} of 1501 were parsed`);
  assert.equal(await (await fetch(`http://${HOST}:${port}/quick`)).text(), "quick");
});

test("requests sent ahead are answered in their order, each with its own answer", async (t) => {
  const { open } = await startServer(t);
  const socket = open();
  const paths = Array.from({ length: 200 }, (_, n) => `/n/${n}`);
  socket.write(`${paths.map(get).join("")}${get("/n/end").replace("Host", "Connection: close\r\nHost")}`);
  const answers = (await text(socket)).match(/<\d+>/g);
  assert.deepEqual(
    answers,
    paths.map((path) => `<${path.slice(3)}>`),
  );
});

test("connections beyond the limit take the place of those that send nothing, not of one that waits for its answer", async (t) => {
  const { app, open, port } = await startServer(t, { maxConnections: 5 });
  const waiting = open();
  waiting.write(get("/n/0").replace("Host", "Connection: close\r\nHost"));
  await once(app.server, "request");
  for (let count = 0; count < 20; count++) open().write("GET / HTTP/1.1\r\nHost: a\r\nX-Half: ");
  await wait(50);
  const ask = async () => (await fetch(`http://${HOST}:${port}/quick`, { headers: { connection: "close" } })).text();
  assert.deepEqual([await ask(), await ask(), await ask()], ["quick", "quick", "quick"]);
  assert.match(await text(waiting), /<0>$/);
  const count = await promisify(app.server.getConnections.bind(app.server))();
  assert.ok(count <= 5, `${count} connections are open`);
});

test("after its deadline a request is answered with 503, and its work is told to stop", async (t) => {
  const stopped = Promise.withResolvers<void>();
  const slow = await createApp({ title: "t", description: "", version: "0", maxBodyBytes: 9, requestTimeoutMs: 50 });
  t.after(() => slow.close());
  slow.get("/heeds", async (request) => {
    const { signal } = askerOf(request);
    signal.addEventListener("abort", () => stopped.resolve());
    await stopped.promise;
    throw signal.reason;
  });
  slow.get("/deaf", () => new Promise(() => {}));
  for (const path of ["/heeds", "/deaf"]) {
    const late = await slow.inject(path);
    assert.equal(late.statusCode, 503, path);
    assert.match(late.json().message, /^The server stopped after 0\.05 s/);
    assert.doesNotMatch(late.body, /request-timeout/, "a client sets no option");
    assert.ok(Number(late.headers["retry-after"]) > 0);
  }
});
