import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError } from "../../errors.ts";
import { isClusterAddress, parseClusterAddress, toShownAddress } from "./cluster-address.ts";

const usage = (error: unknown): boolean => error instanceof AppError && error.code === "usage";

test("an address names hosts, a user and a prefix", () => {
  assert.deepEqual(parseClusterAddress("opensearch+https://anna@a.example:9201,b.example/news", "secret"), {
    nodes: ["https://a.example:9201", "https://b.example:9200"],
    user: "anna",
    password: "secret",
    prefix: "news",
  });
  assert.deepEqual(parseClusterAddress("opensearch+http://127.0.0.1:80,[::1]/n_2-x/"), {
    nodes: ["http://127.0.0.1:80", "http://[::1]:9200"],
    user: undefined,
    password: undefined,
    prefix: "n_2-x",
  });
});

test("a password in the address goes before the one that is set, and is not shown", () => {
  const address = "opensearch+https://a%40b:p%3Aw@host/news";
  const { user, password } = parseClusterAddress(address, "other");
  assert.deepEqual([user, password], ["a@b", "p:w"]);
  assert.equal(toShownAddress(address), "opensearch+https://a%40b@host/news");
  assert.equal(toShownAddress("opensearch+http://host:9200/news"), "opensearch+http://host:9200/news");
});

test("what is no address of an archive in a cluster is refused", () => {
  for (const address of [
    "opensearch+https://host",
    "opensearch+https://host/",
    "opensearch+https://host/News",
    "opensearch+https://host/a/b",
    "opensearch+https:///news",
    "opensearch+https://host,/news",
    "opensearch+https://ho st/news",
  ])
    assert.throws(() => parseClusterAddress(address), usage, address);
  assert.throws(() => parseClusterAddress("opensearch+https://anna@host/news"), usage, "no password");
});

test("a folder is none", () => {
  for (const folder of ["./archive", "C:\\news", "opensearch", "https://host/news"])
    assert.equal(isClusterAddress(folder), false, folder);
  assert.equal(isClusterAddress("OpenSearch+https://host/news"), true);
});
