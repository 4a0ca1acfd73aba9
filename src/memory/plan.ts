import { availableParallelism } from "node:os";
import { AppError } from "../errors.ts";

/** What a server keeps whatever is asked of it. */
export interface MemoryNeeds {
  /** Rows of all segments. */
  readonly rows: number;
  /** What segments keep in memory, all threads together. */
  readonly archiveBytes: number;
  readonly encoderBytes: number;
}

export interface MemoryLimits {
  /** `--max-memory`. */
  readonly ceilingBytes: number;
  /** `--search-threads`; undefined: as many as fit, {@link DEFAULT_THREADS} at most. */
  readonly threads: number | undefined;
  /** `--search-queue`. */
  readonly queue: number;
}

export interface MemoryPlan {
  readonly threads: number;
  readonly queue: number;
  /** What all of it needs, as far as that is known before. */
  readonly neededBytes: number;
}

/** Two search at the same time; more would gain little on the machines this is made for, and each takes memory. */
export const DEFAULT_THREADS = Math.min(2, availableParallelism());
const MIB = 2 ** 20;

/**
 * Node.js with the server's code in it: 62 MB are pages of the executable, the rest heap and stacks. Measured with an archive of
 * 243 articles; docs/MEMORY.md has the table.
 */
const PROCESS_BYTES = 126 * MIB;
/** One search thread: its isolate, its code, its connection. */
const THREAD_BYTES = 16 * MIB;
/** What a thread needs for each row of the archive: scores, marks, matches, masks, postings. */
const THREAD_BYTES_PER_ROW = 16;
/** What is left free for requests, replies and garbage, and for the tokens that the built-in encoder reads for queries. */
const HEADROOM_BYTES = 16 * MIB;
/**
 * What a server that is asked all sorts of things grows by beyond that, where it can: code that is compiled, heaps up to their bounds, the
 * thread that compares and converts texts, the encoder's other tokens once articles are added. Measured: 35 MB, 14 and 14. More threads than one are started only beside it.
 */
const BUSY_BYTES = 64 * MIB;
/** A request that waits, with its connection. */
const WAITING_BYTES = MIB / 4;
const LARGEST_BODY_BYTES = 32 * MIB;

/**
 * Fits a server below a ceiling.
 * @throws AppError `usage` when it cannot be done, with what would be needed.
 */
export function planMemory(needs: MemoryNeeds, { ceilingBytes, threads, queue }: MemoryLimits): MemoryPlan {
  const fixedBytes = PROCESS_BYTES + needs.archiveBytes + needs.encoderBytes + HEADROOM_BYTES;
  const threadBytes = THREAD_BYTES + needs.rows * THREAD_BYTES_PER_ROW;
  const fitting = Math.floor((ceilingBytes - fixedBytes) / threadBytes);
  const atEase = Math.floor((ceilingBytes - fixedBytes - BUSY_BYTES) / threadBytes);
  const wanted = threads ?? Math.max(1, Math.min(DEFAULT_THREADS, atEase));
  const neededBytes = fixedBytes + wanted * threadBytes;
  if (fitting < wanted) {
    const parts = [
      `Node.js and the server ${toMb(PROCESS_BYTES)}`,
      `codes and columns ${toMb(needs.archiveBytes)}`,
      `the encoder ${toMb(needs.encoderBytes)}`,
      `search threads ${wanted} × ${toMb(threadBytes)}`,
      `room to work ${toMb(HEADROOM_BYTES)}`,
    ];
    const fewer = wanted > 1 ? " Fewer search threads need less." : "";
    throw new AppError(
      "usage",
      `This archive needs about ${toMb(neededBytes)}, more than the memory ceiling allows (${toMb(ceilingBytes)}): ${parts.join(", ")}.${fewer}`,
      {
        remedy: {
          code: "set-option",
          option: "max-memory",
          value: `${Math.ceil(neededBytes / MIB)}m`,
          does: "is the least that does",
        },
      },
    );
  }
  return {
    threads: wanted,
    queue: Math.min(queue, Math.floor((HEADROOM_BYTES + ceilingBytes - neededBytes) / WAITING_BYTES)),
    neededBytes,
  };
}

/** The largest body that a request may bring: read and parsed it takes several times its size. */
export const maxBodyBytesBelow = (ceilingBytes: number | undefined): number =>
  Math.min(LARGEST_BODY_BYTES, Math.floor((ceilingBytes ?? Number.POSITIVE_INFINITY) / 32));

/** Connections where no ceiling asks for fewer. */
const MAX_CONNECTIONS = 1024;
/** What one connection can take while the head of a request is being sent: the head, and the state of the connection. */
const CONNECTION_BYTES = 160 * 1024;
/** Part of the ceiling that connections may take. */
const CONNECTION_SHARE = 1 / 10;

/** Connections that a server can hold: were all of them half sent, they would fit below the ceiling. */
export const maxConnectionsBelow = (ceilingBytes: number | undefined): number =>
  Math.min(
    MAX_CONNECTIONS,
    Math.floor(((ceilingBytes ?? Number.POSITIVE_INFINITY) * CONNECTION_SHARE) / CONNECTION_BYTES),
  );

const toMb = (bytes: number): string => `${Math.ceil(bytes / MIB)} MB`;
