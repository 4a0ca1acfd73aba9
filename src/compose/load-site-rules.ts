import { assetFolders } from "../config/paths.ts";
import { loadRuleBook, type RuleBook } from "../extract/rules/rule-book.ts";

/**
 * The rules for sites of a folder, and those that come with wenxun for the sites that it has none for.
 * @throws AppError `bad-input` for a folder that cannot be read
 */
export const loadSiteRules = (folder?: string): RuleBook =>
  loadRuleBook([...(folder === undefined ? [] : [folder]), assetFolders.siteRules]);
