import { type Command, Option as Flag } from "commander";
import {
  type ConfigSources,
  type ExaminedConfig,
  examineConfig,
  type LoadedConfig,
  loadConfig,
} from "../config/load-config.ts";
import { OPTIONS, type Option, type OptionKey, toEnvironmentName } from "../config/options.ts";
import { readSettingsFile } from "../config/settings-file.ts";
import { AppError } from "../errors.ts";
import type { CliContext } from "./context.ts";

/** A setting that a command takes as a flag of the same name, or of another one. */
export type SettingFlag = OptionKey | { readonly key: OptionKey; readonly flag: string };

export interface CommandSettings {
  /** The effective settings. To be called in the command's action, when the command line has been read. */
  load(context: CliContext): LoadedConfig;
  /** The same with what is wrong as a list, a settings file that cannot be read included. */
  examine(context: CliContext): ExaminedConfig;
}

/** Gives a command the flags of some settings, and `--config`. */
export function addSettings(command: Command, settings: readonly SettingFlag[]): CommandSettings {
  const added = settings.map((setting) => {
    const { key, flag: name } = typeof setting === "string" ? { key: setting, flag: OPTIONS[setting].name } : setting;
    const option: Option = OPTIONS[key];
    const hint = option.default === undefined ? toEnvironmentName(option) : `default ${option.default}`;
    const flag = new Flag(`--${name} <${option.placeholder}>`, `${firstSentence(option.doc)} (${hint})`);
    // Told in the help and by completion; whether a value is one of these the setting itself decides.
    if (option.type.values !== undefined) flag.argChoices = [...option.type.values];
    command.addOption(flag);
    return { key, flag };
  });
  command.option("--config <FILE>", "Settings file. (default wenxun.json, if there is one)");

  const readFlags = (): NonNullable<ConfigSources["flags"]> => {
    const values: Record<string, string | undefined> = command.opts();
    const flags: { [Key in OptionKey]?: { flag: string; text: string } } = {};
    for (const { key, flag } of added) {
      const text = values[flag.attributeName()];
      if (text !== undefined) flags[key] = { flag: `--${flag.name()}`, text };
    }
    return flags;
  };
  const readFile = ({ workingFolder }: CliContext): ConfigSources["file"] =>
    readSettingsFile({ workingFolder, path: command.opts<{ config?: string }>().config });

  return {
    load: (context) => loadConfig({ env: context.env, file: readFile(context), flags: readFlags() }),
    examine: (context) => {
      const sources: ConfigSources = { env: context.env, flags: readFlags() };
      try {
        return examineConfig({ ...sources, file: readFile(context) });
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        const examined = examineConfig(sources);
        return { ...examined, problems: [error.message, ...examined.problems] };
      }
    },
  };
}

function firstSentence(doc: string): string {
  return /^.*?\.(?= |$)/.exec(doc)?.[0] ?? doc;
}
