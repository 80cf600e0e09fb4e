import { expect, it } from "vitest";
import { initialsOf } from "../../../web/design/badge";

it.each([
  ["bob@example.com", "B"],
  ["ada.byron@example.com", "AB"],
  ["Ada King Byron", "AB"],
  ["élodie", "É"],
  ["@", "?"],
  ["", "?"],
])("the initials of %j are %s", (name, initials) => {
  expect(initialsOf(name)).toBe(initials);
});
