import { open, readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Command } from "commander";
import { loadSiteRules } from "../compose/load-site-rules.ts";
import { AppError, isSystemError } from "../errors.ts";
import type { Extracted, PublishedDate } from "../extract/extracted.ts";
import { startExtractor } from "../extract/extractor.ts";
import { zoneOffsetMs } from "../text/days.ts";
import type { CliContext } from "./context.ts";
import { addSettings } from "./settings.ts";

interface Flags {
  readonly url?: string;
  readonly contentType?: string;
  readonly json?: true;
}

/** A page is no larger; a file may be anything. */
const MAX_BYTES = 15 * 1024 * 1024;

export function registerExtract(program: Command, context: CliContext): void {
  const command = program
    .command("extract")
    .argument("<FILE>", "a page in HTML, or - for standard input")
    .summary("take the article out of a web page")
    .description(
      "Reads a saved page and writes the article in it: headline, date, author, source, address, language and the text in\n" +
        "paragraphs. With --json also which rule took each field, and which lines were taken out. Nothing is fetched.",
    )
    .option("--url <URL>", "Where the page was found: links are read against it, and its date counts as evidence.")
    .option("--content-type <TYPE>", "The Content-Type that the page came with.")
    .option("--json", "Write JSON.");
  const settings = addSettings(command, ["timezone", "siteRules"]);
  command.action(async (file: string, { url, contentType, json }: Flags) => {
    const { timezone, siteRules } = settings.load(context).config;
    if (url !== undefined && !/^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : ""))
      throw new AppError("usage", `"${url}" is no address of a page.`, {
        remedy: { code: "option-takes", option: "url", takes: "an http or https address" },
      });
    const folder = siteRules === undefined ? undefined : resolve(context.workingFolder, siteRules);
    const bytes =
      file === "-" ? await readAll(context.stdin) : await readPage(resolve(context.workingFolder, file), file);
    await using extractor = startExtractor({ maxBytes: MAX_BYTES, rules: loadSiteRules(folder) });
    const article = await extractor.extract(bytes, { url, contentType, timezone });
    for (const notice of article.notices) context.stderr.write(`${notice}\n`);
    context.stdout.write(
      json ? `${JSON.stringify(toJson(article, timezone), undefined, 2)}\n` : toText(article, timezone),
    );
    if (article.paragraphs.length === 0)
      throw new AppError("bad-input", `${file === "-" ? "Standard input" : file} holds no text of an article.`);
  });
}

async function readPage(path: string, name: string): Promise<Buffer> {
  try {
    await using handle = await open(path);
    const { size } = await handle.stat();
    if (size > MAX_BYTES)
      throw new AppError("payload-too-large", `${name} has ${size} bytes; a page has at most ${MAX_BYTES}.`);
    return await readFile(handle);
  } catch (error) {
    if (isSystemError(error))
      throw new AppError("bad-input", `${name} cannot be read: ${error.code}.`, { cause: error });
    throw error;
  }
}

async function readAll(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    size += chunk.length;
    if (size > MAX_BYTES)
      throw new AppError(
        "payload-too-large",
        `Standard input has more than ${MAX_BYTES} bytes; a page has at most as many.`,
      );
  }
  return Buffer.concat(parts);
}

/** A day as a day, a time as clocks of the zone show it, with their offset. */
function toPublished({ atMs, precision }: PublishedDate, timezone: string): string {
  const offsetMs = zoneOffsetMs(atMs, timezone);
  const local = new Date(atMs + offsetMs).toISOString();
  if (precision === "day") return local.slice(0, 10);
  const minutes = Math.abs(Math.trunc(offsetMs / 60_000));
  const [hour, minute] = [Math.trunc(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, "0"));
  return `${local.slice(0, 19)}${offsetMs < 0 ? "-" : "+"}${hour}:${minute}`;
}

function toJson(article: Extracted, timezone: string) {
  const { title, published, author, source, canonicalUrl, language, nextPage, ...rest } = article;
  return {
    title: title ?? null,
    published: published === undefined ? null : toPublished(published, timezone),
    precision: published?.precision ?? null,
    author: author ?? null,
    source: source ?? null,
    canonicalUrl: canonicalUrl ?? null,
    language: language ?? null,
    nextPage: nextPage ?? null,
    ...rest,
  };
}

function toText(article: Extracted, timezone: string): string {
  const { title, published, author, source, canonicalUrl, nextPage, paragraphs } = article;
  const about = [published === undefined ? undefined : toPublished(published, timezone), source, author].filter(
    (part) => part !== undefined,
  );
  const head = [title, about.join(" · "), canonicalUrl].filter((line) => line !== undefined && line !== "");
  const foot = nextPage === undefined ? [] : [`Next page: ${nextPage}`];
  return `${[head.join("\n"), ...paragraphs, ...foot].join("\n\n")}\n`;
}
