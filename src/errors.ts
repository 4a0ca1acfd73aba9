/** Every way in which wenxun refuses or fails: one row per code. */
interface ErrorKind {
  /** HTTP status of a reply that carries it. */
  readonly status: number;
  /** Exit code of a command that ends with it: 1 failed, 2 wrong usage. */
  readonly exitCode: 1 | 2;
  /** False where the message may hold what a stranger should not read; clients then get a general sentence. */
  readonly public: boolean;
}

export const ERROR_KINDS = {
  /** A command line, option or setting that is not understood. */
  usage: { status: 400, exitCode: 2, public: true },
  /** A request parameter or body that breaks the documented schema. */
  "invalid-request": { status: 400, exitCode: 2, public: true },
  /** The address is known, but not with this method; the reply carries Allow. */
  "method-not-allowed": { status: 405, exitCode: 1, public: true },
  "not-found": { status: 404, exitCode: 1, public: true },
  /** The named state of the archive is not kept any more. */
  "snapshot-gone": { status: 410, exitCode: 1, public: true },
  unauthorized: { status: 401, exitCode: 1, public: true },
  /** It is known who asks, and they may not. */
  forbidden: { status: 403, exitCode: 1, public: true },
  /** The host name that was asked for is none of this server's. */
  "misdirected-request": { status: 421, exitCode: 1, public: true },
  /** The body of a request came so slowly that the server gave up waiting for it. */
  "too-slow": { status: 408, exitCode: 1, public: true },
  "payload-too-large": { status: 413, exitCode: 1, public: true },
  /** Text that is longer than the encoder or dialect takes, where cutting was not allowed. */
  "text-too-long": { status: 422, exitCode: 1, public: true },
  /** The queue is full; the reply carries Retry-After. */
  overloaded: { status: 429, exitCode: 1, public: true },
  /** Memory or another resource is short for now; the reply carries Retry-After. */
  unavailable: { status: 503, exitCode: 1, public: true },
  timeout: { status: 504, exitCode: 1, public: true },
  /** An input file that cannot be opened or is not what its name says. */
  "bad-input": { status: 422, exitCode: 1, public: true },
  /** An address that is not asked at all: a private network, another scheme, or what robots.txt forbids. */
  "fetch-refused": { status: 422, exitCode: 1, public: true },
  /** A site elsewhere gave no whole answer, or one that says no. */
  "fetch-failed": { status: 502, exitCode: 1, public: true },
  /** There is no archive in the folder. */
  "archive-missing": { status: 503, exitCode: 1, public: false },
  /** Another process is writing to the archive. */
  "archive-locked": { status: 503, exitCode: 1, public: false },
  /** A file of the archive fails its checksum, is missing, or contradicts another. */
  "archive-damaged": { status: 500, exitCode: 1, public: false },
  /** The archive was made by a version or a fold that this one cannot read. */
  "archive-version": { status: 500, exitCode: 1, public: false },
  /** The archive's vectors were made by another encoder. */
  "encoder-mismatch": { status: 409, exitCode: 1, public: false },
  /** The encoder cannot be loaded or reached. */
  "encoder-unavailable": { status: 503, exitCode: 1, public: false },
  /** A person stopped a command before its end; what it had finished stays. */
  interrupted: { status: 503, exitCode: 1, public: true },
  "port-in-use": { status: 500, exitCode: 1, public: true },
  "disk-full": { status: 507, exitCode: 1, public: false },
  io: { status: 500, exitCode: 1, public: false },
  internal: { status: 500, exitCode: 1, public: false },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERROR_KINDS;

/**
 * What mends an error, as a code with what is needed to say it. Each edge has its own words for it: the command line names flags and
 * commands, a server what a client can do, the library its options.
 */
export type Remedy =
  /** An option takes something else; `takes` says what. */
  | { readonly code: "option-takes"; readonly option: string; readonly takes: string }
  /** An option, perhaps at this value, helps; `does` says how, as a predicate: "names another one". */
  | { readonly code: "set-option"; readonly option: string; readonly value?: string; readonly does: string }
  /** Make an archive in the folder, or name another folder. */
  | { readonly code: "make-archive"; readonly folder: string }
  /** Encode the archive anew with the encoder in use, or use the one that made it. */
  | { readonly code: "reindex"; readonly folder?: string }
  /** Find out what is damaged; restore a backup. */
  | { readonly code: "verify" }
  /** Have what can be mended mended, or restore a backup. */
  | { readonly code: "repair" }
  /** Restore a backup, or save the articles that can still be read. */
  | { readonly code: "salvage" }
  /** Export the articles with the version that made the archive, and import them. */
  | { readonly code: "export-and-import" }
  /** Use the folder of that machine, in which stands what an archive in a cluster follows. */
  | { readonly code: "share-folder"; readonly folder: string; readonly host: string };

/** How an edge words each remedy, as a sentence; undefined where its readers can do nothing about it. */
export type RemedyWords = {
  readonly [Code in Remedy["code"]]: (remedy: Extract<Remedy, { readonly code: Code }>) => string | undefined;
};

/** What went wrong, and what mends it in the words of an edge. */
export function wordError(
  { message, remedy }: { readonly message: string; readonly remedy?: Remedy | undefined },
  words: RemedyWords,
): string {
  if (remedy === undefined) return message;
  // Each function of the table takes the remedy that stands at its code.
  const word = words[remedy.code] as (remedy: Remedy) => string | undefined;
  const sentence = word(remedy);
  return sentence === undefined ? message : `${message} ${sentence}`;
}

export interface ErrorOptions {
  /** What went wrong beneath; kept for logs, never shown to clients. */
  readonly cause?: unknown;
  /** Seconds after which trying again makes sense, for 429 and 503. */
  readonly retryAfterS?: number;
  /** What mends it; the message does not say it, and names no flag and no command. */
  readonly remedy?: Remedy;
}

/**
 * The only error that wenxun throws on purpose. The message says what was wrong, where and what was wanted; the remedy says
 * which setting or command mends it. Anything else that is thrown is a defect and is reported as `internal`.
 */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;
  readonly retryAfterS: number | undefined;
  readonly remedy: Remedy | undefined;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryAfterS = options.retryAfterS;
    this.remedy = options.remedy;
  }

  get kind(): ErrorKind {
    return ERROR_KINDS[this.code];
  }
}

/** True for a failed system call (`ENOENT`, `EACCES`, `ENOSPC` …), optionally with one of the given codes. */
export function isSystemError(error: unknown, ...codes: string[]): error is NodeJS.ErrnoException {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") return false;
  return codes.length === 0 || codes.includes(error.code);
}
