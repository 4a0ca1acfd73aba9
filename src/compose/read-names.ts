import { openDatabase } from "../local/store/database.ts";
import { readNames } from "../local/store/names.ts";

/** The names of sources or categories that the archive in a folder has ever held. */
export function readNamesIn(folder: string, kind: "source" | "category"): readonly string[] {
  const { database } = openDatabase(folder, "read", { leavesNoTrace: true });
  try {
    return readNames(database, kind);
  } finally {
    database.close();
  }
}
