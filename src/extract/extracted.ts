/** What one page says, field by field. Absent means that the page does not tell, or not without doubt. */
export interface Extracted {
  /** Headline, without the names of site and channel. */
  readonly title?: string | undefined;
  readonly published?: PublishedDate | undefined;
  /** People, as the page writes them: 张三 李四. */
  readonly author?: string | undefined;
  /** The outlet that the text comes from (来源：). */
  readonly source?: string | undefined;
  /** Absolute, http or https. */
  readonly canonicalUrl?: string | undefined;
  readonly language?: "zh-Hans" | "zh-Hant" | (string & {}) | undefined;
  /** The text, a paragraph each, without the headline. Empty: no article was found. */
  readonly paragraphs: readonly string[];
  /** What stands beneath pictures. */
  readonly captions: readonly string[];
  /** The next page of an article that is cut into several. */
  readonly nextPage?: string | undefined;
  /** Encoding of the bytes, in the words of the Encoding Standard. */
  readonly encoding: string;
  /** Which rule took each field. */
  readonly why: Readonly<Partial<Record<ExtractedField, string>>>;
  /** What whoever wrote the rules of the site should know. */
  readonly notices: readonly string[];
  /** Lines that stood within the text and were taken out. */
  readonly dropped: readonly DroppedLine[];
}

export type ExtractedField =
  | "title"
  | "published"
  | "author"
  | "source"
  | "canonicalUrl"
  | "language"
  | "body"
  | "nextPage"
  | "encoding";

export interface PublishedDate {
  /** ms since 1970 UTC. */
  readonly atMs: number;
  /** A day is its first instant in the zone of the page. */
  readonly precision: "second" | "minute" | "day";
}

export interface DroppedLine {
  /** At most 200 characters of it. */
  readonly text: string;
  readonly rule: string;
}
