import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Page } from "playwright-core";
import type { Article } from "../../src/archive/article.ts";
import { createFakeBackend } from "../fakes/backend.ts";
import { HARMLESS_ARTICLES, HOSTILE_ARTICLES, HOSTILE_TEXTS, HOSTILE_URLS } from "../fakes/hostile.ts";
import { closeBrowser, DESK, needsBrowser, type OpenedPage, openPage, PHONE } from "./browser.ts";

after(closeBrowser);

/** What comes by and by, here sooner and there later, and again when it was taken away: the memory drawn once it was looked at twice, and suggestions. */
const COMES_LATER = "figure.memory, #suggestions option";

/** A text that is in no language that can be told names none. */
const TELLS_LANGUAGE = "meta[name$=language]";

/** The elements of a page, one after another, without their text: what hostile text must not change. */
const readSkeleton = (page: Page): Promise<string> =>
  page.evaluate<string>(
    `[...document.querySelectorAll('*')].filter((element) => element.closest('${COMES_LATER}, ${TELLS_LANGUAGE}') === null)` +
      ".map((element) => element.tagName + '.' + element.getAttribute('class')).join(' ')",
  );

function describeFirstDifference(found: string, wanted: string): string {
  const [elements, others] = [found.split(" "), wanted.split(" ")];
  const at = elements.findIndex((element, index) => element !== others[index]);
  return `${elements.slice(Math.max(0, at - 5), at + 5).join(" ")} instead of ${others.slice(Math.max(0, at - 5), at + 5).join(" ")}`;
}

const isWiderThanScreen = (page: Page): Promise<boolean> =>
  page.evaluate<boolean>("document.documentElement.scrollWidth > document.documentElement.clientWidth");

/** Where each link of the page leads, by its scheme. */
const readSchemes = (page: Page): Promise<string[]> =>
  page.evaluate<string[]>(
    "[...new Set([...document.querySelectorAll('a[href]')].map(({ protocol }) => protocol))].sort()",
  );

const toUrl = ({ id }: Article): string => `/articles/${encodeURIComponent(id)}`;

/** What of a text one can see: no control characters, which a browser shows in its own ways. */
const toSeen = (text: string): string => text.toWellFormed().replace(/[\s\u0000-\u001f\u007f-\u009f\ufffd]+/g, "");

interface Opened extends OpenedPage {
  readonly dialogs: string[];
}

