import assert from "node:assert/strict";
import { test } from "node:test";
import { planExport } from "./read-export.ts";

test("a file goes by relevance where words are asked for, and by date where none are or all is wanted", () => {
  for (const q of ["", " ", "-广告", '-"闭幕式"', "source:甲报", "after:2021"]) {
    assert.equal(planExport(3, { q, sort: "relevance" }, false).order, "newest", q);
    assert.equal(planExport(3, { q, sort: "oldest" }, false).order, "oldest", q);
  }
  for (const q of ["大桥", '"大桥" -广告', "title:大桥"]) {
    assert.equal(planExport(3, { q, sort: "relevance" }, false).order, "relevance", q);
    assert.equal(planExport(3, { q, sort: "newest" }, false).order, "newest", q);
    assert.equal(planExport(3, { q, sort: "relevance" }, true).order, "newest", q);
  }
});
