import type { RegisterCommand } from "./context.ts";

/** A command as the list of commands shows it; the rest of it is loaded when it is wanted. */
export interface ListedCommand {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<RegisterCommand>;
  /** It tells of all commands, which are loaded for it. */
  readonly tellsOfAll?: (args: readonly string[]) => boolean;
}

/**
 * In the order in which the help lists them. Help, completion and the manual page follow from what each declares. A command starts
 * without the packages that the others need.
 */
export const COMMANDS: readonly ListedCommand[] = [
  {
    name: "import",
    summary: "add articles to an archive",
    load: async () => (await import("./import.ts")).registerImport,
  },
  {
    name: "follow",
    summary: "add what keeps coming: feeds, sites, folders",
    load: async () => (await import("./follow.ts")).registerFollow,
  },
  {
    name: "sources",
    summary: "show and change what is followed",
    load: async () => (await import("./sources.ts")).registerSources,
  },
  {
    name: "alerts",
    summary: "follow searches by mail or webhook",
    load: async () => (await import("./alerts.ts")).registerAlerts,
  },
  {
    name: "search",
    summary: "search the archive",
    load: async () => (await import("./search.ts")).registerSearch,
  },
  {
    name: "similar",
    summary: "list the articles nearest in meaning to one",
    load: async () => (await import("./similar.ts")).registerSimilar,
  },
  {
    name: "count",
    summary: "count articles over time",
    load: async () => (await import("./count.ts")).registerCount,
  },
  {
    name: "serve",
    summary: "serve the search page and the API",
    load: async () => (await import("./serve.ts")).registerServe,
  },
  {
    name: "open",
    summary: "open the search page in the browser",
    load: async () => (await import("./open.ts")).registerOpen,
  },
  {
    name: "mcp",
    summary: "let a language model search the archive, over standard input and output",
    load: async () => (await import("./mcp.ts")).registerMcp,
  },
  {
    name: "tokens",
    summary: "say who may use the server",
    load: async () => (await import("./tokens.ts")).registerTokens,
  },
  {
    name: "encoder-server",
    summary: "serve an encoder: text in, vectors out",
    load: async () => (await import("./encoder-server.ts")).registerEncoderServer,
  },
  {
    name: "status",
    summary: "show what is in the archive and what is loaded",
    load: async () => (await import("./status.ts")).registerStatus,
  },
  {
    name: "doctor",
    summary: "find out what is wrong, and what mends it",
    load: async () => (await import("./doctor.ts")).registerDoctor,
  },
  {
    name: "verify",
    summary: "check every byte of the archive",
    load: async () => (await import("./verify.ts")).registerVerify,
  },
  {
    name: "reindex",
    summary: "bring the archive's indexes up to date, or move it to another encoder",
    load: async () => (await import("./reindex.ts")).registerReindex,
  },
  {
    name: "delete",
    summary: "take articles out of the archive",
    load: async () => (await import("./delete.ts")).registerDelete,
  },
  {
    name: "compact",
    summary: "make searches quicker, and erase what was removed",
    load: async () => (await import("./compact.ts")).registerCompact,
  },
  {
    name: "export",
    summary: "write all articles as JSON lines",
    load: async () => (await import("./export.ts")).registerExport,
  },
  {
    name: "backup",
    summary: "copy the archive while it is in use",
    load: async () => (await import("./backup.ts")).registerBackup,
  },
  {
    name: "copy",
    summary: "copy an archive between folders and clusters",
    load: async () => (await import("./copy.ts")).registerCopy,
  },
  {
    name: "extract",
    summary: "take the article out of a web page",
    load: async () => (await import("./extract.ts")).registerExtract,
  },
  {
    name: "audit",
    summary: "show who did what, and check that nothing of it was changed",
    load: async () => (await import("./audit.ts")).registerAudit,
  },
  {
    name: "eval",
    summary: "measure how well searches find what judges found relevant",
    load: async () => (await import("./eval.ts")).registerEval,
  },
  {
    name: "config",
    summary: "show the effective settings and where each comes from",
    load: async () => (await import("./config.ts")).registerConfig,
  },
  {
    name: "completion",
    summary: "write what completes commands, options and names when Tab is pressed",
    load: async () => (await import("./completion.ts")).registerCompletion,
    // The names that Tab completes are the archive's.
    tellsOfAll: (args) => !args.includes("--names"),
  },
  {
    name: "man",
    summary: "write the manual page",
    load: async () => (await import("./man.ts")).registerMan,
    tellsOfAll: () => true,
  },
];
