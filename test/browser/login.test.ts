/** Logging in and out at a real browser, and what is left in it afterwards. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Page } from "playwright-core";
import { createTestTokens } from "../fakes/tokens.ts";
import { closeBrowser, needsBrowser, openPage, PHONE, waitUntil } from "./browser.ts";

after(closeBrowser);

const { tokensFile, secrets } = createTestTokens({ reader: ["search", "read"] });
const server = { access: "token", tokensFile } as const;

/** Paths of what the caches of the browser hold, but for what is no secret: the worker keeps script, style and icon at any time. */
const readCaches = (page: Page): Promise<string> =>
  page.evaluate<string>(
    `(async () => {
      const urls = [];
      for (const name of await caches.keys())
        for (const { url } of await (await caches.open(name)).keys()) urls.push(new URL(url).pathname);
      return urls.filter((path) => !path.startsWith("/assets/") && path !== "/icon.svg").sort().join(" ");
    })()`,
  );

for (const javaScriptEnabled of [true, false]) {
  test(
    `a reader logs in ${javaScriptEnabled ? "with" : "without"} script, is where they wanted to be, and logs out`,
    needsBrowser,
    async (t) => {
      const { page, url } = await openPage(t, { server, context: { javaScriptEnabled, viewport: PHONE } });
      await page.goto(`${url}/?q=大桥`);
      await page.getByRole("heading", { name: "登录" }).waitFor();
      await page.getByLabel("访问令牌").fill("wx_wrong");
      await page.getByRole("button", { name: "登录" }).click();
      await page.getByRole("alert").getByText("令牌无效").waitFor();
      await page.getByLabel("访问令牌").fill(secrets.reader);
      await page.getByRole("button", { name: "登录" }).click();
      await page.locator(".hit").first().waitFor();
      assert.equal(decodeURI(page.url()), `${url}/?q=大桥`);
      assert.ok(!(await page.content()).includes(secrets.reader));
      await page.getByRole("link", { name: "退出登录" }).click();
      await page.getByText("当前以“reader”的身份登录").waitFor();
      await page.getByRole("button", { name: "退出登录" }).click();
      await page.getByRole("status").getByText("您已退出登录").waitFor();
      await page.goto(`${url}/?q=大桥`);
      await page.getByRole("heading", { name: "登录" }).waitFor();
    },
  );
}

test("after logging out nothing of the archive is left in the browser", needsBrowser, async (t) => {
  const { page, context, url } = await openPage(t, { server, context: { serviceWorkers: "allow" } });
  const logIn = async (): Promise<void> => {
    await page.getByLabel("访问令牌").fill(secrets.reader);
    await page.getByRole("button", { name: "登录" }).click();
  };
  await page.goto(`${url}/?q=大桥`);
  await logIn();
  await page.locator(".hit").first().waitFor();
  await page.evaluate("navigator.serviceWorker.ready.then(() => true)");
  // From here on the worker sees every request.
  await page.reload();
  await page.locator("button.save").first().click();
  await page.locator(".hit a").first().click();
  await page.waitForURL(/\/articles\//);
  const article = page.url();
  assert.equal(await readCaches(page), "", "the worker keeps no page of a private archive");
  assert.notEqual(await page.evaluate("localStorage.getItem('wenxun.saved')"), null);
  await page.getByRole("link", { name: "退出登录" }).click();
  await page.getByRole("button", { name: "退出登录" }).click();
  await page.getByText("您已退出登录").waitFor();
  await waitUntil(() => page.evaluate<number>("Object.keys(localStorage).length"), 0);
  assert.equal(await readCaches(page), "");
  await page.goBack();
  await page.goBack();
  assert.ok(!(await page.content()).includes("临江大桥"), "going back shows nothing that was read");
  await context.setOffline(true);
  await assert.rejects(page.goto(article), /ERR_/);
});

test("a page that was kept while everybody might read is forgotten by logging out", needsBrowser, async (t) => {
  const { page, url } = await openPage(t, { server, context: { serviceWorkers: "allow" } });
  await page.goto(`${url}/login`);
  await page.evaluate(
    `(async () => {
      await (await caches.open("wenxun-pages-1")).put("/articles/bridge", new Response("大桥"));
      await (await caches.open("wenxun-pages-1 /other/")).put("/other/", new Response("another site"));
      await (await caches.open("somebody-else")).put("/x", new Response("x"));
      localStorage.setItem("wenxun.recent", "[]");
      localStorage.setItem("wenxun.recent /other/", "[]");
      localStorage.setItem("other", "x");
    })()`,
  );
  await page.getByLabel("访问令牌").fill(secrets.reader);
  await page.getByRole("button", { name: "登录" }).click();
  await page.goto(`${url}/logout`);
  await page.getByRole("button", { name: "退出登录" }).click();
  await page.getByText("您已退出登录").waitFor();
  await waitUntil(() => readCaches(page), "/other/ /x");
  assert.equal(await page.evaluate("Object.keys(localStorage).sort().join()"), "other,wenxun.recent /other/");
});
