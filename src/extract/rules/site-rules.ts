import { AppError } from "../../errors.ts";
import { type Expression, parsePath } from "./parse-path.ts";
import { selectorToPath } from "./selector-to-path.ts";

/** What a file of rules says of the pages of one site. Of several paths for a field the first counts that finds something. */
export interface SiteRules {
  /** As the file is called, to be told which rule took a field. */
  readonly name: string;
  readonly title: readonly Expression[];
  readonly body: readonly Expression[];
  readonly date: readonly Expression[];
  readonly author: readonly Expression[];
  readonly source: readonly Expression[];
  readonly nextPage: readonly Expression[];
  /** What is taken out of the page before anything else. */
  readonly strip: readonly Expression[];
  /** Elements whose id or class holds one of these are taken out. */
  readonly stripWords: readonly string[];
  /** Texts of the page that are replaced before it is read. */
  readonly replacements: readonly (readonly [find: string, replacement: string])[];
  /** Lines that are not understood, with why; the others count all the same. */
  readonly problems: readonly string[];
}

/** Lines that say nothing of what is taken out of a page, or that only others can follow. */
const IGNORED = new Set(
  "test_url test_contains tidy prune autodetect_on_failure autodetect_next_page http_header single_page_link single_page_link_in_feed requires_login login_uri login_username_field login_password_field login_extra_fields not_logged_in_xpath strip_attr strip_image_src insert_detected_image convert_double_br_tags wrap_in dissolve footnotes parser native_ad_clue skip_json_ld strip_comments skip_id_or_class src_lazy_load_attr move_into post_strip_attr if_page_contains".split(
    " ",
  ),
);

const FIELDS: Readonly<Record<string, "title" | "body" | "date" | "author" | "source" | "nextPage" | "strip">> = {
  title: "title",
  body: "body",
  date: "date",
  author: "author",
  source: "source",
  next_page_link: "nextPage",
  strip: "strip",
};

/** Reads a file of rules, one a line: `body: //div[@id='content']`. A line that is not understood is told and passed over. */
export function parseSiteRules(name: string, text: string): SiteRules {
  const paths = { title: [], body: [], date: [], author: [], source: [], nextPage: [], strip: [] } as Record<
    (typeof FIELDS)[string],
    Expression[]
  >;
  const stripWords: string[] = [];
  const replacements: (readonly [string, string])[] = [];
  const problems: string[] = [];
  let find: string | undefined;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const match = /^\s*([a-z_]+)(?:\((.*?)\))?\s*:\s*(.*?)\s*$/i.exec(line);
    if (line.trim() === "" || line.trim().startsWith("#")) continue;
    const [, key = "", bracket, value = ""] = match ?? [];
    const field = FIELDS[key.toLowerCase()];
    try {
      if (field !== undefined) paths[field].push(toExpression(value));
      else if (key === "strip_id_or_class") stripWords.push(value.replace(/^["']|["']$/g, "").toLowerCase());
      else if (key === "find_string") find = withoutQuotes(value);
      else if (key === "replace_string") {
        const wanted = bracket ?? find;
        if (wanted !== undefined && wanted !== "") replacements.push([wanted, withoutQuotes(value)]);
        find = undefined;
      } else if (!IGNORED.has(key)) problems.push(`line ${index + 1}: "${line.trim().slice(0, 80)}" is not understood`);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      problems.push(`line ${index + 1}: ${error.message}`);
    }
  }
  return { name, ...paths, stripWords: stripWords.filter((word) => word !== ""), replacements, problems };
}

/** A path begins with a slash, a bracket, a dot, a quote or a function, or names an attribute; anything else is a selector. */
function toExpression(value: string): Expression {
  if (value === "") throw new AppError("bad-input", "There is no path.");
  return parsePath(/^(?:\/|\(|\.\/|["']|[a-z-]+\()|@/.test(value) ? value : selectorToPath(value));
}

const withoutQuotes = (text: string): string =>
  /^"(.*)"$|^'(.*)'$/
    .exec(text)
    ?.slice(1)
    .find((part) => part !== undefined) ?? text;
