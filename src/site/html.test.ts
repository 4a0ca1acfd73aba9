import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { flag, html } from "./html.ts";

test("text is escaped in elements and attributes, markup made by the tag is not", () => {
  const inner = html`<b>${"<i> & 'x' \"y\""}</b>`;
  assert.equal(
    html`<p title="${'"><script>'}">${inner}</p>`.markup,
    '<p title="&quot;&gt;&lt;script&gt;"><b>&lt;i&gt; &amp; &#39;x&#39; &quot;y&quot;</b></p>',
  );
});

test("lists are joined, absent values vanish, zero stays", () => {
  assert.equal(html`${[html`<a>`, "<", 0]}${undefined}${false}`.markup, "<a>&lt;0");
  assert.equal(html`<option ${flag("selected", true)} ${flag("disabled", false)}>`.markup, "<option selected >");
});

test("no text can open a tag, end an attribute or start an entity", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("<", ">", "&", '"', "'", ";", "a", "#") }), (text) => {
      const { markup } = html`${text}`;
      assert.doesNotMatch(markup.replace(/&(amp|lt|gt|quot|#39);/g, ""), /[<>"'&]/);
    }),
  );
});
