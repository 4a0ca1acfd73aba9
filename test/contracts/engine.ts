import type { Archive } from "../../src/archive/archive.ts";
import type { Article } from "../../src/archive/article.ts";
import type { PutResult } from "../../src/archive/writer.ts";
import type { Encoder } from "../../src/encoder/encoder.ts";
import { AppError } from "../../src/errors.ts";
import { createFakeEncoder } from "../fakes/encoder.ts";

/** An implementation of the archive's port, seen from the suites that each must pass. */
export interface Engine {
  readonly name: string;
  /** Whether several who have borrowed a writer at the same time write in turn; else the second is refused. */
  readonly writesInTurn?: true;
  /** Makes an empty archive. */
  create(options: EngineOptions): Promise<CreatedArchive>;
}

export interface EngineOptions {
  readonly encoder: Encoder;
  /** IANA zone in which its days begin. */
  readonly timezone: string;
}

export interface CreatedArchive {
  readonly archive: Archive;
  /** Opens what is stored at this moment once more, as after a crash of whoever has it open. */
  reopen(): Promise<Archive>;
}

export const TIMEZONE = "Asia/Shanghai";

/** An empty archive with the fake encoder. */
export const createEmpty = (engine: Engine, options: Partial<EngineOptions> = {}): Promise<CreatedArchive> =>
  engine.create({ encoder: createFakeEncoder(), timezone: TIMEZONE, ...options });

/** An archive that holds these articles. */
export async function createFilled(
  engine: Engine,
  articles: readonly Article[],
  options: Partial<EngineOptions> = {},
): Promise<Archive> {
  const { archive } = await createEmpty(engine, options);
  await putAll(archive, articles);
  return archive;
}

export async function putAll(archive: Archive, articles: readonly Article[]): Promise<PutResult> {
  const writer = await archive.borrowWriter();
  try {
    return await writer.put(articles);
  } finally {
    await writer.close();
  }
}

export async function removeAll(archive: Archive, ids: readonly string[]): Promise<number> {
  const writer = await archive.borrowWriter();
  try {
    return await writer.remove(ids);
  } finally {
    await writer.close();
  }
}

/** Every article, by id; fails where one comes twice. */
export async function scan(archive: Archive, snapshot?: string): Promise<Map<string, Article>> {
  const found = new Map<string, Article>();
  for await (const article of archive.articles({ snapshot })) {
    if (found.has(article.id)) throw new Error(`${article.id} comes twice`);
    found.set(article.id, withoutUndefined(article));
  }
  return found;
}

/** What was asked about an article may say `undefined` or nothing where it has no value. */
export function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as T;
}

/** An encoder that can be away, slow or broken. */
export interface MoodyEncoder extends Encoder {
  /** Called before each batch; may throw, or take its time. */
  before: () => Promise<void> | void;
}

export function createMoodyEncoder(): MoodyEncoder {
  const encoder = createFakeEncoder();
  const moody: MoodyEncoder = {
    ...encoder,
    before: () => {},
    encode: async (texts, options) => {
      await moody.before();
      return encoder.encode(texts, options);
    },
  };
  return moody;
}

export const throwAway = (): never => {
  throw new AppError("encoder-unavailable", "The encoder does not answer.");
};
