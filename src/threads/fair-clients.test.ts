import assert from "node:assert/strict";
import { test } from "node:test";
import { FairClients } from "./fair-clients.ts";

const place = (client: string, lane = "search") => ({ client, lane });

function createClients() {
  const clock = { nowMs: 0 };
  return { clock, clients: new FairClients<string>({ quickLanes: ["article"], nowMs: () => clock.nowMs }) };
}

test("a client that asks once waits for one task of each other client, however many theirs are", () => {
  const { clients } = createClients();
  for (let count = 0; count < 100; count++) clients.push(`greedy ${count}`, place("greedy"));
  clients.take();
  clients.charge(place("greedy"), 50);
  clients.push("polite", place("polite"));
  clients.push("other", place("other"));
  const next = [clients.take(), clients.take()];
  assert.ok(next.includes("polite"), next.join());
});

test("the last free thread is kept for light clients while some are about, and only then", () => {
  const { clients, clock } = createClients();
  const ask = (client: string, ms: number) => {
    clients.push(`first of ${client}`, place(client));
    clients.take();
    clients.charge(place(client), ms);
  };
  ask("light", 30);
  ask("greedy", 900);
  clients.push("dear", place("greedy"));
  assert.equal(clients.take({ isLightOnly: true }), undefined);
  clients.push("cheap", place("light"));
  assert.equal(clients.take({ isLightOnly: true }), "cheap");
  clock.nowMs += 60_000;
  assert.equal(clients.take({ isLightOnly: true }), "dear", "nobody else is about");
});

test("equal clients leave no thread free for each other", () => {
  const { clients } = createClients();
  for (const client of ["a", "b", "c"]) {
    clients.push("first", place(client));
    clients.take();
    clients.charge(place(client), 200);
    clients.push(`second of ${client}`, place(client));
  }
  assert.notEqual(clients.take({ isLightOnly: true }), undefined);
});

test("who looks up articles makes no ordinary search a heavy one", () => {
  const { clients } = createClients();
  clients.push("article", place("reader", "article"));
  clients.take();
  clients.charge(place("reader", "article"), 0.2);
  clients.push("first", place("searcher"));
  clients.take();
  clients.charge(place("searcher"), 80);
  clients.push("second", place("searcher"));
  assert.equal(clients.take({ isLightOnly: true }), "second");
});

test("a client that is new is known by what it asks for", () => {
  const { clients } = createClients();
  for (const [client, lane, ms] of [
    ["polite", "search", 20],
    ["greedy", "deep", 300],
  ] as const) {
    clients.push("first", place(client, lane));
    clients.take();
    clients.charge(place(client, lane), ms);
  }
  clients.push("deep", place("another", "deep"));
  clients.push("search", place("another"));
  assert.equal(clients.take({ isLightOnly: true }), "search");
  assert.equal(clients.take({ isLightOnly: true }), undefined);
  assert.equal(clients.take(), "deep");
});

test("what nobody waits for at a screen leaves a thread free for who does, and takes all threads when nobody is about", () => {
  let nowMs = 0;
  const clients = new FairClients<string>({ bulkLanes: ["bulk"], nowMs: () => nowMs });
  clients.push("search", place("polite"));
  clients.take();
  clients.charge(place("polite"), 60);
  clients.push("first page", place("program", "bulk"));
  clients.take();
  clients.charge(place("program", "bulk"), 50);
  clients.push("second page", place("program", "bulk"));
  assert.equal(clients.take({ isLightOnly: true }), undefined, "though it is the shorter one");
  clients.push("search again", place("polite"));
  assert.equal(clients.take({ isLightOnly: true }), "search again");
  nowMs = 20_000;
  assert.equal(clients.take({ isLightOnly: true }), "second page");
});

test("of one client, looking up an article does not wait behind its searches", () => {
  const { clients } = createClients();
  for (let count = 0; count < 10; count++) clients.push(`search ${count}`, place("one"));
  clients.take();
  clients.charge(place("one"), 100);
  clients.push("article", place("one", "article"));
  const next = [clients.take(), clients.take()];
  assert.ok(next.includes("article"), next.join());
});

test("clients that went long ago take no memory", () => {
  const { clients, clock } = createClients();
  for (let count = 0; count < 1000; count++) {
    clock.nowMs += 100;
    clients.push("task", place(`client ${count}`));
    clients.take();
    clients.charge(place(`client ${count}`), 1);
  }
  assert.ok(clients.clientCount < 200, `${clients.clientCount} are remembered`);
});
