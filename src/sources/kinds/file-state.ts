/** How far a file of a folder has been read; `mark` changes when the file does. */
export type FileState =
  /** It was there, and may still be written. */
  | { readonly what: "seen"; readonly mark: string }
  /** Earlier checks have read so many of its pages. */
  | { readonly what: "begun"; readonly mark: string; readonly pages: number }
  /** It could not be read so many times, perhaps for a reason that passes, which `notice` says. */
  | { readonly what: "failed"; readonly mark: string; readonly tries: number; readonly notice?: string | undefined }
  /** It has been read; `notice` says what could not be used. */
  | { readonly what: "read"; readonly mark: string; readonly notice?: string | undefined };

/** What is kept of a file: `?MARK`, `+PAGES MARK`, `~TRIES MARK NOTICE`, `MARK` or `MARK NOTICE`. */
export function formatFileState(state: FileState): string {
  switch (state.what) {
    case "seen":
      return `?${state.mark}`;
    case "begun":
      return `+${state.pages} ${state.mark}`;
    case "failed":
      return `~${state.tries} ${withNotice(state)}`;
    case "read":
      return withNotice(state);
  }
}

const withNotice = ({ mark, notice }: { readonly mark: string; readonly notice?: string | undefined }): string =>
  notice === undefined ? mark : `${mark} ${notice}`;

/** Undefined where nothing is known of the file as it is now. */
export function parseFileState(kept: string | undefined, mark: string): FileState | undefined {
  const [, sign, count, of, notice] = /^(?:(\?)|([+~]\d+) )?(\S+)(?: ([\s\S]*))?$/.exec(kept ?? "") ?? [];
  if (of !== mark) return undefined;
  if (sign !== undefined) return { what: "seen", mark };
  if (count?.startsWith("+")) return { what: "begun", mark, pages: Number(count.slice(1)) };
  if (count?.startsWith("~")) return { what: "failed", mark, tries: Number(count.slice(1)), notice };
  return { what: "read", mark, notice };
}
