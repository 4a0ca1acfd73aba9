/** The site behind a real nginx and a real Caddy, by the configurations of deploy/, with TLS, used in a browser. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, type TestContext, test } from "node:test";
import type { Page } from "playwright-core";
import { createServer } from "../../src/compose/create-server.ts";
import { assetFolders } from "../../src/config/paths.ts";
import { listen } from "../../src/http/listen.ts";
import { createResources } from "../../src/resources/registry.ts";
import { ARTICLES } from "../fakes/articles.ts";
import { createFakeBackend } from "../fakes/backend.ts";
import { closeBrowser, DESK, launchBrowser, needsBrowser, waitForHits } from "./browser.ts";
import {
  type Certificate,
  createCertificate,
  findPort,
  PROXIES,
  type ProxyName,
  startProxy,
  trustCertificate,
  WAYS,
  type Way,
  whyNoProxy,
} from "./proxies.ts";

const folder = mkdtempSync(join(tmpdir(), "wenxun-certificate-"));
after(async () => {
  await closeBrowser();
  rmSync(folder, { recursive: true });
});

let made: Certificate | undefined;
const certificate = (): Certificate => {
  made ??= createCertificate(folder);
  return made;
};

/** An id that is a path: what takes percent-encoding apart on the way breaks its address. */
const SLASHED = { id: "2021/03/14 大桥?", title: "渡轮告别大桥", body: "大桥通车之后，渡轮停航。" };

const backend = createFakeBackend([...ARTICLES, SLASHED]);

interface Site {
  /** Ends with a slash. */
  readonly url: string;
}

async function openSite(t: TestContext, proxy: ProxyName, way: Way): Promise<Site> {
  const port = await findPort();
  const url = `https://localhost:${port}${way === "at the root" ? "/" : "/news/"}`;
  const app = await createServer({
    backend,
    resources: createResources(),
    version: "0.0.0-test",
    assetsFolder: assetFolders.web,
    publicUrl: url,
    securityContact: "mailto:security@example.org",
  });
  const upstream = await listen(app, { host: "127.0.0.1", port: 0 });
  t.after(() => upstream.stop());
  const { stop } = await startProxy({ proxy, way, port, files: certificate(), upstreamPort: upstream.port });
  t.after(stop);
  return { url };
}

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Over HTTP/1.1, as programs ask. */
const ask = (url: string): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const asked = request(url, { rejectUnauthorized: false }, async (response) => {
      const chunks = await response.toArray();
      const { statusCode = 0, headers } = response;
      resolve({ status: statusCode, headers, body: Buffer.concat(chunks).toString() });
    });
    asked.on("error", reject).end();
  });

