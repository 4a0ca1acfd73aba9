import type { ArchiveInfo } from "../../archive/archive.ts";
import type { SearchRequest, SimilarOptions } from "../../archive/request.ts";
import type { Site } from "../../http/site.ts";
import type { Answer } from "../../threads/answer.ts";

/** What a client has sent, as it goes to the thread. */
export interface McpQuestion {
  readonly headers: Headers;
  /** Its messages, as JSON. */
  readonly body: string;
  /** Whether whole articles may be read, too. */
  readonly mayRead: boolean;
  /** Where articles have their pages. */
  readonly site: Site;
  readonly info: ArchiveInfo;
  /** Version of the product. */
  readonly version: string;
}

/** What the client is answered. */
export interface McpReply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

type Headers = readonly (readonly [name: string, value: string])[];

/** What the thread asks of the archive, which is open in the one that started it. */
export type ArchiveCall =
  | { readonly method: "search"; readonly request: SearchRequest; readonly isForAsker: boolean }
  | { readonly method: "article"; readonly id: string; readonly isForAsker: boolean }
  | { readonly method: "similar"; readonly id: string; readonly options: SimilarOptions; readonly isForAsker: boolean }
  | { readonly method: "stats" | "activity" };

/** Numbers tell questions, and calls, from each other. */
export type ToMcpThread =
  | { readonly kind: "question"; readonly question: number; readonly asked: McpQuestion }
  | { readonly kind: "called"; readonly call: number; readonly answer: Answer<unknown> };

export type FromMcpThread =
  | { readonly kind: "reply"; readonly question: number; readonly answer: Answer<McpReply> }
  | { readonly kind: "call"; readonly question: number; readonly call: number; readonly asked: ArchiveCall }
  | { readonly kind: "tool"; readonly question: number; readonly tool: string; readonly args: unknown }
  | { readonly kind: "problem"; readonly message: string };
