import { storageKey } from "./site-root.ts";

/** The reader's collection as this browser keeps it; nothing of it is sent anywhere. */

const KEY = storageKey("saved");

export interface SavedArticle {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  readonly url: string;
  /** ISO 8601 with the archive's offset; empty where unknown. */
  readonly published: string;
  /** Absent where it is not known, or was saved by an earlier version. */
  readonly category?: string;
  /** BCP 47; absent as {@link category}. */
  readonly language?: string;
  readonly folder?: string;
  readonly tags?: readonly string[];
  readonly note?: string;
}

export const FIELDS = ["id", "title", "source", "url", "published"] as const;

export function isSaved(value: unknown): value is SavedArticle {
  if (typeof value !== "object" || value === null) return false;
  const {
    folder = "",
    note = "",
    category = "",
    language = "",
    tags = [],
    ...fields
  } = value as Record<string, unknown>;
  return (
    FIELDS.every((field) => typeof fields[field] === "string") &&
    [folder, note, category, language].every((text) => typeof text === "string") &&
    Array.isArray(tags) &&
    tags.every((tag) => typeof tag === "string")
  );
}

export function readSaved(): SavedArticle[] {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(value) ? value.filter(isSaved) : [];
  } catch {
    // Storage is forbidden or holds something else: the collection is empty then.
    return [];
  }
}

/** Comma, 、 and their kin divide tags. */
export const toTags = (text: string): string[] => text.split(/[,，、]/).flatMap((tag) => tag.trim() || []);

export function writeSaved(articles: readonly SavedArticle[]): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(articles));
  } catch {
    // Storage is forbidden or full: the buttons then show that nothing was kept.
  }
}
