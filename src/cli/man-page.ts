import { OPTION_KEYS, OPTIONS, toEnvironmentName } from "../config/options.ts";
import { type DeclaredCommand, type DeclaredOption, listCommands } from "./declared.ts";

export interface ManPage {
  readonly program: DeclaredCommand;
  readonly version: string;
  /** Command lines, each with what it does. */
  readonly examples: readonly string[];
}

/** The manual page of all commands, in the macros of man(7). */
export function toManPage({ program, version, examples }: ManPage): string {
  const parts = [
    `.TH WENXUN 1 "" "wenxun ${toRoff(version)}" "User Commands"`,
    ".SH NAME",
    `wenxun \\- ${toRoff(lowerFirst(program.description))}`,
    ".SH SYNOPSIS",
    ".B wenxun",
    ".I COMMAND",
    "[options]",
    ".SH DESCRIPTION",
    toRoff(program.description),
    "Results go to standard output, everything else to standard error.",
    "Settings come from the command line, else from the environment, else from a settings file.",
    ".SH COMMANDS",
    ...listCommands(program).flatMap(toSection),
    ".SH ENVIRONMENT",
    ...OPTION_KEYS.flatMap((key) => [".TP", `.B ${toEnvironmentName(OPTIONS[key])}`, toRoff(OPTIONS[key].doc)]),
    ...ENVIRONMENT.flatMap(([name, text]) => [".TP", `.B ${name}`, text]),
    ".SH FILES",
    ".TP",
    ".I wenxun.json",
    "Settings, in the working folder; another file is named with",
    ".BR \\-\\-config .",
    ".TP",
    ".I archive/",
    "The archive, where",
    ".B \\-\\-archive",
    "names no other folder.",
    ".SH EXIT STATUS",
    ".TP",
    ".B 0",
    "Done.",
    ".TP",
    ".B 1",
    "Failed.",
    ".TP",
    ".B 2",
    "Wrong usage.",
    ".SH EXAMPLES",
    ".nf",
    ...examples.map(toRoff),
    ".fi",
  ];
  return `${parts.join("\n")}\n`;
}

const ENVIRONMENT = [
  ["WENXUN_DEBUG", "1 shows where an error comes from."],
  ["NO_COLOR", "Takes colours away."],
  ["FORCE_COLOR", "Keeps colours in files and pipes."],
] as const;

function toSection({ name, synopsis, description, arguments: operands, options }: DeclaredCommand): string[] {
  return [
    `.SS "wenxun ${toRoff(name)}${options.length > 0 ? " [options]" : ""}${synopsis === "" ? "" : ` ${toRoff(synopsis)}`}"`,
    toRoff(description),
    ...operands.flatMap((operand) => [".TP", `.I ${toRoff(operand.name)}`, toRoff(operand.description)]),
    ...options.flatMap((option) => [".TP", toTag(option), toRoff(option.description)]),
  ];
}

const toTag = ({ short, long, placeholder }: DeclaredOption): string => {
  const names = [...(short === undefined ? [] : [short]), long].map((name) => `\\fB${toRoff(name)}\\fR`).join(", ");
  return `${names}${placeholder === undefined ? "" : ` \\fI${toRoff(placeholder.slice(1, -1))}\\fR`}`;
};

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, "");

/** Text that roff shows as it is: no line begins with a command, a backslash is one, and a hyphen can be copied. */
const toRoff = (text: string): string =>
  text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll(/^(?=[.'])/gm, "\\&")
    .replaceAll('"', "\\(dq");
