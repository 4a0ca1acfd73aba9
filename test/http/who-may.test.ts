/** Every route of the search server, asked with every method by everybody who may come, in each of the three modes. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { SCOPES, type Scope } from "../../src/access/scopes.ts";
import type { ServerOptions } from "../../src/compose/create-server.ts";
import { assetFolders } from "../../src/config/paths.ts";
import type { App } from "../../src/http/app.ts";
import { createFakeBackend } from "../fakes/backend.ts";
import { createTestTokens } from "../fakes/tokens.ts";
import { MemoryWriter } from "../fakes/writer.ts";
import { startFakeServer } from "./server.ts";

/**
 * Who may have what: `x` may. The first column is everybody where access is open; the others hold a token with one scope, in this order:
 * search, read, ingest, delete, alerts, status, admin; the last one with search and read, which is what readers get.
 */
const TABLE: Readonly<Record<string, string>> = {
  //                                   open  s r i d a t A  s+r
  "GET /": "                              x  x . . . . . x  x",
  "GET /api/v1/search": "                 x  x . . . . . x  x",
  "GET /api/search": "                    x  x . . . . . x  x",
  "GET /api/v1/suggest": "                x  x . . . . . x  x",
  "GET /api/v1/counts": "                 x  x . . . . . x  x",
  "GET /api/counts": "                    x  x . . . . . x  x",
  "GET /api/v1/counts.csv": "             x  x . . . . . x  x",
  "GET /api/counts.csv": "                x  x . . . . . x  x",
  "GET /api/suggest": "                   x  x . . . . . x  x",
  "GET /facets/:field": "                 x  x . . . . . x  x",
  "GET /trends": "                        x  x . . . . . x  x",
  "GET /trends.svg": "                    x  x . . . . . x  x",
  "GET /feed.atom": "                     x  x . . . . . x  x",
  "GET /feed.rss": "                      x  x . . . . . x  x",
  "GET /feed.json": "                     x  x . . . . . x  x",
  "GET /articles/:id": "                  x  . x . . . . x  x",
  "GET /articles/:id/why": "              x  . x . . . . x  x",
  "GET /articles/:id/cite/:format": "     x  . x . . . . x  x",
  "GET /articles/:id/differences/:other": "x  . x . . . . x  x",
  "GET /api/v1/articles/:id": "           x  . x . . . . x  x",
  "GET /api/articles/:id": "              x  . x . . . . x  x",
  "GET /api/v1/articles/:id/similar": "   x  . x . . . . x  x",
  "GET /api/articles/:id/similar": "      x  . x . . . . x  x",
  "GET /api/v1/articles/:id/editions": "  x  . x . . . . x  x",
  "GET /api/articles/:id/editions": "     x  . x . . . . x  x",
  "GET /api/v1/articles/:id/editions/:number": "x  . x . . . . x  x",
  "GET /api/articles/:id/editions/:number": "x  . x . . . . x  x",
  "GET /articles/:id/editions/:number": " x  . x . . . . x  x",
  "GET /export.csv": "                    x  . . . . . . x  x",
  "GET /export.jsonl": "                  x  . . . . . . x  x",
  "GET /export.ris": "                    x  . . . . . . x  x",
  "GET /export.bib": "                    x  . . . . . . x  x",
  "POST /mcp": "                          x  x . . . . . x  x",
  "POST /api/v1/articles": "              .  . . x . . . x  .",
  "POST /api/articles": "                 .  . . x . . . x  .",
  "DELETE /api/v1/articles/:id": "        .  . . . x . . x  .",
  "DELETE /api/articles/:id": "           .  . . . x . . x  .",
  "GET /api/v1/sources": "                .  . . x . . . x  .",
  "GET /api/sources": "                   .  . . x . . . x  .",
  "POST /api/v1/sources": "               .  . . . . . . x  .",
  "POST /api/sources": "                  .  . . . . . . x  .",
  "PATCH /api/v1/sources/:source": "      .  . . . . . . x  .",
  "PATCH /api/sources/:source": "         .  . . . . . . x  .",
  "DELETE /api/v1/sources/:source": "     .  . . . . . . x  .",
  "DELETE /api/sources/:source": "        .  . . . . . . x  .",
  "POST /api/v1/sources/:source/check": " .  . . x . . . x  .",
  "POST /api/sources/:source/check": "    .  . . x . . . x  .",
  "GET /sources": "                       .  . . x . . . x  .",
  "POST /sources": "                      .  . . . . . . x  .",
  "POST /sources/:source/pause": "        .  . . . . . . x  .",
  "POST /sources/:source/resume": "       .  . . . . . . x  .",
  "POST /sources/:source/remove": "       .  . . . . . . x  .",
  "POST /sources/:source/check": "        .  . . x . . . x  .",
  "GET /api/v1/alerts": "                  .  . . . . x . x  .",
  "GET /api/alerts": "                     .  . . . . x . x  .",
  "POST /api/v1/alerts": "                 .  . . . . x . x  .",
  "POST /api/alerts": "                    .  . . . . x . x  .",
  "POST /api/v1/alerts/preview": "         .  . . . . x . x  .",
  "POST /api/alerts/preview": "            .  . . . . x . x  .",
  "GET /api/v1/alerts/:alert": "           .  . . . . x . x  .",
  "GET /api/alerts/:alert": "              .  . . . . x . x  .",
  "PATCH /api/v1/alerts/:alert": "         .  . . . . x . x  .",
  "PATCH /api/alerts/:alert": "            .  . . . . x . x  .",
  "DELETE /api/v1/alerts/:alert": "        .  . . . . x . x  .",
  "DELETE /api/alerts/:alert": "           .  . . . . x . x  .",
  "POST /api/v1/alerts/:alert/replay": "   .  . . . . x . x  .",
  "POST /api/alerts/:alert/replay": "      .  . . . . x . x  .",
  "GET /follow": "                         .  . . . . x . x  .",
  "POST /follow": "                        .  . . . . x . x  .",
  "GET /status": "                        x  . . . . . x x  .",
  "GET /api/v1/status": "                 x  . . . . . x x  .",
  "GET /api/status": "                    x  . . . . . x x  .",
  "GET /metrics": "                       x  . . . . . x x  .",
  "GET /saved": "                         x  x x x x x x x  x",
  "GET /docs": "                          x  x x x x x x x  x",
  "GET /openapi.json": "                  x  x x x x x x x  x",
};

