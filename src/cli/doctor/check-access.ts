import { statSync } from "node:fs";
import { readTokenFile, type TokenFile } from "../../access/token-file.ts";
import { listAuditFiles } from "../../audit/audit-files.ts";
import { verifyAudit } from "../../audit/verify-audit.ts";
import { AppError } from "../../errors.ts";
import { isLoopback } from "./check-proxy.ts";
import { type Check, type Found, fault, fine, type Patient, warning } from "./finding.ts";

export const checkAccess: Check = {
  area: "access",
  *examine(patient) {
    const { config, tokensPath } = patient;
    let file: TokenFile | undefined;
    try {
      file = readTokenFile(tokensPath);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      yield fault(
        "tokens-unreadable",
        `${error.message} Nobody can log in.`,
        `mv ${tokensPath} ${tokensPath}.bad   (then make new tokens: wenxun tokens add NAME)`,
      );
      return;
    }
    const { access, host, token, openScopes } = config;
    const all = file?.tokens ?? [];
    const holding = all.filter(({ expires }) => expires === undefined || Date.parse(expires) > patient.machine.nowMs());
    const add = `wenxun tokens add NAME${patient.archiveFlag}`;
    if (access === "token" && token === undefined && holding.length === 0)
      yield fault(
        "nobody-can-read",
        all.length === 0
          ? "Reading needs a token, and there is none."
          : "Reading needs a token, and every token has expired.",
        add,
      );
    if (access === "open" && !isLoopback(host)) {
      const may = openScopes.join(", ");
      yield warning(
        "open-to-all",
        `The server listens on ${host}, and whoever reaches it may do this without a token: ${may}.`,
        `--access token   (and ${add}); or --host 127.0.0.1 behind a proxy that asks who comes`,
      );
    }
    if (token !== undefined && patient.tokenOrigin?.startsWith("--"))
      yield warning(
        "token-on-command-line",
        "The token stands on the command line, where every user of this machine sees it.",
        "export WENXUN_TOKEN=…   (or make one with wenxun tokens add)",
      );
    yield* checkAudit(patient);
    yield fine(`access is ${access}, ${holding.length + (token === undefined ? 0 : 1)} tokens hold`);
  },
};

/** A longer log is left to `wenxun audit verify`. */
const MAX_AUDIT_BYTES = 16 * 2 ** 20;

function* checkAudit({ auditFolder, archiveFlag }: Patient): Iterable<Found> {
  if (auditFolder === undefined) return;
  const numbers = listAuditFiles(auditFolder);
  const bytes = numbers.reduce(
    (sum, number) =>
      sum + (statSync(`${auditFolder}/${String(number).padStart(6, "0")}.jsonl`, { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
  if (numbers.length === 0 || bytes > MAX_AUDIT_BYTES) return;
  const [problem, ...others] = verifyAudit(auditFolder).problems;
  if (problem !== undefined)
    yield fault(
      "audit-broken",
      `The audit log is not as it was written: ${problem.where}: ${problem.what}${others.length === 0 ? "" : `, and ${others.length} more`}.`,
      `wenxun audit verify${archiveFlag}   (says all of it)`,
    );
}
