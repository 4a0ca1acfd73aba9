import { AppError } from "../errors.ts";
import { encodingName } from "../text/encodings.ts";

/** The name of an encoding in the words of the Encoding Standard, e.g. `gb18030`, `big5`, `utf-16le`. @throws AppError `usage` */
export function parseEncoding(label: string): string {
  const name = encodingName(label);
  if (name === undefined) {
    throw new AppError("usage", `There is no encoding "${label}".`, {
      remedy: { code: "option-takes", option: "encoding", takes: "utf-8, gb18030, big5, utf-16le …" },
    });
  }
  return name;
}
