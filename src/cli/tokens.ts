import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import type { Command } from "commander";
import { readLastUsed } from "../access/access-records.ts";
import { isScope, SCOPES, type Scope } from "../access/scopes.ts";
import { createSecret, hashSecret } from "../access/secret.ts";
import { changeTokens, readTokenFile, type TokenEntry } from "../access/token-file.ts";
import { AppError } from "../errors.ts";
import { dayEndMs, parseDay } from "../text/days.ts";
import { toArchiveFolder, toTokensPath } from "./archive-settings.ts";
import { createCommandAudit } from "./command-audit.ts";
import type { CliContext } from "./context.ts";
import { addDataFlags, type DataFlags, writeData } from "./data-flags.ts";
import { toPrintable } from "./printable.ts";
import { addSettings } from "./settings.ts";
import { toTable } from "./table.ts";

const EXAMPLES = `
Examples:
  wenxun tokens add 王编辑                                      may search and read
  wenxun tokens add crawler --scopes ingest --expires 90d
  wenxun tokens list
  wenxun tokens revoke crawler

Scopes: search, read, ingest (add articles), delete, alerts, status (figures and metrics), admin (everything).
`;

/** What a token may do when nothing is said: what a reader wants. */
const DEFAULT_SCOPES = "search,read";
const MAX_NAME_LENGTH = 100;
const DAY_MS = 86_400_000;

export function registerTokens(program: Command, context: CliContext): void {
  const command = program
    .command("tokens")
    .description(
      "Adds, lists and revokes the tokens that let people and programs use the server. A running server obeys at once.",
    )
    .addHelpText("after", EXAMPLES);
  registerAdd(command, context);
  registerList(command, context);
  registerRevoke(command, context);
}

interface AddFlags extends DataFlags {
  readonly scopes: string;
  readonly expires?: string;
}

function registerAdd(tokens: Command, context: CliContext): void {
  const command = tokens
    .command("add")
    .argument("<NAME>", "Who or what it is for.")
    .summary("make a token and show it, once")
    .description("Makes a token and writes it to standard output. It is shown this once: only its hash is kept.")
    .option("--scopes <SCOPES>", "What it allows, separated by commas.", DEFAULT_SCOPES)
    .option("--expires <WHEN>", "Last day, YYYY-MM-DD, or a number of days such as 90d. (default never)");
  addDataFlags(command);
  const settings = addSettings(command, ["archive", "tokensFile", "auditLog"]);
  command.action(async (given: string, flags: AddFlags) => {
    const { config } = settings.load(context);
    const path = toTokensPath(config, context);
    if (!existsSync(dirname(path))) {
      throw new AppError("archive-missing", `There is no folder ${dirname(path)}.`, {
        remedy: { code: "make-archive", folder: toArchiveFolder(config, context) },
      });
    }
    const secret = createSecret();
    const entry: TokenEntry = {
      id: randomBytes(6).toString("hex"),
      name: parseName(given),
      scopes: parseScopes(flags.scopes),
      hash: hashSecret(secret),
      created: new Date().toISOString(),
      ...(flags.expires !== undefined && { expires: parseExpiry(flags.expires, config.timezone) }),
    };
    const add = (before: readonly TokenEntry[]): readonly TokenEntry[] => {
      if (before.some(({ name }) => name === entry.name)) {
        throw new AppError("usage", `There is a token ${entry.name} already: revoke it, or choose another name.`);
      }
      return [...before, entry];
    };
    const { id, name, scopes, expires } = entry;
    await createCommandAudit(config, context).change({ what: "token added", id, name, scopes, expires }, () =>
      changeTokens(path, add),
    );
    if (writeData(flags, context, { token: secret, id, name, scopes, expires })) return;
    context.stdout.write(`${secret}\n`);
    context.stderr.write(
      `The token of ${toPrintable(name)} (${scopes.join(", ")}; ${toExpiryText(expires)}). It is not shown again.\n`,
    );
  });
}

