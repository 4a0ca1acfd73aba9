import { setImmediate as nextTurn } from "node:timers/promises";
import { AppError } from "../errors.ts";
import type { App } from "../http/app.ts";
import { decodeText, encodingName } from "../text/encodings.ts";
import { checkJsonSize, type JsonLimits } from "../text/json-size.ts";
import { SerialQueue } from "../threads/serial-queue.ts";

/** What is read in one go, in bytes: a few milliseconds of work. */
const MAX_AT_ONCE_BYTES = 128 * 2 ** 10;

/**
 * Reads the bodies of all routes as JSON of exactly what was sent: bytes that are no text are refused, since U+FFFD in their place
 * would get a vector of its own.
 */
export function readJsonBodies(app: App, limits: JsonLimits): void {
  // Large ones one after the other, and other events between their parts: a client who sends many keeps nobody else waiting for all of them.
  const large = new SerialQueue();
  app.removeContentTypeParser("application/json");
  app.addContentTypeParser(
    "application/json",
    { parseAs: "buffer" },
    async (request: { headers: { "content-type"?: string | undefined } }, body: Buffer) => {
      const label = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(request.headers["content-type"] ?? "")?.[1] ?? "utf-8";
      const encoding = encodingName(label);
      if (encoding === undefined)
        throw new AppError("invalid-request", `There is no encoding "${label}"; send the body in UTF-8.`);
      if (body.length === 0) throw new AppError("invalid-request", "The body is empty; send JSON.");
      const read = (pause: () => Promise<void>): Promise<unknown> => readJson(body, { encoding, limits, pause });
      return body.length > MAX_AT_ONCE_BYTES ? large.run(() => read(nextTurn)) : read(async () => {});
    },
  );
}

interface JsonReading {
  readonly encoding: string;
  readonly limits: JsonLimits;
  /** Between two parts of the work. */
  readonly pause: () => Promise<void>;
}

/** @throws AppError `invalid-request`, `payload-too-large` */
async function readJson(body: Buffer, { encoding, limits, pause }: JsonReading): Promise<unknown> {
  await pause();
  const text = await decodeText(body, encoding);
  if (text === undefined) {
    throw new AppError(
      "invalid-request",
      `The body holds bytes that are not ${encoding}: send UTF-8, or name the encoding of the body in the Content-Type header, for example "application/json; charset=gb18030".`,
    );
  }
  await pause();
  checkJsonSize(text, limits);
  await pause();
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new AppError(
      "invalid-request",
      `The body is not valid JSON: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}
