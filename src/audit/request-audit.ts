import type { FastifyRequest } from "fastify";
import { principalOf } from "../access/principal.ts";
import { AppError } from "../errors.ts";
import type { AuditLog } from "./audit-log.ts";
import type { AuditEntry } from "./chain.ts";
import { createStrangerLimit } from "./stranger-limit.ts";

/** What is noted of a request; who and from where is known by the request. */
export interface RequestEntry {
  readonly what: string;
  /** Where the request does not say who it is yet. */
  readonly who?: string;
  readonly [detail: string]: unknown;
}

/** Notes what is done through a server. */
export interface RequestAudit {
  /**
   * Notes a change, then makes it; one that fails is noted again with its error.
   * @throws AppError `unavailable` when it cannot be noted: then it is not made. And what `change` throws.
   */
  change<T>(request: FastifyRequest, entry: RequestEntry, change: () => Promise<T>): Promise<T>;
  /** Notes what changes nothing; it is on the disk when this resolves. Where that fails, the operator is told and the request goes on. */
  note(request: FastifyRequest, entry: RequestEntry): Promise<void>;
  /** Notes a search or an article that was read, where that is asked for. Written every second, many together. */
  noteReading(request: FastifyRequest, entry: RequestEntry): void;
  /** Writes what waits. */
  flush(): Promise<void>;
}

export interface RequestAuditOptions {
  /** Undefined: nothing is noted. */
  readonly log: AuditLog | undefined;
  /** Searches are noted too, with what was searched for. Default false. */
  readonly notesReading?: boolean | undefined;
  readonly onProblem: (message: string) => void;
}

const WRITE_EVERY_MS = 1000;
/** Readings that wait to be written at most; beyond, they are written at once. */
const MAX_WAITING = 1000;

export function createRequestAudit({ log, notesReading = false, onProblem }: RequestAuditOptions): RequestAudit {
  const strangers = createStrangerLimit();
  const waiting: AuditEntry[] = [];
  let timer: NodeJS.Timeout | undefined;

  const toEntry = (request: FastifyRequest, { what, ...details }: RequestEntry): AuditEntry => ({
    what,
    who: principalOf(request).name,
    from: request.ip,
    ...details,
    request: request.id,
  });
  const tryToAppend = async (entries: readonly AuditEntry[]): Promise<void> => {
    try {
      await log?.append(entries);
    } catch (error) {
      onProblem(`${error instanceof Error ? error.message : String(error)} Not noted: ${entries.length}.`);
    }
  };
  const flush = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    await tryToAppend(waiting.splice(0));
  };
  return {
    change: async (request, entry, change) => {
      try {
        await log?.append([toEntry(request, entry)]);
      } catch (error) {
        onProblem(error instanceof Error ? error.message : String(error));
        throw new AppError("unavailable", "This cannot be noted in the audit log, and what is not noted is not done.", {
          cause: error,
        });
      }
      try {
        return await change();
      } catch (error) {
        const code = error instanceof AppError ? error.code : "internal";
        await tryToAppend([toEntry(request, { ...entry, what: `${entry.what} failed`, code })]);
        throw error;
      }
    },
    note: async (request, entry) => {
      const isStranger = principalOf(request).kind === "anonymous" && entry.who === undefined;
      const unnoted = isStranger ? strangers.take() : 0;
      if (unnoted === undefined) return;
      await tryToAppend([toEntry(request, unnoted === 0 ? entry : { ...entry, andUnnoted: unnoted })]);
    },
    noteReading: (request, entry) => {
      if (!notesReading || log === undefined) return;
      waiting.push(toEntry(request, entry));
      if (waiting.length >= MAX_WAITING) void flush();
      timer ??= setTimeout(() => void flush(), WRITE_EVERY_MS).unref();
    },
    flush,
  };
}
