import { open } from "node:fs/promises";
import { AppError } from "../../errors.ts";

/** A file in a ZIP, where its bytes lie. */
export interface ZipEntry {
  readonly name: string;
  /** 0: as they are; 8: deflated. */
  readonly method: number;
  readonly packedBytes: number;
  /** Of its local header. */
  readonly offset: number;
}

const END_SIGNATURE = 0x06054b50;
const END64_LOCATOR_SIGNATURE = 0x07064b50;
const END64_SIGNATURE = 0x06064b50;
const ENTRY_SIGNATURE = 0x02014b50;
const LOCAL_SIGNATURE = 0x04034b50;
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 65_535;
/** The list of a ZIP with twenty thousand files; a larger one, which would take long to read in one go, is refused before. */
const MAX_LIST_BYTES = 2 * 2 ** 20;
const UNKNOWN_32 = 0xffffffff;

type Handle = Awaited<ReturnType<typeof open>>;

/**
 * The files of a ZIP by its central directory (APPNOTE 4.3, ZIP64 included), in its order. Nothing is unpacked.
 * @throws AppError `bad-input`
 */
export async function listZip(path: string): Promise<readonly ZipEntry[]> {
  await using handle = await open(path);
  const { size } = await handle.stat();
  const tail = await read(handle, Math.max(0, size - END_BYTES - MAX_COMMENT_BYTES), size);
  const at = tail.lastIndexOf(Buffer.from("PK\x05\x06"));
  if (at < 0 || at + END_BYTES > tail.length || tail.readUInt32LE(at) !== END_SIGNATURE)
    throw new AppError("bad-input", "It is no whole ZIP: its list of files is missing.");
  let [count, bytes, offset] = [tail.readUInt16LE(at + 10), tail.readUInt32LE(at + 12), tail.readUInt32LE(at + 16)];
  if ((count === 0xffff || bytes === UNKNOWN_32 || offset === UNKNOWN_32) && at >= 20) {
    const locator = tail.subarray(at - 20, at);
    if (locator.readUInt32LE(0) === END64_LOCATOR_SIGNATURE) {
      const endAt = Number(locator.readBigUInt64LE(8));
      const end = await read(handle, endAt, endAt + 56);
      if (end.length < 56 || end.readUInt32LE(0) !== END64_SIGNATURE) throw damaged();
      [count, bytes, offset] = [32, 40, 48].map((place) => Number(end.readBigUInt64LE(place))) as [
        number,
        number,
        number,
      ];
    }
  }
  if (bytes > MAX_LIST_BYTES) throw new AppError("bad-input", "It is a ZIP of too many files.");
  if (offset + bytes > size) throw damaged();
  return parseList(await read(handle, offset, offset + bytes), count);
}

/** Where the bytes of a file begin: behind its local header, whose length only it knows. @throws AppError `bad-input` */
export async function findZipData(
  path: string,
  { offset, packedBytes }: ZipEntry,
): Promise<{ start: number; end: number }> {
  await using handle = await open(path);
  const header = await read(handle, offset, offset + 30);
  if (header.length < 30 || header.readUInt32LE(0) !== LOCAL_SIGNATURE) throw damaged();
  const start = offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  return { start, end: start + packedBytes };
}

const damaged = (): AppError => new AppError("bad-input", "It is a damaged ZIP.");

async function read(handle: Handle, start: number, end: number): Promise<Buffer> {
  const buffer = Buffer.alloc(Math.max(0, end - start));
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, start);
  return buffer.subarray(0, bytesRead);
}

function parseList(list: Buffer, count: number): ZipEntry[] {
  const entries: ZipEntry[] = [];
  for (let at = 0; entries.length < count; ) {
    if (at + 46 > list.length || list.readUInt32LE(at) !== ENTRY_SIGNATURE) throw damaged();
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((place) => list.readUInt16LE(at + place)) as [
      number,
      number,
      number,
    ];
    const extra = list.subarray(at + 46 + nameBytes, at + 46 + nameBytes + extraBytes);
    const sizes = [24, 20, 42].map((place) => list.readUInt32LE(at + place));
    const [, packedBytes = 0, offset = 0] = widen(sizes, extra);
    const name = list.toString("utf8", at + 46, at + 46 + nameBytes);
    // A file that is encrypted cannot be read: as one of a method that is not known.
    const isEncrypted = (list.readUInt16LE(at + 8) & 1) === 1;
    entries.push({ name, method: isEncrypted ? -1 : list.readUInt16LE(at + 10), packedBytes, offset });
    at += 46 + nameBytes + extraBytes + commentBytes;
  }
  return entries;
}

/** Sizes that do not fit in 32 bits stand in the extra field of ZIP64, in this order. */
function widen(sizes: readonly number[], extra: Buffer): number[] {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    let place = at + 4;
    return sizes.map((size) => {
      if (size !== UNKNOWN_32 || place + 8 > extra.length) return size;
      place += 8;
      return Number(extra.readBigUInt64LE(place - 8));
    });
  }
  return [...sizes];
}
