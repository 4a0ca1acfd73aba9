import { AppError } from "../../errors.ts";
import { type ModelOverrides, POOLINGS } from "./model-folder.ts";

/** Where an ONNX encoder is and what is to be different from what its files say. */
export interface OnnxAddress {
  /** A folder, or `org/name[@revision]` on the model hub. */
  readonly model: string;
  readonly overrides: ModelOverrides;
}

const PARAMETERS = ["file", "pooling", "max-tokens", "query-prompt", "document-prompt"];

/**
 * Reads `MODEL[?file=…&pooling=…&max-tokens=…&query-prompt=…&document-prompt=…]`.
 * @throws AppError `usage` for a parameter that is not understood.
 */
export function parseOnnxAddress(text: string): OnnxAddress {
  const mark = text.indexOf("?");
  const model = mark < 0 ? text : text.slice(0, mark);
  const parameters = new URLSearchParams(mark < 0 ? "" : text.slice(mark + 1));
  for (const name of parameters.keys()) {
    if (PARAMETERS.includes(name)) continue;
    throw new AppError(
      "usage",
      `The encoder onnx:${model} has the parameter ${name}; understood are ${PARAMETERS.join(", ")}.`,
    );
  }
  const wantedPooling = parameters.get("pooling");
  const pooling = POOLINGS.find((name) => name === wantedPooling);
  if (wantedPooling !== null && pooling === undefined) {
    throw new AppError(
      "usage",
      `The encoder onnx:${model} has pooling=${wantedPooling}; wanted one of ${POOLINGS.join(", ")}.`,
    );
  }
  const wantedTokens = parameters.get("max-tokens");
  const maxTokens = wantedTokens === null ? undefined : Number(wantedTokens);
  if (maxTokens !== undefined && !(Number.isSafeInteger(maxTokens) && maxTokens >= 8)) {
    throw new AppError(
      "usage",
      `The encoder onnx:${model} has max-tokens=${wantedTokens}; wanted a whole number from 8.`,
    );
  }
  const prompt = (name: string) => parameters.get(name) ?? undefined;
  return {
    model,
    overrides: {
      file: prompt("file"),
      pooling,
      maxTokens,
      queryPrompt: prompt("query-prompt"),
      documentPrompt: prompt("document-prompt"),
    },
  };
}
