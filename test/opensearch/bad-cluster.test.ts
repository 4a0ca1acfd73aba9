/** What is said when a cluster refuses, is not what it should be, or is away: over real sockets, to a node that answers as it is told. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "../../src/errors.ts";
import { parseClusterAddress } from "../../src/opensearch/connection/cluster-address.ts";
import { connectToCluster } from "../../src/opensearch/connection/cluster-client.ts";
import { createTestFolder, runCli } from "../fakes/cli.ts";

type Answer = { readonly status?: number; readonly body: unknown };

const VERSION = { version: { distribution: "opensearch", number: "2.19.1" } };

const plugins = (...names: readonly string[]): object => ({
  nodes: { a: { name: "n1", roles: ["data"], plugins: names.map((name) => ({ name })) } },
});

const toListener =
  (answer: (path: string, authorization: string | undefined) => Answer): RequestListener =>
  (request, response) => {
    const { status = 200, body } = answer(request.url?.split("?")[0] ?? "/", request.headers.authorization);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  };

async function listen(t: TestContext, server: Server, port = 0): Promise<string> {
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const serveNode = (t: TestContext, answer: (path: string, authorization: string | undefined) => Answer) =>
  listen(t, createServer(toListener(answer)));

/** An import into the archive at an address fails, and says so. */
async function refuse(archive: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const stdin = `${JSON.stringify({ id: "a", title: "渡口", body: "恢复通航。" })}\n`;
  const { exitCode, stderr } = await runCli(["import", "-", "--archive", archive], { stdin, env });
  assert.equal(exitCode, 1, stderr);
  return stderr;
}

test("a wrong password is told, with the setting that mends it, and is not shown", async (t) => {
  const node = await serveNode(t, () => ({ status: 401, body: { error: "Unauthorized" } }));
  const said = await refuse(`opensearch+http://anna@${node}/news`, { WENXUN_CLUSTER_PASSWORD: "geheim" });
  assert.match(said, /does not know this user with this password/);
  assert.match(said, /cluster-password/i);
  assert.doesNotMatch(said, /geheim/);
});

test("the password goes to the node as the user's, and a user who may not write is told what is not allowed", async (t) => {
  const seen = new Set<string | undefined>();
  const node = await serveNode(t, (_, authorization) => {
    seen.add(authorization);
    const reason = "no permissions for [indices:admin/get] and User [name=anna]";
    return { status: 403, body: { error: { type: "security_exception", reason } } };
  });
  const said = await refuse(`opensearch+http://anna:p%3Aw@${node}/news`);
  assert.match(said, /may not do this.*indices:admin\/get/);
  assert.deepEqual([...seen], [`Basic ${Buffer.from("anna:p:w").toString("base64")}`]);
});

test("a server that is none, a version too old and a plugin that is missing are told, and nothing is made", async (t) => {
  for (const [about, nodes, says] of [
    [{ version: { number: "8.15.0" } }, plugins("opensearch-knn"), /no OpenSearch/],
    [{ version: { distribution: "opensearch", number: "1.3.0" } }, plugins("opensearch-knn"), /1\.3\.0; wanted 2\.11/],
    [VERSION, plugins("opensearch-sql"), /opensearch-knn is missing on n1/],
  ] as const) {
    const changed: string[] = [];
    const node = await listen(
      t,
      createServer((request, response) => {
        if (request.method === "PUT") changed.push(request.url ?? "");
        toListener((path) =>
          path === "/" ? { body: about } : path === "/_nodes/plugins" ? { body: nodes } : { status: 404, body: {} },
        )(request, response);
      }),
    );
    assert.match(await refuse(`opensearch+http://${node}/news`), says);
    assert.deepEqual(changed, []);
  }
});

test("a cluster that is away for a moment is waited for, and one that stays away is told", async (t) => {
  const place = createServer();
  const node = await listen(t, place);
  await new Promise((resolve) => place.close(resolve));
  const client = connectToCluster(parseClusterAddress(`opensearch+http://${node}/news`));
  const gone = (error: unknown): boolean => error instanceof AppError && error.code === "unavailable";
  await assert.rejects(client.request({ method: "GET", path: "/", patienceMs: 300 }), gone);
  const waiting = client.request({ method: "GET", path: "/" });
  await sleep(400);
  await listen(t, createServer(toListener(() => ({ body: VERSION }))), Number(node.split(":")[1]));
  assert.equal((await waiting).status, 200);
  await client.close();
});

test("a node that has too much to do is asked again, and another where one is away", async (t) => {
  let asked = 0;
  const node = await serveNode(t, () => {
    asked++;
    return asked < 3 ? { status: 429, body: { error: { type: "rejected_execution_exception" } } } : { body: VERSION };
  });
  const client = connectToCluster(parseClusterAddress(`opensearch+http://127.0.0.1:9,${node}/news`));
  assert.equal((await client.request({ method: "GET", path: "/" })).status, 200);
  assert.equal(asked, 3);
  await client.close();
});

const WITHOUT_OPENSSL = existsSync("/usr/bin/openssl") ? false : "no openssl, which makes the certificate";

test("TLS takes the authority that is named, and tells a certificate that nobody trusts", {
  skip: WITHOUT_OPENSSL,
}, async (t) => {
  const folder = createTestFolder();
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const asked = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  const named = ["-subj", "/CN=search", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert];
  execFileSync("openssl", ["req", ...asked, ...named], { stdio: "ignore" });
  const pair = { key: readFileSync(key), cert: readFileSync(cert) };
  const node = await listen(
    t,
    createSecureServer(
      pair,
      toListener(() => ({ body: VERSION })),
    ),
  );
  const address = parseClusterAddress(`opensearch+https://${node}/news`);
  const trusting = connectToCluster(address, { ca: readFileSync(cert, "utf8") });
  assert.equal((await trusting.request({ method: "GET", path: "/" })).status, 200);
  await trusting.close();
  const said = await refuse(`opensearch+https://${node}/news`);
  assert.match(said, /certificate of the cluster is not trusted/);
  assert.match(said, /cluster-ca/i);
  const missing = await refuse(`opensearch+https://${node}/news`, { WENXUN_CLUSTER_CA: join(folder, "none.pem") });
  assert.match(missing, /none\.pem/);
});
