import type { Article } from "../../archive/article.ts";
import { toBibtex } from "../../citations/bibtex.ts";
import { CSV_BYTE_ORDER_MARK, toCsvRow } from "../../citations/csv.ts";
import { toRis } from "../../citations/ris.ts";
import { toCited } from "../../citations/to-cited.ts";
import { toWireArticle } from "../to-wire.ts";

/** How the articles of a search are written to a file. */

/** What was asked of which state of the archive, written beside each article. */
export interface Origin {
  readonly query: string;
  readonly snapshot: string;
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

const toNote = ({ query, snapshot }: Origin): string => `wenxun query: ${query}; snapshot: ${snapshot}`;

export const EXPORT_FORMATS: readonly ExportFormat[] = [
  {
    name: "csv",
    id: "Csv",
    type: "text/csv",
    head: CSV_BYTE_ORDER_MARK + toCsvRow([...COLUMNS, "query", "snapshot"]),
    write: (article, { query, snapshot }) => {
      const wire = toWireArticle(article);
      return toCsvRow([...COLUMNS.map((column) => wire[column]), query, snapshot]);
    },
  },
  {
    name: "jsonl",
    id: "JsonLines",
    type: "application/jsonl",
    head: "",
    write: (article, origin) => `${JSON.stringify({ ...toWireArticle(article), ...origin })}\n`,
  },
  {
    name: "ris",
    id: "Ris",
    type: "application/x-research-info-systems",
    head: "",
    write: (article, origin, timezone) => toRis(toCited(article, timezone), toNote(origin)),
  },
  {
    name: "bib",
    id: "Bibtex",
    type: "application/x-bibtex",
    head: "",
    write: (article, origin, timezone) => toBibtex(toCited(article, timezone), toNote(origin)),
  },
];
