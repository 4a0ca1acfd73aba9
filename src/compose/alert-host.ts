import { statSync } from "node:fs";
import { alertsPath } from "../alerts/store/alerts-database.ts";
import { databasePath } from "../local/store/database.ts";
import type { Alerting, AlertingOptions } from "./alerting.ts";
import { type BackendOptions, type OnError, type OpenBackend, openBackend } from "./open-backend.ts";
import type { ClusterLead } from "./open-cluster.ts";

export interface AlertHostOptions extends AlertingOptions {
  /** Opens the archive; what is heavy of it is shared with the server's. */
  readonly backend: BackendOptions & Required<Pick<BackendOptions, "resources">>;
  readonly onError: OnError;
  /** Of an archive in a cluster: which folder is the one that all front ends share. */
  readonly folderClaim?: ClusterLead["claim"] | undefined;
  /** Whether new articles are held against the searches and what is due is sent. */
  readonly works: boolean;
  /** How often it is looked whether anything is followed, and whether archive and searches are still the same files. Default 2 s. */
  readonly lookEveryMs?: number | undefined;
}

/** What a server holds of followed searches. Dispose it after use. */
export interface AlertHost extends AsyncDisposable {
  /** The searches and the archive that lies there now. @throws AppError `unavailable` where they stand in another folder */
  open(): Promise<Alerting>;
  /** The same, to follow something: where nothing was followed it begins here. */
  openToAdd(): Promise<Alerting>;
  /** Whether any search was ever followed: before, nothing is to be opened to say so. */
  readonly hasAlerts: boolean;
}

interface Current {
  readonly files: string;
  readonly backend: OpenBackend;
  readonly alerting: Alerting;
  readonly close: () => Promise<void>;
}

const LOOK_EVERY_MS = 2000;

/** Whether the archive in a cluster was built anew since it was opened; of one in a folder its files tell. */
const isReplaced = async ({ clustered }: OpenBackend): Promise<boolean> =>
  // Where the cluster is away nothing is known, and whoever asks it is told.
  (await clustered?.inspect().catch(() => undefined)) === "replaced";

/**
 * Holds what is followed open while a server runs, and works on it. Where nothing is followed, nothing is opened; where a backup is put in the
 * place of the archive or of the searches, that one is opened.
 */
export function startAlertHost(options: AlertHostOptions): AlertHost {
  const { folder, folderClaim, onError, works, lookEveryMs = LOOK_EVERY_MS } = options;
  let current: Current | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  const filesNow = (): string => [databasePath(folder), alertsPath(folder)].map(inodeOf).join(" ");
  const hasAlerts = (): boolean => inodeOf(alertsPath(folder)) !== "";

  const end = async (): Promise<void> => {
    const last = current;
    current = undefined;
    await last?.close();
  };
  const openNow = async (): Promise<Alerting> => {
    if (current !== undefined && current.files === filesNow() && !(await isReplaced(current.backend)))
      return current.alerting;
    await end();
    await folderClaim?.check();
    current = await openCurrent(options, filesNow);
    return current.alerting;
  };
  const inTurn = <T>(task: () => Promise<T>): Promise<T> => {
    const result = turn.then(task);
    turn = result.catch(() => undefined);
    return result;
  };
  const look = (): void => {
    if (hasAlerts()) inTurn(openNow).catch((error: unknown) => onError(error, "looking for followed searches"));
  };
  const timer = works ? setInterval(look, lookEveryMs).unref() : undefined;
  if (works) look();
  return {
    open: () => inTurn(openNow),
    openToAdd: async () => {
      await folderClaim?.claim();
      return inTurn(openNow);
    },
    get hasAlerts() {
      return hasAlerts();
    },
    [Symbol.asyncDispose]: () => {
      clearInterval(timer);
      return inTurn(end);
    },
  };
}

async function openCurrent(options: AlertHostOptions, filesNow: () => string): Promise<Current> {
  // Loaded here: in most archives no search is followed.
  const [{ openAlerting }, { runAlerts }] = await Promise.all([
    import("./alerting.ts"),
    import("../alerts/run-alerts.ts"),
  ]);
  await using opening = new AsyncDisposableStack();
  const backend = opening.use(await openBackend(options.backend));
  const alerting = opening.use(openAlerting(backend, options));
  const stop = new AbortController();
  const over = options.works
    ? runAlerts({ ...alerting, signal: stop.signal, onError: options.onError })
    : Promise.resolve();
  const opened = opening.move();
  const close = async (): Promise<void> => {
    stop.abort();
    await over;
    await opened.disposeAsync();
  };
  return { files: filesNow(), backend, alerting, close };
}

/** Tells a file from another of the same name; empty where there is none. */
const inodeOf = (path: string): string => String(statSync(path, { throwIfNoEntry: false })?.ino ?? "");