/** Asked before anybody can have logged in; nothing of the archive is in them. */
const FOR_EVERYBODY = [
  "GET /livez",
  "GET /readyz",
  "GET /login",
  "POST /login",
  "GET /logout",
  "POST /logout",
  "GET /unsubscribe/:key",
  "POST /unsubscribe/:key",
  "GET /websub/:key",
  "POST /websub/:key",
  "GET /opensearch.xml",
  "GET /manifest.webmanifest",
  "GET /icon.svg",
  "GET /service-worker.js",
  "GET /favicon.ico",
  "GET /icon-180.png",
  "GET /card.png",
  "GET /robots.txt",
  "GET /.well-known/security.txt",
  "GET /assets/#/main.js",
  "GET /assets/#/saved-page.js",
  "GET /assets/#/tray.js",
  "GET /assets/#/style.css",
  "GET /assets/#/pages.css",
];

/** Where a proxy knows the users, nobody logs in. */
const isLogin = (route: string): boolean => / \/log(?:in|out)$/.test(route);

const ROLES: readonly (readonly Scope[])[] = [...SCOPES.map((scope) => [scope]), ["search", "read"]];
const toRoleName = (scopes: readonly Scope[]): string => scopes.join("-");
const { tokensFile, secrets } = createTestTokens(
  Object.fromEntries(ROLES.map((scopes) => [toRoleName(scopes), scopes])),
);

const PROXY = "10.1.2.3";
const STRANGER = "203.0.113.9";

