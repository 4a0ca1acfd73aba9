import type { Command } from "commander";
import { didYouMean } from "../text/suggest.ts";

/** What helps someone whose command line was not understood, behind the message about it; empty where nothing does. */
export function hintFor(message: string, args: readonly string[], program: Command): string {
  return hintToLeaveOut(message, args) || hintOfChoices(message) || hintOfCommands(message, args, program);
}

/** `-广告` leaves a word out of a search, and looks like an option. */
function hintToLeaveOut(message: string, args: readonly string[]): string {
  const word = args[0] === "search" ? /^unknown option '(-[^-'][^']*)'/.exec(message)?.[1] : undefined;
  if (word === undefined) return "";
  const words = args.slice(1).filter((arg) => arg !== word && !arg.startsWith("-"));
  return `To leave a word out, put -- before the query: wenxun search -- ${[...words, word].join(" ")}\n`;
}

/** `--mode hybird`: one of the choices was meant. */
function hintOfChoices(message: string): string {
  const [, given, choices] =
    /(?:argument|value) '(.*?)' is invalid(?: for argument '.*?')?\. Allowed choices are (.*)\.\s*$/.exec(message) ??
    [];
  if (given === undefined || choices === undefined) return "";
  const hint = didYouMean(given, choices.split(", "));
  return hint === "" ? "" : `(${hint.trim()})\n`;
}

/** `wenxun sources lst`: a command below another one was meant. */
function hintOfCommands(message: string, args: readonly string[], program: Command): string {
  if (!message.startsWith("too many arguments")) return "";
  let command = program;
  for (const arg of args) {
    const next = command.commands.find((one) => one.name() === arg || one.aliases().includes(arg));
    if (next !== undefined) command = next;
    else if (!arg.startsWith("-")) {
      const names = command.commands.map((one) => one.name());
      if (names.length === 0) return "";
      const path = command === program ? "wenxun" : `wenxun ${command.name()}`;
      return `(${didYouMean(arg, names).trim() || `${path} has ${names.join(", ")}.`})\n`;
    }
  }
  return "";
}
