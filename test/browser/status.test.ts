import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Activity } from "../../src/archive/archive.ts";
import { createFakeBackend } from "../fakes/backend.ts";
import { closeBrowser, needsBrowser, openPage } from "./browser.ts";

after(closeBrowser);

test(
  "the machine room follows an import while it is looked at, and opened lists stay open",
  needsBrowser,
  async (t) => {
    const backend = createFakeBackend();
    let activity: Activity | undefined;
    const archive = { ...backend.archive, activity: async () => activity };
    const { page, url, complaints } = await openPage(t, { server: { backend: { ...backend, archive } } });
    await page.goto(`${url}/status`);
    assert.equal(await page.locator("progress").count(), 0);
    await page.locator("#more-categories summary").click();
    activity = { what: "import", startedAtMs: Date.now(), done: 500, share: 0.5 };
    await page.getByText("正在导入").waitFor();
    assert.equal(await page.getByRole("progressbar", { name: "正在导入" }).getAttribute("value"), "0.500");
    assert.equal(await page.locator("#more-categories").evaluate((element) => element.matches("[open]")), true);
    activity = undefined;
    await page.getByText("正在导入").waitFor({ state: "detached" });
    assert.deepEqual(complaints, []);
  },
);
