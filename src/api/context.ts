import type { Archive } from "../archive/archive.ts";
import type { RequestAudit } from "../audit/request-audit.ts";
import type { Encoder } from "../encoder/encoder.ts";
import { AppError } from "../errors.ts";
import type { MemoryStatus } from "../memory/watch.ts";
import type { ResourceStatus } from "../resources/resources.ts";
import type { SearchService } from "../search/search.ts";
import type { FairTurns } from "../threads/fair-turns.ts";
import type { AlertDesk } from "./alert-desk.ts";
import type { SourceDesk } from "./source-desk.ts";

export type { App } from "../http/app.ts";

/** Resources that are expensive to open; the server listens before they are ready. */
export interface Backend {
  readonly search: SearchService;
  readonly archive: Pick<
    Archive,
    | "info"
    | "supports"
    | "stats"
    | "articles"
    | "editions"
    | "edition"
    | "borrowWriter"
    | "activity"
    | "inspect"
    | "load"
    | "stamp"
  >;
  readonly encoder: Pick<Encoder, "name" | "fingerprint" | "dimensions" | "bytes">;
  /** Memory of a server that has a ceiling; undefined without one. */
  readonly memory?: () => MemoryStatus | undefined;
}

/** What routes share. */
export interface ServerContext {
  readonly version: string;
  readonly startedAtMs: number;
  /** Where readers reach the server, e.g. behind a proxy; undefined: as each of them says. */
  readonly publicUrl: string | undefined;
  /** Who is told of flaws, as an address; undefined: nobody is named. */
  readonly securityContact?: string | undefined;
  /** In which pages are rendered and whatever else takes milliseconds of the thread that answers. */
  readonly turns: FairTurns;
  /** Notes who changes, takes along or fails to come in. */
  readonly audit: RequestAudit;
  /** What is followed. */
  readonly sources: SourceDesk;
  /** Searches that are followed. */
  readonly alerts: AlertDesk;
  readonly resourceStatus: () => readonly ResourceStatus[];
  /** The backend once it is open, undefined before. */
  readonly peek: () => Backend | undefined;
  /** @throws AppError `unavailable` while the backend is opening, or why it could not be opened. */
  readonly backend: () => Backend;
}

/** Holds the backend while it opens; a failure is kept, to be told to whoever asks. */
export function watchBackend(backend: Backend | Promise<Backend>): Pick<ServerContext, "peek" | "backend"> {
  let opened = backend instanceof Promise ? undefined : backend;
  let failure: unknown;
  if (backend instanceof Promise) {
    backend.then(
      (value) => {
        opened = value;
      },
      (error: unknown) => {
        failure = error;
      },
    );
  }
  return {
    peek: () => opened,
    backend: () => {
      if (opened !== undefined) return opened;
      if (failure !== undefined) throw failure;
      throw new AppError("unavailable", "The archive is being opened; try again in a second.", { retryAfterS: 1 });
    },
  };
}
