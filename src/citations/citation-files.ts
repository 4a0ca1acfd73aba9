import { toBibtex } from "./bibtex.ts";
import type { CitedArticle } from "./cited-article.ts";
import { toCsl } from "./csl.ts";
import { toRis } from "./ris.ts";

/** The files in which one article is cited. */
export const CITATION_FILES = {
  ris: { name: "RIS", type: "application/x-research-info-systems", write: (article: CitedArticle) => toRis(article) },
  bib: { name: "BibTeX", type: "application/x-bibtex", write: (article: CitedArticle) => toBibtex(article) },
  json: {
    name: "CSL-JSON",
    type: "application/vnd.citationstyles.csl+json",
    write: (article: CitedArticle) => `${JSON.stringify([toCsl(article)])}\n`,
  },
} as const;

export type CitationFile = keyof typeof CITATION_FILES;
