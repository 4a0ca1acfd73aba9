import { type Command, Option as Flag } from "commander";
import { type ConfigSources, type LoadedConfig, loadConfig } from "../config/load-config.ts";
import { OPTIONS, type Option, type OptionKey, toEnvironmentName } from "../config/options.ts";
import { readSettingsFile } from "../config/settings-file.ts";
import type { CliContext } from "./context.ts";

/** A setting that a command takes as a flag of the same name, or of another one. */
export type SettingFlag = OptionKey | { readonly key: OptionKey; readonly flag: string };

export interface CommandSettings {
  /** The effective settings. To be called in the command's action, when the command line has been read. */
  load(context: CliContext): LoadedConfig;
}

/** Gives a command the flags of some settings, and `--config`. */
export function addSettings(command: Command, settings: readonly SettingFlag[]): CommandSettings {
  const added = settings.map((setting) => {
    const { key, flag: name } = typeof setting === "string" ? { key: setting, flag: OPTIONS[setting].name } : setting;
    const option: Option = OPTIONS[key];
    const hint = option.default === undefined ? toEnvironmentName(option) : `default ${option.default}`;
    const flag = new Flag(`--${name} <${option.placeholder}>`, `${firstSentence(option.doc)} (${hint})`);
    command.addOption(flag);
    return { key, flag };
  });
  command.option("--config <FILE>", "Settings file. (default wenxun.json, if there is one)");

  return {
    load: ({ env, workingFolder }) => {
      const values: Record<string, string | undefined> = command.opts();
      const flags: { [Key in OptionKey]?: { flag: string; text: string } } = {};
      for (const { key, flag } of added) {
        const text = values[flag.attributeName()];
        if (text !== undefined) flags[key] = { flag: `--${flag.name()}`, text };
      }
      const sources: ConfigSources = { env, file: readSettingsFile({ workingFolder, path: values.config }), flags };
      return loadConfig(sources);
    },
  };
}

function firstSentence(doc: string): string {
  return /^.*?\.(?= |$)/.exec(doc)?.[0] ?? doc;
}
