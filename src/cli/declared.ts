import type { Argument, Command, Option } from "commander";
import { OPTION_KEYS, OPTIONS, type Option as Setting } from "../config/options.ts";

/** The command line as its commands declare it, for all that follows from it: completion and the manual page. */
export interface DeclaredCommand {
  /** `sources check`; empty for the program itself. */
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  /** `<QUERY...>`. */
  readonly synopsis: string;
  readonly arguments: readonly DeclaredArgument[];
  readonly options: readonly DeclaredOption[];
  readonly commands: readonly DeclaredCommand[];
}

export interface DeclaredArgument {
  readonly name: string;
  readonly description: string;
  readonly values: Values;
}

export interface DeclaredOption {
  /** `--mode`. */
  readonly long: string;
  readonly short: string | undefined;
  /** `<MODE>`; undefined for one that takes no value. */
  readonly placeholder: string | undefined;
  readonly description: string;
  readonly values: Values | undefined;
}

/** What stands where a value is wanted. */
export type Values =
  | { readonly kind: "words"; readonly words: readonly string[] }
  | { readonly kind: "file" | "folder" }
  /** Of the archive: `followed` are the sources that it follows, `alert` the ids of its alerts. */
  | { readonly kind: "names"; readonly of: NamesOf }
  | { readonly kind: "any" };

export const NAMES_OF = ["source", "category", "followed", "alert"] as const;
export type NamesOf = (typeof NAMES_OF)[number];

/** Reads what a command and those below it declare; what is hidden is left out. */
export function toDeclared(command: Command, parents: readonly string[] = []): DeclaredCommand {
  const path = command.parent === null ? [] : [...parents, command.name()];
  const help = command.createHelp();
  return {
    name: path.join(" "),
    summary: command.summary(),
    description: help.commandDescription(command),
    synopsis: command.registeredArguments.map(toPlaceholder).join(" "),
    arguments: command.registeredArguments.map((argument) => ({
      name: argument.name(),
      description: help.argumentDescription(argument),
      values: toValues(toWanted(path[0], argument.name()), argument.argChoices),
    })),
    options: help.visibleOptions(command).map(toOption),
    commands: help
      .visibleCommands(command)
      .filter((one) => one.name() !== "help")
      .map((one) => toDeclared(one, path)),
  };
}

/** A command and all below it, without the program itself. */
export const listCommands = ({ commands }: DeclaredCommand): DeclaredCommand[] =>
  commands.flatMap((command) => [command, ...listCommands(command)]);

/** What an argument names: within some commands it is something of their own. */
function toWanted(command: string | undefined, argument: string): string {
  if (command === "sources") return "FOLLOWED";
  return command === "alerts" && argument === "ID" ? "ALERT" : argument;
}

const toPlaceholder = (argument: Argument): string => {
  const name = `${argument.name()}${argument.variadic ? "..." : ""}`;
  return argument.required ? `<${name}>` : `[${name}]`;
};

function toOption(option: Option): DeclaredOption {
  const placeholder = /<.*>/.exec(option.flags)?.[0];
  return {
    long: option.long ?? option.short ?? option.flags,
    short: option.long === undefined ? undefined : option.short,
    placeholder,
    description: option.description,
    values: placeholder === undefined ? undefined : toValues(placeholder.slice(1, -1), toChoices(option)),
  };
}

/** Of a setting, also how values begin of which there are many. */
function toChoices({ argChoices, long }: Option): readonly string[] | undefined {
  const settings: readonly Setting[] = OPTION_KEYS.map((key) => OPTIONS[key]);
  return argChoices ?? settings.find(({ name }) => `--${name}` === long)?.type.beginnings;
}

/** By the name of what is wanted, which says the same in every command. */
function toValues(name: string, choices: readonly string[] | undefined): Values {
  if (choices !== undefined) return { kind: "words", words: choices };
  switch (name.replace(/[.…]+$/, "")) {
    case "DIR":
    case "FOLDER":
    case "TARGET":
      return { kind: "folder" };
    case "FILE":
    case "RUN":
    case "A":
    case "B":
      return { kind: "file" };
    case "SOURCE":
      return { kind: "names", of: "source" };
    case "CATEGORY":
      return { kind: "names", of: "category" };
    case "ALERT":
      return { kind: "names", of: "alert" };
    case "FOLLOWED":
      return { kind: "names", of: "followed" };
    default:
      return { kind: "any" };
  }
}
