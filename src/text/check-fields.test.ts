import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError } from "../errors.ts";
import { BOOLEAN, checkFields, type FieldRules, isText, isTexts, OPTIONS_PLACE } from "./check-fields.ts";

interface Given {
  readonly name: string;
  readonly isOn?: boolean;
  readonly places?: readonly string[];
  readonly word?: string;
}

const RULES: FieldRules<Given> = {
  name: { wanted: "text", isRight: isText, isRequired: true },
  isOn: BOOLEAN,
  places: { wanted: "an array of texts", isRight: isTexts },
  word: { wanted: "a word of two characters", isRight: (value) => isText(value) && value.length === 2, isSecret: true },
};

function faultOf(value: unknown, place = { code: "bad-input", name: "things[1]" } as const): string {
  try {
    checkFields<Given>(value, RULES, place);
  } catch (error) {
    assert.ok(error instanceof AppError && error.code === "bad-input", String(error));
    return error.message;
  }
  return "";
}

test("what is right passes, and undefined is a field that is left out", () => {
  for (const right of [
    { name: "" },
    { name: "桥", isOn: false, places: ["一"], word: "二字" },
    { name: "桥", isOn: undefined },
  ])
    assert.equal(faultOf(right), "");
});

test("a fault names the place, what is there, and what is wanted", () => {
  for (const [value, message] of [
    [undefined, "things[1] is missing: wanted an object with fields such as name, isOn, places."],
    [null, "things[1] is null: wanted an object with fields such as name, isOn, places."],
    [[], "things[1] is []: wanted an object with fields such as name, isOn, places."],
    [{}, "things[1].name is missing: wanted text."],
    [{ name: Number.NaN }, "things[1].name is NaN: wanted text."],
    [{ name: new Date(0) }, "things[1].name is a Date: wanted text."],
    [{ name: () => "桥" }, "things[1].name is a function: wanted text."],
    [{ name: "桥", isOn: "yes" }, 'things[1].isOn is "yes": wanted true or false.'],
    [{ name: "桥", isOn: "长".repeat(99) }, `things[1].isOn is "${"长".repeat(60)}…": wanted true or false.`],
    [
      { name: "桥", places: ["一", 2, [3], {}, null, 6] },
      'things[1].places is ["一", 2, an array, an object, null, …]: wanted an array of texts.',
    ],
    [{ nmae: "桥" }, "things[1].nmae is unknown: there are name, isOn, places, word. Did you mean name?"],
  ] as const)
    assert.equal(faultOf(value), message);
});

test("no message shows a secret", () => {
  assert.equal(
    faultOf({ name: "桥", word: "hidden" }),
    "things[1].word is not right: wanted a word of two characters.",
  );
});

test("options are named as they are", () => {
  assert.throws(
    () => checkFields<Given>({ name: 5 }, RULES, OPTIONS_PLACE),
    (error) => error instanceof AppError && error.code === "usage" && error.message === "name is 5: wanted text.",
  );
});
