import { createGunzip } from "node:zlib";

/**
 * Unpacks gzip (one member or several). Everything that could be unpacked is given out before the error of a broken or
 * truncated file is thrown: a pipe would drop what it still holds. One chunk is unpacked ahead, on another thread.
 */
export async function* gunzip(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const unpacker = createGunzip({ chunkSize: 256 * 1024 });
  let unpacked: Buffer[] = [];
  let failure: Error | undefined;
  unpacker.on("data", (chunk: Buffer) => unpacked.push(chunk));
  unpacker.on("error", (error) => {
    failure ??= error;
  });
  const write = (chunk: Buffer): Promise<void> => new Promise((resolve) => unpacker.write(chunk, () => resolve()));
  const end = (): Promise<void> =>
    new Promise((resolve) => {
      unpacker.once("close", resolve);
      unpacker.end();
    });

  try {
    let writing: Promise<void> | undefined;
    for await (const chunk of chunks) {
      await writing;
      const ready = unpacked;
      unpacked = [];
      if (failure === undefined) writing = write(chunk);
      yield* ready;
      if (failure !== undefined) break;
    }
    await writing;
    if (failure === undefined) await end();
    yield* unpacked;
    if (failure !== undefined) throw failure;
  } finally {
    unpacker.destroy();
  }
}
