import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AppError, isSystemError } from "../../errors.ts";

/**
 * Files of rules by the host that they are for, as they are handed to a thread. `example.org` is for that host and `www.` before it,
 * `.example.org` for every host below it. Of several files for a host the first counts.
 */
export type RuleBook = ReadonlyMap<string, string>;

/** A file is named after its host: `news.example.org.txt`, `.example.org.txt`. */
const SUFFIX = ".txt";

/**
 * Reads the files of some folders; a file of the first folder hides one of the same name in the next.
 * @throws AppError `bad-input` for a folder that cannot be read
 */
export function loadRuleBook(folders: readonly string[]): RuleBook {
  const book = new Map<string, string>();
  for (const folder of folders) {
    for (const name of listFolder(folder)) {
      const host = name.slice(0, -SUFFIX.length).toLowerCase();
      if (!/\.\w/.test(host) || book.has(host)) continue;
      book.set(host, readFileSync(join(folder, name), "utf8"));
    }
  }
  return book;
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith(SUFFIX));
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new AppError("bad-input", `The folder of site rules, ${folder}, cannot be read: ${error.code}.`, {
      cause: error,
    });
  }
}

/** The name and text of the file for an address. */
export function rulesFor(book: RuleBook, url: string | undefined): readonly [name: string, text: string] | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  const host = new URL(url).hostname.toLowerCase();
  const bare = host.replace(/^www\./, "");
  const names = [host, bare];
  for (let rest = bare; rest.includes("."); rest = rest.slice(rest.indexOf(".") + 1)) names.push(`.${rest}`);
  for (const name of names) {
    const text = book.get(name);
    if (text !== undefined) return [name, text];
  }
  return undefined;
}