async function openArchive(t: Parameters<typeof openPage>[0], articles: readonly Article[]): Promise<Opened> {
  const opened = await openPage(t, {
    server: { backend: createFakeBackend(articles) },
    context: { viewport: PHONE },
  });
  const dialogs: string[] = [];
  opened.page.on("dialog", (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  return { ...opened, dialogs };
}

test("hostile text in every field changes no page but its own text", needsBrowser, async (t) => {
  const hostile = await openArchive(t, HOSTILE_ARTICLES);
  const harmless = await openArchive(t, HARMLESS_ARTICLES);

  const compare = async (hostilePath: string, harmlessPath: string, name: string): Promise<void> => {
    await hostile.page.goto(hostile.url + hostilePath);
    await harmless.page.goto(harmless.url + harmlessPath);
    const [found, wanted] = [await readSkeleton(hostile.page), await readSkeleton(harmless.page)];
    if (found !== wanted) assert.fail(`${name}: ${describeFirstDifference(found, wanted)}`);
    assert.equal(await isWiderThanScreen(hostile.page), false, `${name} is too wide`);
    for (const scheme of await readSchemes(hostile.page)) assert.match(scheme, /^https?:$/, name);
  };

  for (const path of ["/?limit=30", "/status", "/?q=桥&limit=30"]) await compare(path, path, path);
  for (const [index, name] of Object.keys(HOSTILE_TEXTS).entries()) {
    const [article, twin] = [HOSTILE_ARTICLES[index], HARMLESS_ARTICLES[index]];
    assert.ok(article !== undefined && twin !== undefined);
    await compare(toUrl(article), toUrl(twin), name);
    const title = await hostile.page.locator("h1").textContent();
    assert.equal(toSeen(title ?? ""), toSeen(article.title), name);
  }
  for (const { dialogs, complaints } of [hostile, harmless]) assert.deepEqual([...dialogs, ...complaints], []);
});

/** Those of an ordinary length: a list with thousands of characters in a line, laid out again for each query, takes a second. */
const SHORT_TEXTS = Object.values(HOSTILE_TEXTS).filter((text) => text.length < 1000);
const SHORT_ARTICLES = HOSTILE_ARTICLES.filter(({ title }) => title.length < 1000);

test("what is asked, narrowed to and compared may be hostile too", needsBrowser, async (t) => {
  const { page, url, dialogs, complaints } = await openArchive(t, SHORT_ARTICLES);
  const [one, other] = SHORT_ARTICLES;
  assert.ok(one !== undefined && other !== undefined);
  const paths = [
    ...SHORT_TEXTS.map(
      (text) => `/?${new URLSearchParams({ q: text.toWellFormed(), vs: text.toWellFormed().slice(0, 200) })}`,
    ),
    ...SHORT_TEXTS.slice(0, 6).map(
      (text) => `/?${new URLSearchParams({ source: `报0${text}`, excludeCategory: text })}`,
    ),
    ...HOSTILE_URLS.map((text) => `/articles/${encodeURIComponent(text.toWellFormed().slice(0, 500))}`),
    `${toUrl(one)}/differences/${encodeURIComponent(other.id)}`,
    `${toUrl(one)}?script=zh-Hant`,
    "/facets/source",
  ];
  for (const path of paths) {
    await page.goto(url + path);
    const name = decodeURIComponent(path).slice(0, 80);
    assert.equal(await isWiderThanScreen(page), false, `${name} is too wide`);
    assert.ok(await page.getByRole("contentinfo").isVisible(), name);
    assert.equal(await page.locator("script").count(), 1, name);
    for (const scheme of await readSchemes(page)) assert.match(scheme, /^https?:$/, name);
  }
  assert.deepEqual(dialogs, []);
  // Articles that are not there: the browser itself says so.
  assert.deepEqual(
    complaints.filter((complaint) => !complaint.includes("404")),
    [],
  );
});

test("hostile articles are saved and listed as text", needsBrowser, async (t) => {
  const { page, url, dialogs, complaints } = await openArchive(t, HOSTILE_ARTICLES);
  await page.goto(`${url}/?limit=30`);
  for (const button of await page.locator(".hit button.save").all()) await button.click();
  await page.goto(`${url}/saved`);
  assert.deepEqual(
    (await page.locator(".hit-title").allTextContents()).map(toSeen),
    HOSTILE_ARTICLES.map(({ title }) => toSeen(title)).toReversed(),
  );
  assert.equal(await isWiderThanScreen(page), false);
  assert.deepEqual([...dialogs, ...complaints], []);
});

test("hostile tellings of one event, and why each matched, are no wider than a telephone", needsBrowser, async (t) => {
  const tellings = HOSTILE_ARTICLES.map((article, index) => ({
    ...article,
    category: "同一件事",
    publishedAtMs: Date.UTC(2024, 0, 1, index),
  }));
  const short = tellings.filter(({ title }) => title.length < 1000);
  const [first] = short;
  const long = tellings.find((article) => !short.includes(article));
  assert.ok(first !== undefined && long !== undefined);
  const ofFirst = [toUrl(first), `${toUrl(first)}/why?q=桥`, `${toUrl(long)}/why?q=桥`, "/?stories=on&q=桥"];
  const ofEach = short
    .filter((_, index) => index % 4 === 1)
    .flatMap((article) => [toUrl(article), `${toUrl(article)}/why?q=桥`]);
  for (const [articles, paths] of [
    [tellings, ofFirst],
    [short, ofEach],
  ] as const) {
    const { page, url, dialogs, complaints } = await openArchive(t, articles);
    for (const path of paths) {
      await page.goto(url + path);
      if (!/[?]/.test(path)) assert.ok((await page.locator(".tellings li").count()) > 2);
      assert.equal(await isWiderThanScreen(page), false, path.slice(0, 80));
    }
    assert.deepEqual([...dialogs, ...complaints], []);
  }
});

test("hostile text typed into the box is searched as text", needsBrowser, async (t) => {
  const { page, url, dialogs, complaints } = await openArchive(t, SHORT_ARTICLES);
  await page.goto(url);
  const box = page.locator("#q");
  for (const text of SHORT_TEXTS.filter((text) => /^[\u0020-\uffef]{1,100}$/.test(text))) {
    await box.fill(text);
    await box.press("Enter");
    await page.waitForURL((address) => address.searchParams.get("q") === text.toWellFormed());
    assert.equal(await page.locator("main").count(), 1);
    assert.equal(await page.locator("script").count(), 1);
  }
  assert.deepEqual([...dialogs, ...complaints], []);
});

test("the meta line after a stray right-to-left mark still runs from left to right", needsBrowser, async (t) => {
  const article: Article = { id: "c", title: "\u202e\u2066反转\u200f", body: "\u202e句子", source: "\u202e报" };
  const { page, url } = await openPage(t, {
    server: { backend: createFakeBackend([article]) },
    context: { viewport: DESK },
  });
  await page.goto(url);
  const meta = page.locator(".hit .meta").first();
  assert.match((await meta.innerText()).trim(), /^日期不详/);
  const [day, source] = [await meta.locator("span").first().boundingBox(), await meta.locator(".source").boundingBox()];
  assert.ok(day !== null && source !== null && day.x < source.x);
});