const start = (t: TestContext, options: Partial<ServerOptions>): Promise<App> =>
  startFakeServer(t, {
    backend: createFakeBackend(undefined, async () => new MemoryWriter()),
    assetsFolder: assetFolders.web,
    tokensFile,
    trustedProxies: ["10.0.0.0/8"],
    ...options,
  });

/** `GET /articles/:id`, as the framework itself lists them. */
function listRoutes(app: App): string[] {
  const parents: string[] = [];
  return app
    .printRoutes({ commonPrefix: false })
    .split("\n")
    .flatMap((line) => {
      const [, indent = "", part = "", methods = ""] = /^([│└├─ ]*)(\S+) \((.*)\)$/.exec(line) ?? [];
      if (part === "") return [];
      const depth = indent.length / 4;
      // The first level stands below a slash.
      const path = depth === 1 ? "/" : (parents[depth - 1] ?? "") + part;
      parents[depth] = path;
      if (depth > 1) parents[depth] = parents[depth - 1] === "/" ? `/${part}` : `${parents[depth - 1]}${part}`;
      return methods.split(", ").map((method) => `${method} ${parents[depth]}`);
    });
}

const VALUES: Readonly<Record<string, string>> = {
  ":field": "source",
  ":format": "ris",
  ":other": "panda",
  ":id": "bridge",
  ":source": "1",
  ":alert": "1",
  ":key": "nobodys-key-of-some-length",
  ":number": "1",
};

const toPath = (route: string): string => route.split(" ")[1] ?? "";

const toUrl = (route: string): string => toPath(route).replace(/:\w+/g, (name) => VALUES[name] ?? assert.fail(name));

interface Asked {
  readonly headers?: Readonly<Record<string, string>>;
  readonly from?: string;
}

/** The status, 0 for somebody who is sent to log in. */
async function ask(app: App, route: string, { headers = {}, from = STRANGER }: Asked = {}): Promise<number> {
  const [method = "GET"] = route.split(" ");
  const { statusCode, headers: replied } = await app.inject({
    method: method as "GET",
    url: toUrl(route),
    remoteAddress: from,
    headers: { ...(method === "POST" && { "content-type": toBodyType(route) }), ...headers },
    ...(method === "POST" && { payload: isLogin(route) ? "token=x" : '{"id":"a","title":"t"}' }),
  });
  return statusCode === 303 && `${replied.location}`.startsWith("/login") ? 0 : statusCode;
}

const toBodyType = (route: string): string =>
  isLogin(route) ? "application/x-www-form-urlencoded" : "application/json";

const bearer = (scopes: readonly Scope[]): Readonly<Record<string, string>> => ({
  authorization: `Bearer ${secrets[toRoleName(scopes)]}`,
});

const columnsOf = (row: string): string[] => row.trim().split(/\s+/);

/** Neither refused nor sent away; what is not there, or wrong otherwise, was looked at. */
const isLetIn = (status: number): boolean => status >= 200 && status < 500 && ![401, 403, 421].includes(status);

const withHead = (routes: readonly string[]): string[] =>
  routes.flatMap((route) => (route.startsWith("GET ") ? [route, route.replace("GET", "HEAD")] : [route]));

const rowOf = (route: string): string => TABLE[route.replace(/^HEAD/, "GET")] ?? assert.fail(route);
const RULED = withHead(Object.keys(TABLE));

