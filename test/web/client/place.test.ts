import { expect, it } from "vitest";
import { readPlace, writePlace } from "../../../web/client/place";

it.each([
  { kind: "list" },
  { kind: "call" },
  { kind: "conversation", peer: "bob@example.com" },
  { kind: "conversation", peer: "a%#&/@example.com" },
] as const)("a place stays itself in the fragment: %j", (place) => {
  expect(readPlace(writePlace(place))).toEqual(place);
});

it.each(["", "#", "#nobody", "#%", "#%E0%A4%A"])("%j is the list", (fragment) => {
  expect(readPlace(fragment)).toEqual({ kind: "list" });
});
