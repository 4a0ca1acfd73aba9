import type { RemedyWords } from "../errors.ts";

/** What mends an error, for people at a terminal: flags and commands. */
export const CLI_REMEDIES: RemedyWords = {
  "option-takes": ({ option, takes }) => `--${option} takes ${takes}.`,
  "set-option": ({ option, value, does }) => `--${option}${value === undefined ? "" : ` ${value}`} ${does}.`,
  "make-archive": ({ folder }) =>
    `Make one with \`wenxun import FILE --archive ${folder}\`, or name another folder with --archive.`,
  reindex: ({ folder }) =>
    `Run \`wenxun reindex${folder === undefined ? "" : ` --archive ${folder}`}\` to encode the archive anew, or choose the other encoder with --encoder.`,
  verify: () => "Restore a backup; `wenxun verify` says more.",
  repair: () => "`wenxun verify --repair` mends what can be mended from the articles; otherwise restore a backup.",
  salvage: () => "Restore a backup; without one, `wenxun export --salvage` saves the articles that can still be read.",
  "export-and-import": () => "Export it with the version that made it (`wenxun export`) and import it here.",
  "share-folder": ({ folder, host }) =>
    `It stands in ${folder} of ${host}: run this there, or give both machines one folder; other servers take --follow off and --alerts off.`,
};
