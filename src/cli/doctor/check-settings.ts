import { statSync } from "node:fs";
import { resolve } from "node:path";
import { OPTION_KEYS, OPTIONS, type Option, toEnvironmentName } from "../../config/options.ts";
import { SETTINGS_FILE } from "../../config/settings-file.ts";
import { suggest } from "../../text/suggest.ts";
import { type Check, fault, fine, warning } from "./finding.ts";

/** Variables that wenxun reads and that are no settings. */
const OTHER_VARIABLES = ["WENXUN_DEBUG"];

/** Others may read a file. */
const OTHERS_READ = 0o044;

/** Settings that hold a secret. */
const SECRETS = OPTION_KEYS.map((key): Option => OPTIONS[key])
  .filter(({ secret }) => secret === true)
  .map(({ name }) => name);

/** `https://user:password@…`, as of an embedding server or a cluster. */
const PASSWORD_IN_ADDRESS = /:\/\/[^\s"/:@]*:[^\s"/@]+@/;

export const checkSettings: Check = {
  area: "settings",
  *examine({ settingProblems, env, workingFolder, machine }) {
    for (const problem of settingProblems)
      yield fault(
        "setting-wrong",
        problem,
        "wenxun config   (shows every setting and where it comes from; docs/CONFIGURATION.md has what each takes)",
      );
    const known = [...OPTION_KEYS.map((key) => toEnvironmentName(OPTIONS[key])), ...OTHER_VARIABLES];
    for (const name of Object.keys(env).filter((name) => name.startsWith("WENXUN_") && !known.includes(name))) {
      const [nearest] = suggest(name, known);
      yield warning(
        "variable-unknown",
        `The variable ${name} is no setting of wenxun, and nothing reads it.`,
        nearest === undefined ? `unset ${name}` : `export ${nearest}=… ; unset ${name}`,
      );
    }
    const path = resolve(workingFolder, SETTINGS_FILE);
    const mode = machine.platform === "win32" ? 0 : (statSync(path, { throwIfNoEntry: false })?.mode ?? 0);
    const text = (mode & OTHERS_READ) === 0 ? undefined : machine.readText(path);
    const secrets = text === undefined ? [] : SECRETS.filter((name) => text.includes(`"${name}"`));
    if (secrets.length > 0 || (text !== undefined && PASSWORD_IN_ADDRESS.test(text)))
      yield fault(
        "settings-readable",
        `${path} holds ${secrets.join(" and ") || "a password"}, and other users of this machine can read it.`,
        `chmod 600 ${path}`,
      );
    yield fine("what is set is understood");
  },
};
