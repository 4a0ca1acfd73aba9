import type { Browser, BrowserContext, Page } from "playwright-core";
import { DESK } from "../../test/browser/browser.ts";
import type { Way } from "./ways.ts";

/** For the results of one query. */
const PATIENCE_MS = 180_000;

export interface Days {
  readonly from: string;
  readonly to: string;
}

export interface Asked {
  /** From the key to the first task after the frame that shows what was found. */
  readonly ms: number;
  /** Of it, what the server spent on the search. */
  readonly searchMs: number;
}

/** Somebody with a browser of their own (no cookies, nothing cached), on the page of one way. */
export class Person {
  readonly way: Way;
  readonly page: Page;
  readonly #context: BrowserContext;

  private constructor(way: Way, context: BrowserContext, page: Page) {
    this.way = way;
    this.#context = context;
    this.page = page;
  }

  static async open(browser: Browser, way: Way, days?: Days): Promise<Person> {
    const context = await browser.newContext({ locale: "zh-CN", viewport: DESK });
    context.setDefaultTimeout(PATIENCE_MS);
    await context.addInitScript(watchEnter);
    const page = await context.newPage();
    await page.goto(`${way.url}/?${new URLSearchParams({ ...way.page.params, ...days })}`);
    await page.locator(way.page.box).waitFor();
    return new Person(way, context, page);
  }

  /** Writes a query into the box, presses Enter and waits for what is found. */
  async ask(query: string): Promise<Asked> {
    const { box, shows, searchMs, types } = this.way.page;
    if (types) await this.page.locator(box).fill(query);
    else
      await this.page.evaluate(
        `{ const box = document.querySelector("${box}"); box.value = ${JSON.stringify(query)}; box.focus(); }`,
      );
    await this.page.evaluate(`globalThis.expectResults(() => ${shows(JSON.stringify(query))})`);
    await this.page.keyboard.press("Enter");
    const ms = await Promise.race([this.page.evaluate<number>("globalThis.paintedMs"), this.#giveUp(query)]);
    return { ms, searchMs: await this.page.evaluate<number>(searchMs) };
  }

  async close(): Promise<void> {
    await this.#context.close();
  }

  async #giveUp(query: string): Promise<never> {
    await new Promise((resolve) => setTimeout(resolve, PATIENCE_MS).unref());
    throw new Error(`${this.way.title}: no results for ${query} after ${PATIENCE_MS / 1000} s`);
  }
}

/** Runs in the page before its own script: gives it `expectResults(shows)` and the promise `paintedMs`. */
function watchEnter(): void {
  /** What is used of a browser; this file has the types of Node. */
  interface Watched {
    addEventListener(
      type: string,
      listener: (event: { readonly key: string; readonly timeStamp: number }) => void,
      capture: true,
    ): void;
    readonly document: unknown;
    readonly MutationObserver: new (
      callback: () => void,
    ) => { observe(target: unknown, options: Readonly<Record<string, boolean>>): void };
    requestAnimationFrame(callback: () => void): void;
    expectResults?: (shows: () => boolean) => void;
    paintedMs?: Promise<number>;
  }
  const page = globalThis as unknown as Watched;
  let enterAt: number | undefined;
  let shown: (() => boolean) | undefined;
  let tell: (ms: number) => void = () => undefined;

  page.addEventListener(
    "keydown",
    ({ key, timeStamp }) => {
      if (key === "Enter") enterAt ??= timeStamp;
    },
    true,
  );
  page.expectResults = (shows) => {
    [enterAt, shown] = [undefined, shows];
    page.paintedMs = new Promise((resolve) => {
      tell = resolve;
    });
  };
  const noteChange = (): void => {
    if (enterAt === undefined || shown === undefined || !shown()) return;
    const began = enterAt;
    shown = undefined;
    page.requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.addEventListener("message", () => tell(performance.now() - began));
      port1.start();
      port2.postMessage(undefined);
    });
  };
  const options = { subtree: true, childList: true, attributes: true, characterData: true };
  new page.MutationObserver(noteChange).observe(page.document, options);
}
