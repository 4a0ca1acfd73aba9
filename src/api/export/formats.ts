import type { Article } from "../../archive/article.ts";
import type { SortOrder } from "../../archive/request.ts";
import { toBibtex } from "../../citations/bibtex.ts";
import { CSV_BYTE_ORDER_MARK, toCsvRow } from "../../citations/csv.ts";
import { toRis } from "../../citations/ris.ts";
import { toCited } from "../../citations/to-cited.ts";
import { toZonedIso } from "../../text/days.ts";
import { toWireArticle } from "../to-wire.ts";
import type { WireArticle } from "../wire.ts";

/** How the articles of a search are written to a file. */

/** What was asked of which state of the archive, and where in the answer an article stands: written beside each. */
export interface Origin {
  /** In plain words: see describeQuery. */
  readonly query: string;
  readonly snapshot: string;
  /** From 1. */
  readonly rank: number;
  /** Articles that match, whether the file holds all of them or not. */
  readonly matches: number;
  readonly order: SortOrder;
}

export interface ExportFormat {
  /** Ending of the file. */
  readonly name: string;
  /** In the name of its operation. */
  readonly id: string;
  readonly type: string;
  readonly head: string;
  write(article: Article, origin: Origin, timezone: string): string;
}

const COLUMNS = ["id", "title", "body", "url", "source", "category", "published"] as const;

/** The article as others read it, its time in the archive's zone. */
const toZonedArticle = (article: Article, timezone: string): WireArticle => ({
  ...toWireArticle(article),
  published: article.publishedAtMs === undefined ? "" : toZonedIso(article.publishedAtMs, timezone),
});

function toNote(article: Article, { query, snapshot, rank, matches, order }: Origin, timezone: string): string {
  const { published } = toZonedArticle(article, timezone);
  return [
    `wenxun query: ${query === "" ? "(all)" : query}`,
    `${rank} of ${matches} by ${order}`,
    `snapshot: ${snapshot}`,
    ...(published === "" ? [] : [`published: ${published}`]),
  ].join("; ");
}

const ORIGIN_COLUMNS = ["query", "snapshot", "rank", "matches", "order"] as const;

export const EXPORT_FORMATS: readonly ExportFormat[] = [
  {
    name: "csv",
    id: "Csv",
    type: "text/csv",
    head: CSV_BYTE_ORDER_MARK + toCsvRow([...COLUMNS, ...ORIGIN_COLUMNS]),
    write: (article, origin, timezone) => {
      const wire = toZonedArticle(article, timezone);
      return toCsvRow([
        ...COLUMNS.map((column) => wire[column]),
        ...ORIGIN_COLUMNS.map((column) => String(origin[column])),
      ]);
    },
  },
  {
    name: "jsonl",
    id: "JsonLines",
    type: "application/jsonl",
    head: "",
    write: (article, origin, timezone) => `${JSON.stringify({ ...toZonedArticle(article, timezone), ...origin })}\n`,
  },
  {
    name: "ris",
    id: "Ris",
    type: "application/x-research-info-systems",
    head: "",
    write: (article, origin, timezone) => toRis(toCited(article, timezone), toNote(article, origin, timezone)),
  },
  {
    name: "bib",
    id: "Bibtex",
    type: "application/x-bibtex",
    head: "",
    write: (article, origin, timezone) => toBibtex(toCited(article, timezone), toNote(article, origin, timezone)),
  },
];