for (const access of ["open", "token", "proxy"] as const) {
  test(`where access is ${access}, every route stands in the table`, async (t) => {
    const app = await start(t, { access });
    const listed = listRoutes(app).map((route) => route.replace(/\/assets\/[\w-]+\//, "/assets/#/"));
    const open = withHead(FOR_EVERYBODY).filter((route) => access !== "proxy" || !isLogin(route));
    assert.deepEqual(listed.sort(), [...RULED, ...open].sort());
  });
}

test("where access is open, everybody reads, and who writes has a token for it", async (t) => {
  const app = await start(t, { access: "open" });
  for (const route of RULED) {
    const [everybody] = columnsOf(rowOf(route));
    const status = await ask(app, route);
    assert.equal(isLetIn(status), everybody === "x", `${route}: ${status}`);
    if (everybody !== "x") assert.equal(status, 401, route);
  }
});

for (const access of ["open", "token", "proxy"] as const) {
  test(`where access is ${access}, each token opens what its scopes say and nothing else`, async (t) => {
    const app = await start(t, { access });
    for (const route of RULED) {
      const [everybody, ...columns] = columnsOf(rowOf(route));
      for (const [index, scopes] of ROLES.entries()) {
        const isWanted = columns[index] === "x" || (access === "open" && everybody === "x");
        const status = await ask(app, route, { headers: bearer(scopes) });
        assert.equal(isLetIn(status), isWanted, `${route} with ${scopes}: ${status}`);
        if (!isLetIn(status)) assert.equal(status, 403, `${route} with ${scopes}`);
      }
    }
  });
}

test("where access is by token, a stranger gets 401, and a person is shown where to log in", async (t) => {
  const app = await start(t, { access: "token" });
  for (const route of RULED) {
    assert.equal(await ask(app, route), 401, route);
    for (const authorization of [
      "Bearer wrong",
      "Bearer",
      "Basic eDp3cm9uZw==",
      "Basic !!",
      `Bearer ${"x".repeat(9000)}`,
    ])
      assert.equal(
        await ask(app, route, { headers: { authorization } }),
        401,
        `${route} ${authorization.slice(0, 20)}`,
      );
    const isForPeople = !/ \/(?:api|feed)|^(?:POST|DELETE)/.test(route);
    const asPerson = await ask(app, route, { headers: { accept: "text/html" } });
    assert.equal(asPerson, isForPeople ? 0 : 401, route);
  }
  for (const route of withHead(FOR_EVERYBODY.filter((route) => !route.includes("#") && !isLogin(route))))
    assert.ok(isLetIn(await ask(app, route)), route);
});

test("where a proxy names the users, they read, and whoever comes past it does not", async (t) => {
  const app = await start(t, { access: "proxy" });
  // A header carries bytes.
  const named = { "x-forwarded-user": Buffer.from("王编辑").toString("latin1") };
  for (const route of RULED) {
    const mayRead = columnsOf(rowOf(route)).at(-1) === "x";
    // As every proxy does, it says whom it speaks for.
    const spokenFor = { ...named, "x-forwarded-for": STRANGER };
    const user = await ask(app, route, { headers: spokenFor, from: PROXY });
    assert.equal(isLetIn(user), mayRead, `${route}: ${user}`);
    assert.equal(await ask(app, route, { headers: named }), 403, `${route} past the proxy`);
    const mapped = { ...named, "x-forwarded-for": PROXY };
    assert.equal(await ask(app, route, { headers: mapped }), 403, `${route} past the proxy, claiming to be it`);
    assert.equal(await ask(app, route, { from: PROXY }), 401, `${route} from the proxy, without a user`);
    assert.equal(await ask(app, route, { headers: { "remote-user": "root" }, from: PROXY }), 401, route);
  }
});

test("a method that a route does not take is refused to everybody alike", async (t) => {
  const app = await start(t, { access: "token" });
  const patternOf = (route: string): RegExp => new RegExp(`^${toPath(route).replace(/:\w+/g, "[^/]+")}$`);
  for (const url of new Set(RULED.map(toUrl))) {
    // A word in the place of a number is looked at where the number is.
    const taken = RULED.filter((route) => patternOf(route).test(url)).map((route) => route.split(" ")[0]);
    for (const method of ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE"].filter(
      (one) => !taken.includes(one),
    )) {
      for (const headers of [{}, bearer(["admin"])]) {
        const { statusCode } = await app.inject({ method: method as "GET", url, headers });
        assert.ok([404, 405, 415].includes(statusCode), `${method} ${url}: ${statusCode}`);
      }
    }
  }
});
