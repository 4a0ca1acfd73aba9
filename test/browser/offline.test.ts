import assert from "node:assert/strict";
import { after, test } from "node:test";
import { closeBrowser, needsBrowser, openPage } from "./browser.ts";

after(closeBrowser);

test(
  "what was read last stays readable without a network, styled; what was not is said to be away",
  needsBrowser,
  async (t) => {
    const { page, context, url } = await openPage(t, { context: { serviceWorkers: "allow" } });
    await page.goto(url);
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)");
    // From here on the worker sees every request.
    await page.reload();
    await page.goto(`${url}/?q=大桥`);
    await page.goto(`${url}/articles/bridge`);
    await context.setOffline(true);
    await page.goto(`${url}/?q=大桥`);
    assert.equal(await page.locator(".hit").count(), 2);
    const colour = await page.evaluate("getComputedStyle(document.querySelector('.brand .name')).color");
    assert.equal(colour, "rgb(165, 40, 27)");
    await page.goto(`${url}/articles/bridge`);
    await page.getByRole("heading", { level: 1, name: "临江大桥通车" }).waitFor();
    await assert.rejects(page.goto(`${url}/?q=图书馆`), /ERR_/);
  },
);

test("the page can be installed: manifest and icon are there", needsBrowser, async (t) => {
  const { page, context, url } = await openPage(t);
  await page.goto(url);
  const session = await context.newCDPSession(page);
  const { data, errors } = await session.send("Page.getAppManifest");
  assert.deepEqual(errors, []);
  const manifestUrl = `${url}/manifest.webmanifest`;
  assert.equal(new URL(JSON.parse(data ?? "{}").start_url, manifestUrl).href, `${url}/`);
});
