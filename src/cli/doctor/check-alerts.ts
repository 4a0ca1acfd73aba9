import { existsSync } from "node:fs";
import { connect } from "node:net";
import { alertsPath } from "../../alerts/store/alerts-database.ts";
import { type InspectedAlert, inspectAlerts } from "../../alerts/store/inspect-alerts.ts";
import { AppError } from "../../errors.ts";
import { counted } from "../counted.ts";
import { toPrintable } from "../printable.ts";
import { type Check, type Found, fault, fine, NEWER_VERSION, type Patient, warning } from "./finding.ts";

const DAY_MS = 86_400_000;

/** A mail server that has not answered by then is told as one that cannot be reached. */
const CONNECT_TIMEOUT_MS = 3000;

const SMTP_PORT = 587;
const SMTPS_PORT = 465;

export const checkAlerts: Check = {
  area: "alerts",
  async *examine(patient) {
    const { folder, archiveFlag } = patient;
    const path = alertsPath(folder);
    if (!existsSync(path)) return yield fine("no search is followed");
    let alerts: readonly InspectedAlert[];
    try {
      alerts = inspectAlerts(folder);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (error.code === "archive-version") return yield fault("alerts-version", error.message, NEWER_VERSION);
      yield fault(
        "alerts-damaged",
        `${error.message} Nobody is told of anything until then.`,
        `mv ${path} ${path}.bad   (then follow again: wenxun alerts add QUERY${archiveFlag}), or take ${path} from a backup`,
      );
      return;
    }
    const active = alerts.filter(({ status }) => status === "active");
    if (active.some(({ channel }) => channel === "mail")) yield* checkMail(patient);
    yield* checkMessages(alerts, patient);
    yield fine(`${counted(alerts.length, "search", "searches")} followed, ${active.length} of them active`);
  },
};

async function* checkMail({ config: { smtp, mailFrom, publicUrl } }: Patient): AsyncGenerator<Found> {
  const unset = [smtp === undefined ? "smtp" : "", mailFrom === undefined ? "mail-from" : ""].filter(
    (name) => name !== "",
  );
  if (unset.length > 0)
    yield fault(
      "mail-unset",
      `Searches are followed by mail, and no mail is sent: ${unset.join(" and ")} ${unset.length === 1 ? "is" : "are"} not set.`,
      unset.map((name) => (name === "smtp" ? "--smtp smtp://USER:PASSWORD@HOST:587" : "--mail-from ADDRESS")).join(" "),
    );
  if (publicUrl === undefined)
    yield warning(
      "mail-without-links",
      "Mails have no link to the archive and none to unsubscribe, without which many mail servers take them for spam.",
      "--public-url https://NAME/",
    );
  if (smtp === undefined) return;
  const { hostname, port, protocol } = new URL(smtp);
  const number = Number(port) || (protocol === "smtps:" ? SMTPS_PORT : SMTP_PORT);
  const why = await tryConnect(hostname, number);
  if (why !== undefined)
    yield fault(
      "mail-unreachable",
      `The mail server ${hostname}:${number} cannot be reached (${why}): mails wait.`,
      `nc -vz ${hostname} ${number}   (or name another one with --smtp)`,
    );
}

/** Why nothing answers there; undefined where something does. */
const tryConnect = (hostname: string, port: number): Promise<string | undefined> =>
  new Promise((resolve) => {
    const socket = connect({ host: hostname.replace(/^\[(.*)\]$/, "$1"), port, timeout: CONNECT_TIMEOUT_MS });
    const end = (why: string | undefined): void => {
      socket.destroy();
      resolve(why);
    };
    socket.once("connect", () => end(undefined));
    socket.once("timeout", () => end("no answer"));
    socket.once("error", (error) => end("code" in error ? String(error.code) : error.message));
  });

function* checkMessages(alerts: readonly InspectedAlert[], { config, archiveFlag, machine }: Patient): Iterable<Found> {
  for (const { id, name, problem } of alerts.filter(({ status }) => status === "stopped"))
    yield warning(
      "alert-stopped",
      toPrintable(`The search ${name} is not told of any more: ${problem ?? "its reader wants it no more"}.`),
      `wenxun alerts resume ${id}${archiveFlag}   (or remove ${id})`,
    );
  for (const { id, name, givenUp, problem } of alerts.filter((alert) => alert.givenUp > 0))
    yield warning(
      "alert-given-up",
      toPrintable(
        `${counted(givenUp, "message")} of the search ${name} were given up: ${problem ?? "no reason was noted"}.`,
      ),
      `wenxun alerts replay ${id}${archiveFlag}   (once it is mended)`,
    );
  const late = alerts.filter(
    ({ status, waitingSinceMs = Number.POSITIVE_INFINITY }) =>
      status === "active" && machine.nowMs() - waitingSinceMs > DAY_MS,
  );
  const isOff = config.alerts === "off" && alerts.some(({ status }) => status === "active");
  if (isOff || late.length > 0)
    yield warning(
      "alerts-neglected",
      isOff
        ? "Searches are followed, and alerts is off: the server tells nobody of what it finds."
        : `Messages of ${counted(late.length, "search", "searches")} wait for more than a day.`,
      isOff
        ? `--alerts on   (or wenxun alerts deliver${archiveFlag} by a timer)`
        : `wenxun alerts deliver${archiveFlag}   (says why; wenxun serve does it by itself)`,
    );
}
