import { AppError } from "../errors.ts";
import { didYouMean } from "../text/suggest.ts";
import { type Config, OPTION_KEYS, OPTIONS, type Option, type OptionKey, toEnvironmentName } from "./options.ts";

export interface ConfigSources {
  /** Environment variables. An empty one counts as unset. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The parsed settings file, and its path for messages. */
  readonly file?: { readonly path: string; readonly content: unknown } | undefined;
  /** What was given on the command line, by key, with the flag as it was written. */
  readonly flags?: { readonly [Key in OptionKey]?: { readonly flag: string; readonly text: string } };
}

/** A setting as it was written. */
export interface Given {
  /** For people: `default`, `--port`, `WENXUN_PORT`, or the path of the settings file. */
  readonly origin: string;
  readonly text: string;
}

export interface LoadedConfig {
  readonly config: Config;
  /** What the settings were made of; a key that nothing sets is missing. */
  readonly given: { readonly [Key in OptionKey]?: Given };
}

/**
 * Settings from the command line, else the environment, else the settings file, else the defaults.
 * @throws AppError `usage` that names every problem at once.
 */
export function loadConfig(sources: ConfigSources): LoadedConfig {
  const { config, given, problems } = examineConfig(sources);
  const [first] = problems;
  if (first === undefined) return { config, given };
  throw new AppError("usage", problems.length === 1 ? first : `Settings:\n${problems.map((p) => `  ${p}`).join("\n")}`);
}

export interface ExaminedConfig extends LoadedConfig {
  /** What is wrong, a sentence each. */
  readonly problems: readonly string[];
}

/** The same for whoever wants to go on with what is right: a setting that is wrong has its default. */
export function examineConfig({ env, file, flags = {} }: ConfigSources): ExaminedConfig {
  const problems: string[] = [];
  const fileValues = readFileValues(file, problems);
  const values: Partial<Record<OptionKey, unknown>> = {};
  const givens: Partial<Record<OptionKey, Given>> = {};

  for (const key of OPTION_KEYS) {
    const option: Option = OPTIONS[key];
    const variable = toEnvironmentName(option);
    const fromEnvironment = env[variable];
    const flag = flags[key];
    const given: Given | undefined =
      (flag && { origin: flag.flag, text: flag.text }) ??
      (fromEnvironment ? { origin: variable, text: fromEnvironment } : undefined) ??
      fileValues.get(option.name) ??
      (option.default === undefined ? undefined : { origin: "default", text: option.default });
    if (given === undefined) continue;
    givens[key] = given;
    values[key] = option.type.parse(given.text);
    if (values[key] !== undefined) continue;
    problems.push(toProblem(option, given, file?.path));
    if (option.default !== undefined) values[key] = option.type.parse(option.default);
  }

  // Every key was parsed by its own type.
  const config = values as Config;
  if (problems.length === 0) problems.push(...findConflicts(config));
  return { config, given: givens, problems };
}

function toProblem({ name, type, secret }: Option, { origin, text }: Given, filePath: string | undefined): string {
  const shown = secret ? "a value" : JSON.stringify(text);
  const place = origin === filePath ? `"${name}" in ${origin}` : origin;
  const hint = secret ? "" : didYouMean(text, type.values ?? type.beginnings ?? []);
  return `${place} is ${shown}: wanted ${type.wanted}.${hint}`;
}

function readFileValues(file: ConfigSources["file"], problems: string[]): Map<string, Given> {
  const values = new Map<string, Given>();
  if (file === undefined) return values;
  const { path, content } = file;
  if (typeof content !== "object" || content === null || Array.isArray(content)) {
    problems.push(`${path} does not hold settings: wanted a JSON object such as {"port": 8600}.`);
    return values;
  }
  const names: readonly string[] = OPTION_KEYS.map((key) => OPTIONS[key].name);
  for (const [name, value] of Object.entries(content)) {
    if (!names.includes(name))
      problems.push(
        `${path} sets "${name}", which is no setting${didYouMean(name, names).replace(/^ D/, ". D") || `: there are ${names.join(", ")}.`}`,
      );
    else if (typeof value === "string" || typeof value === "number")
      values.set(name, { origin: path, text: String(value) });
    else if (value !== null)
      problems.push(`"${name}" in ${path} is ${JSON.stringify(value)}: wanted a text or a number.`);
  }
  return values;
}

/** What is sound alone and not together. */
function findConflicts(config: Config): string[] {
  const conflicts: string[] = [];
  if (config.encoderServerMaxInputs > config.encoderServerQueueInputs) {
    conflicts.push(
      `encoder-server-max-inputs (${config.encoderServerMaxInputs}) is more than encoder-server-queue-inputs ` +
        `(${config.encoderServerQueueInputs}): a full request could never be accepted. Lower the first or raise the second.`,
    );
  }
  const { encoder } = config;
  const addresses = encoder.kind === "remote" ? [encoder.url, ...(encoder.others ?? [])] : [];
  for (const url of addresses.filter((address) => pointsAt(address, config))) {
    conflicts.push(
      `encoder (${url}) is the address of the search server itself: give it the address of an embedding ` +
        `server, such as http://127.0.0.1:${config.encoderServerPort}.`,
    );
  }
  if (letsNobodyIn(config)) {
    conflicts.push(
      "access is proxy, and no proxy is trusted: nobody could come in. Name the proxy's address in trusted-proxies, such as 127.0.0.1.",
    );
  }
  return conflicts;
}

interface AccessSettings {
  readonly access?: Config["access"] | undefined;
  readonly trustedProxies?: Config["trustedProxies"];
}

/** Whether only a proxy is believed, and there is none. */
export const letsNobodyIn = ({ access, trustedProxies }: AccessSettings): boolean =>
  access === "proxy" && trustedProxies === undefined;

function pointsAt(url: string, { host, port }: Config): boolean {
  const { hostname, port: urlPort, protocol } = new URL(url);
  const local = ["127.0.0.1", "localhost", "[::1]"];
  const isHere = hostname === host || (local.includes(hostname) && [...local, "0.0.0.0", "::"].includes(host));
  return isHere && Number(urlPort || (protocol === "https:" ? 443 : 80)) === port;
}