function registerList(tokens: Command, context: CliContext): void {
  const command = tokens
    .command("list")
    .summary("show the tokens, without what is secret")
    .description("Shows each token's name, scopes, when it was made, expires and was used last.");
  addDataFlags(command, "token");
  const settings = addSettings(command, ["archive", "tokensFile"]);
  command.action(async (flags: DataFlags) => {
    const path = toTokensPath(settings.load(context).config, context);
    const lastUsed = readLastUsed(path);
    const entries = (readTokenFile(path)?.tokens ?? []).map(({ id, name, scopes, created, expires }) => ({
      id,
      name,
      scopes,
      created,
      expires,
      lastUsed: lastUsed[id],
      isExpired: expires !== undefined && Date.parse(expires) <= Date.now(),
    }));
    if (writeData(flags, context, entries)) return;
    if (entries.length === 0) context.stderr.write("There is no token. `wenxun tokens add NAME` makes one.\n");
    else context.stdout.write(toTable(["name", "scopes", "made", "expires", "used last", "id"], entries.map(toRow)));
  });
}

interface ListedToken {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly created: string;
  readonly expires: string | undefined;
  readonly lastUsed: string | undefined;
  readonly isExpired: boolean;
}

const toRow = ({ id, name, scopes, created, expires, lastUsed, isExpired }: ListedToken): string[] => [
  toPrintable(name),
  scopes.join(","),
  created.slice(0, 10),
  isExpired ? "expired" : (expires?.slice(0, 10) ?? "never"),
  lastUsed?.slice(0, 16).replace("T", " ") ?? "never",
  id,
];

function registerRevoke(tokens: Command, context: CliContext): void {
  const command = tokens
    .command("revoke")
    .argument("<NAME>", "Name or id of a token.")
    .summary("take a token back")
    .description("Takes a token back: it is worth nothing from now on, and whoever logged in with it is logged out.");
  addDataFlags(command);
  const settings = addSettings(command, ["archive", "tokensFile", "auditLog"]);
  command.action(async (given: string, flags: DataFlags) => {
    const { config } = settings.load(context);
    const path = toTokensPath(config, context);
    const find = (tokens: readonly TokenEntry[] = []): TokenEntry => {
      const found = tokens.find(({ name }) => name === given) ?? tokens.find(({ id }) => id === given);
      if (found !== undefined) return found;
      throw new AppError("not-found", `There is no token ${JSON.stringify(given)}; wenxun tokens list shows them.`);
    };
    const { id, name } = find(readTokenFile(path)?.tokens);
    await createCommandAudit(config, context).change({ what: "token revoked", id, name }, () =>
      changeTokens(path, (before) => before.filter((entry) => entry.id !== id)),
    );
    if (!writeData(flags, context, { id, name, revoked: true })) context.stdout.write(`revoked ${toPrintable(name)}\n`);
  });
}

/** @throws AppError `usage` */
function parseName(text: string): string {
  const name = text.normalize("NFC").trim();
  if (name !== "" && name.length <= MAX_NAME_LENGTH && toPrintable(name) === name) return name;
  throw new AppError("usage", `The name of a token has 1 to ${MAX_NAME_LENGTH} characters, all of them printable.`);
}

/** @throws AppError `usage` */
function parseScopes(text: string): Scope[] {
  const words = text.split(/[\s,]+/).filter((word) => word !== "");
  const scopes = words.filter(isScope);
  if (scopes.length > 0 && scopes.length === words.length) return SCOPES.filter((scope) => scopes.includes(scope));
  throw new AppError("usage", `--scopes takes one or more of ${SCOPES.join(", ")}, got ${JSON.stringify(text)}.`);
}

/** The moment from which on a token is worth nothing. @throws AppError `usage` */
function parseExpiry(text: string, timezone: string): string {
  const days = /^(\d{1,5})d$/.exec(text)?.[1];
  const atMs =
    days === undefined ? dayEndMs(parseDay(text, "--expires"), timezone) : Date.now() + Number(days) * DAY_MS;
  if (atMs > Date.now()) return new Date(atMs).toISOString();
  throw new AppError("usage", `--expires is ${text}, which has passed.`);
}

const toExpiryText = (expires: string | undefined): string =>
  expires === undefined ? "does not expire" : `until ${expires.slice(0, 10)}`;
