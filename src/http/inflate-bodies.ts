import { Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { AppError } from "../errors.ts";
import type { App } from "./app.ts";

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  "x-gzip": createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/**
 * Reads bodies that were sent compressed. Must be added before what counts and bounds bodies, so that a small body that becomes a large
 * one is counted as the large one.
 */
export function inflateBodies(app: App): void {
  app.addHook("preParsing", (request, _reply, payload, done) => {
    const { headers } = request;
    const encoding = headers["content-encoding"]?.trim().toLowerCase();
    if (encoding === undefined || encoding === "" || encoding === "identity") {
      done(null, payload);
      return;
    }
    const create = DECODERS[encoding];
    if (create === undefined) {
      const known = Object.keys(DECODERS).join(", ");
      done(
        new AppError(
          "invalid-request",
          `The body is sent with Content-Encoding ${JSON.stringify(encoding.slice(0, 40))}: wanted one of ${known}, or none.`,
        ),
      );
      return;
    }
    // How long it will be is not known any more.
    delete headers["content-length"];
    delete headers["content-encoding"];
    headers["transfer-encoding"] = "chunked";
    const decoder = create();
    const told = new Transform({ transform: (chunk, _encoding, next) => next(null, chunk) });
    decoder.once("error", (cause) =>
      told.destroy(
        new AppError("invalid-request", `The body is not ${encoding}, as its Content-Encoding says.`, { cause }),
      ),
    );
    payload.once("error", (error) => told.destroy(error));
    told.once("close", () => decoder.destroy());
    done(null, payload.pipe(decoder).pipe(told));
  });
}
