/**
 * What script adds to pages that are whole without it: results while typing, moving without a full load, keys, recent
 * searches. Each part finds its elements by itself and does nothing where they are missing.
 */
import { addBrush } from "./brush.ts";
import { addFacets } from "./facets.ts";
import { addForgetting } from "./forget.ts";
import { addKeys } from "./keys.ts";
import { addLiveStatus } from "./live-status.ts";
import { addNavigation } from "./navigation.ts";
import { addOffline } from "./offline.ts";
import { addPicture } from "./picture.ts";
import { addReadingOn } from "./reading-on.ts";
import { addRecentSearches } from "./recent.ts";
import { addSaved } from "./saved.ts";
import { addShare } from "./share.ts";
import { addSuggestions } from "./suggest.ts";
import { addTyping } from "./typing.ts";
import { addUndo } from "./undo.ts";
import { addWhy } from "./why.ts";

addNavigation();
addTyping();
addShare();
addRecentSearches();
addSuggestions();
addFacets();
addWhy();
addUndo();
addReadingOn();
addPicture();
addKeys();
addBrush();
addSaved();
addOffline();
addLiveStatus();
addForgetting();
