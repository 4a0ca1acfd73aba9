import { createGunzip } from "node:zlib";

/** What is unpacked in one go. Gzip packs up to a thousand times, so this bounds what stands in memory to 16 MB. */
const SLICE_BYTES = 16 * 1024;

/**
 * Unpacks gzip (one member or several). Everything that a truncated file holds is given out before its error is thrown,
 * and all but the last 64 KB before the place where a file is damaged: a pipe would drop what it still holds. One slice is
 * unpacked ahead, on another thread.
 */
export async function* gunzip(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const unpacker = createGunzip({ chunkSize: 64 * 1024 });
  let unpacked: Buffer[] = [];
  let failure: Error | undefined;
  /** The data ended; what stands behind it (tapes and block devices pad with zeros) is nothing. */
  let isAtEnd = false;
  /** Ends the wait for the write or the end at hand: zlib forgets its callback when it fails. */
  let settle = (): void => {};
  unpacker.on("data", (chunk: Buffer) => unpacked.push(chunk));
  unpacker.on("end", () => {
    isAtEnd = true;
    settle();
  });
  unpacker.on("error", (error) => {
    failure ??= error;
    settle();
  });
  const write = (slice: Buffer): Promise<void> =>
    new Promise((resolve) => {
      settle = resolve;
      unpacker.write(slice, () => resolve());
    });
  const end = (): Promise<void> =>
    new Promise((resolve) => {
      settle = resolve;
      unpacker.end();
    });

  try {
    let writing: Promise<void> | undefined;
    for await (const slice of slices(chunks)) {
      await writing;
      const ready = unpacked;
      unpacked = [];
      const isOver = failure !== undefined || isAtEnd;
      if (!isOver) writing = write(slice);
      yield* ready;
      if (isOver) break;
    }
    await writing;
    if (failure === undefined && !isAtEnd) await end();
    yield* unpacked;
    if (failure !== undefined) throw failure;
  } finally {
    unpacker.destroy();
  }
}

async function* slices(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    for (let start = 0; start < chunk.length; start += SLICE_BYTES) yield chunk.subarray(start, start + SLICE_BYTES);
  }
}