for (const proxy of PROXIES) {
  for (const way of WAYS) {
    const skip = needsBrowser.skip || whyNoProxy(proxy);
    // nginx decodes an address before it strips a path from it, so that %2F becomes a slash: docs/DEPLOY.md says so.
    const keepsSlashes = proxy === "caddy" || way !== "under a path that is stripped";

    test(`${proxy}, ${way}: pages, script, files and offline reading work in a browser over HTTP/2`, {
      skip,
    }, async (t) => {
      const { url } = await openSite(t, proxy, way);
      const browser = await launchBrowser([trustCertificate(certificate())]);
      const context = await browser.newContext({ locale: "zh-CN", viewport: DESK });
      t.after(() => context.close());
      const page = await context.newPage();
      const complaints = watchComplaints(page, url);

      await page.goto(url);
      const protocol = await page.evaluate("performance.getEntriesByType('navigation')[0].nextHopProtocol");
      assert.equal(protocol, "h2");
      await page.keyboard.press("/");
      await page.keyboard.type("大桥");
      await waitForHits(page, 3);
      assert.equal(new URL(page.url()).pathname, new URL(url).pathname);

      await page.locator("a.ask-why").first().click();
      await page.locator(".reasons").waitFor();
      await page.locator("button.save").first().click();
      await page.locator("aside.narrow a").first().click();
      await page.locator("ul.chips").waitFor();
      assert.ok(page.url().startsWith(`${url}?`), page.url());

      const download = page.waitForEvent("download");
      await page.getByRole("link", { name: "CSV", exact: true }).click();
      assert.match(await readFile(await (await download).path(), "utf8"), /^\ufeffid,title,/);

      await page.locator(".hit-title a").first().click();
      await page.locator("article.article h1").waitFor();
      assert.ok(page.url().startsWith(`${url}articles/`), page.url());

      await page.getByRole("link", { name: "English" }).click();
      await page.locator("html[lang=en]").waitFor();
      await page.goto(`${url}saved`);
      await page.locator("html[lang=en] #saved .hit-title a").click();
      await page.locator("article.article h1").waitFor();

      for (const path of ["docs", "status", "articles/bridge/differences/bridge-hant", "facets/source?q=大桥"]) {
        const response = await page.goto(url + path);
        assert.equal(response?.status(), 200, path);
      }
      await checkOffline(page, url);
      assert.deepEqual(complaints, []);
    });

    test(`${proxy}, ${way}: programs find feeds, files and the API over HTTP/1.1`, { skip }, async (t) => {
      const { url } = await openSite(t, proxy, way);
      const { origin, pathname } = new URL(url);
      for (const path of ["feed.atom?q=大桥", "feed.rss", "feed.json", "opensearch.xml"]) {
        const { status, body } = await ask(encodeURI(url + path));
        assert.equal(status, 200, path);
        assert.ok(body.includes(url), `${path} names the public address`);
        for (const [address] of body.matchAll(/https?:\/\/localhost[^"<]*/g))
          assert.ok(address.startsWith(url), `${path} names ${address}`);
      }
      const description = JSON.parse((await ask(`${url}openapi.json`)).body) as { servers: { url: string }[] };
      const [server] = description.servers;
      const found = await ask(encodeURI(`${server?.url}/api/v1/search?q=大桥&limit=1`));
      assert.equal(JSON.parse(found.body).total, 3);
      assert.equal((await ask(`${url}export.jsonl`)).status, 200);
      assert.match((await ask(`${url}?lang=en`)).headers["set-cookie"]?.[0] ?? "", new RegExp(`Path=${pathname};`));
      assert.match((await ask(`${origin}/.well-known/security.txt`)).body, /^Contact: mailto:/);
      if (pathname !== "/") {
        const bare = await ask(`${origin}/news`);
        assert.equal(bare.status, 308);
        assert.equal(new URL(String(bare.headers.location), origin).href, url);
      }
      const slashed = await ask(`${url}articles/${encodeURIComponent(SLASHED.id)}`);
      assert.equal(slashed.status, keepsSlashes ? 200 : 404);
      // The longest query that wenxun takes, in Chinese.
      const long = await ask(encodeURI(`${url}api/v1/search?limit=0&q=${"桥".repeat(10_000)}`));
      assert.equal(long.status, 200);
    });
  }
}

function watchComplaints(page: Page, url: string): string[] {
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("response", (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`);
  });
  page.on("request", (asked) => {
    if (!asked.url().startsWith(url) && !/^(?:data|blob):/.test(asked.url())) complaints.push(`asked ${asked.url()}`);
  });
  return complaints;
}

/** The service worker serves the site's own path and keeps what was read. */
async function checkOffline(page: Page, url: string): Promise<void> {
  await page.goto(url);
  const scope = await page.evaluate("navigator.serviceWorker.ready.then(({ scope }) => scope)");
  assert.equal(scope, url);
  await page.reload();
  await page.goto(`${url}articles/bridge`);
  await page.context().setOffline(true);
  await page.goto(url);
  await page.goto(`${url}articles/bridge`);
  await page.locator("article.article h1").waitFor();
  await page.context().setOffline(false);
}
