import { InvalidArgumentError, Option } from "commander";

/** An option that takes one of some values, however they are capitalised. */
export function choiceOption(flags: string, description: string, values: readonly string[]): Option {
  return new Option(flags, description).choices(values).argParser((text) => {
    const found = values.find((value) => value === text.toLowerCase());
    if (found !== undefined) return found;
    throw new InvalidArgumentError(`Allowed choices are ${values.join(", ")}.`);
  });
}
