import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { AppError } from "../../errors.ts";
import { fetchModel, type HubProgress, isHubName } from "./model-hub.ts";

const COMMIT = "0123456789abcdef0123456789abcdef01234567";
const FILES: Readonly<Record<string, string>> = {
  "config.json": '{"hidden_size": 4}',
  "tokenizer.json": "{}",
  "1_Pooling/config.json": '{"pooling_mode": "cls"}',
  "onnx/model.onnx": "weights ".repeat(20_000),
  "onnx/model_int8.onnx": "small weights",
  "pytorch_model.bin": "not wanted",
};

const gitSha = (text: string) => createHash("sha1").update(`blob ${text.length}\0${text}`).digest("hex");
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** A hub on this machine that can cut replies short or send other bytes. */
function startHub() {
  const hub = {
    requests: [] as string[],
    ranges: [] as string[],
    cutAfter: 0,
    spoiled: "",
    endpoint: "",
    close: () => {},
  };
  const server = createServer((request, response) => {
    const url = request.url ?? "";
    hub.requests.push(url);
    if (url.startsWith("/api/models/org/name/revision/")) {
      const siblings = Object.entries(FILES).map(([rfilename, text]) => ({
        rfilename,
        size: text.length,
        blobId: gitSha(text),
        ...(rfilename.endsWith(".onnx") ? { lfs: { sha256: sha256(text) } } : {}),
      }));
      siblings.push({ rfilename: "../outside.json", size: 1, blobId: "x" });
      response.end(JSON.stringify({ sha: COMMIT, siblings }));
      return;
    }
    const path = url.split(`/org/name/resolve/${COMMIT}/`)[1];
    const text = path === undefined ? undefined : FILES[path];
    if (text === undefined) {
      response.writeHead(404).end();
      return;
    }
    const { range } = request.headers;
    if (range !== undefined) hub.ranges.push(range);
    const start = Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0);
    const rest = path === hub.spoiled ? "x".repeat(text.length) : text.slice(start);
    response.writeHead(range === undefined ? 200 : 206, { "content-length": rest.length });
    if (hub.cutAfter > 0 && rest.length > hub.cutAfter) {
      response.write(rest.slice(0, hub.cutAfter), () => setTimeout(() => response.destroy(), 20));
    } else response.end(rest);
  });
  return new Promise<typeof hub>((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      hub.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      hub.close = () => {
        server.close();
        server.closeAllConnections();
      };
      resolve(hub);
    });
  });
}

describe("model hub", () => {
  let hub: Awaited<ReturnType<typeof startHub>>;
  let cacheFolder: string;
  before(async () => {
    hub = await startHub();
  });
  after(() => hub.close());
  beforeEach(() => {
    cacheFolder = mkdtempSync(join(tmpdir(), "hub-"));
    after(() => rmSync(cacheFolder, { recursive: true, force: true }));
    Object.assign(hub, { requests: [], ranges: [], cutAfter: 0, spoiled: "" });
  });

  const options = () => ({ endpoint: hub.endpoint, cacheFolder });

  test("fetches what an encoder needs, once, with progress", async () => {
    const progress: HubProgress[] = [];
    const folder = await fetchModel("org/name", { ...options(), onProgress: (step) => progress.push(step) });
    for (const path of ["config.json", "tokenizer.json", "1_Pooling/config.json", "onnx/model.onnx"]) {
      assert.equal(readFileSync(join(folder, path), "utf8"), FILES[path]);
    }
    assert.equal(existsSync(join(folder, "pytorch_model.bin")), false);
    assert.equal(existsSync(join(folder, "onnx/model_int8.onnx")), false);
    assert.equal(existsSync(join(folder, "../outside.json")), false);
    const last = progress.at(-1);
    assert.equal(last?.doneBytes, last?.totalBytes);
    hub.requests.length = 0;
    assert.equal(await fetchModel("org/name", options()), folder);
    assert.deepEqual(hub.requests, [], "what is there is not asked for");
  });

  test("pins a revision to a commit, and takes the file that is asked for", async () => {
    const folder = await fetchModel("org/name@v1.0", { ...options(), file: "onnx/model_int8.onnx" });
    assert.ok(folder.endsWith(COMMIT));
    assert.ok(hub.requests[0]?.startsWith("/api/models/org/name/revision/v1.0?"));
    assert.ok(existsSync(join(folder, "onnx/model_int8.onnx")));
    await assert.rejects(
      fetchModel("org/name", { ...options(), file: "onnx/none.onnx" }),
      /it has onnx\/model\.onnx, onnx\/model_int8\.onnx/,
    );
  });

  test("goes on where a download stopped", async () => {
    hub.cutAfter = 60_000;
    const folder = await fetchModel("org/name", options());
    assert.equal(readFileSync(join(folder, "onnx/model.onnx"), "utf8"), FILES["onnx/model.onnx"]);
    assert.ok(hub.ranges.length >= 2 && hub.ranges.every((range) => range !== "bytes=0-"), hub.ranges.join());
  });

  test("refuses other bytes than promised, and keeps none of them", async () => {
    hub.spoiled = "onnx/model.onnx";
    await assert.rejects(fetchModel("org/name", options()), /onnx\/model\.onnx could not be fetched: its checksum is/);
    const folder = join(cacheFolder, "org--name", COMMIT);
    assert.equal(existsSync(join(folder, "onnx/model.onnx")), false);
    assert.equal(existsSync(join(folder, "onnx/model.onnx.part")), false);
    hub.spoiled = "";
    await fetchModel("org/name", options());
  });

  test("mends a part that holds too much", async () => {
    const part = join(cacheFolder, "org--name", COMMIT, "config.json.part");
    mkdirSync(join(part, ".."), { recursive: true });
    writeFileSync(part, "x".repeat(1000));
    const folder = await fetchModel("org/name", options());
    assert.equal(readFileSync(join(folder, "config.json"), "utf8"), FILES["config.json"]);
  });

  test("says plainly that it is offline, and uses what is there", async () => {
    const offline = { endpoint: "http://127.0.0.1:1", cacheFolder };
    await assert.rejects(fetchModel("org/name", offline), (error) => {
      assert.ok(error instanceof AppError && error.code === "encoder-unavailable");
      assert.match(error.message, /hub at http:\/\/127\.0\.0\.1:1 cannot be reached/);
      assert.deepEqual(error.remedy, { code: "set-option", option: "encoder", value: "onnx:DIR", does: "names it" });
      return true;
    });
    const folder = await fetchModel("org/name", options());
    assert.equal(await fetchModel("org/name", offline), folder);
    await assert.rejects(fetchModel("org/none", options()), /answered with 404: there is no org\/none/);
  });

  test("tells names on the hub from folders", () => {
    for (const name of ["org/name", "BAAI/bge-small-zh-v1.5", "org/name@abc123"])
      assert.equal(isHubName(name), true, name);
    for (const name of ["./org/name", "/models/x", "a/b/c", "name", "../x"]) assert.equal(isHubName(name), false, name);
  });
});
