import { describe, expect, it } from "vitest";
import { epochMs } from "../../src/base/brand";
import { type PresenceDocument, readPresenceDocument } from "../../src/presence/document";
import { sphereOf } from "../../src/presence/sphere";
import { printed } from "./rules-text";

const read = (body: string): PresenceDocument => {
  const document = readPresenceDocument(body);
  if (!document.ok) throw new Error(JSON.stringify(document.error));
  return document.value;
};

const now = epochMs(Date.parse("2005-05-30T12:00:00Z"));

const published = (spheres: string): PresenceDocument =>
  read(`<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:a@b.example"
    xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model"
    xmlns:r="urn:ietf:params:xml:ns:pidf:rpid"><dm:person id="p">${spheres}</dm:person></presence>`);

const [work, home] = ["<r:sphere><r:work/></r:sphere>", "<r:sphere><r:home/></r:sphere>"];

describe("RFC 5025 §3.1.2: the sphere of a user", () => {
  it.each([
    ["none stated", [""], undefined],
    ["nothing published", [], undefined],
    ["one", [work], "work"],
    ["one of two publications", ["", home], "home"],
    ["two that agree", [work, "<r:sphere> Work </r:sphere>"], "work"],
    ["two that do not", [work, home], undefined],
    ["two in one document that do not", [work + home], undefined],
    ["an empty one", ["<r:sphere/>"], undefined],
    ["one outside a person's own children", [`<r:activities>${work}</r:activities>`], undefined],
  ])("%s", (_, documents, sphere) => {
    expect(sphereOf(documents.map(published), now)).toBe(sphere);
  });

  it("RFC 4480 §4: free text", () => {
    expect(sphereOf([read(printed("presence-rfc4480-4-05.xml"))], now)).toBe("bowling league");
  });

  it.each([
    ['from="2005-05-30T12:00:00Z"', "work"],
    ['from="2005-05-30T12:00:01Z"', undefined],
    ['until="2005-05-30T12:00:01Z"', "work"],
    ['until="2005-05-30T12:00:00Z"', undefined],
    ['from="2005-05-30T07:00:00-05:00" until="2005-05-30T14:01:00+02:00"', "work"],
    ['from="noon"', undefined],
    ['until="noon"', undefined],
  ])("RFC 4480 §3.1: %s", (attributes, sphere) => {
    expect(sphereOf([published(`<r:sphere ${attributes}><r:work/></r:sphere>`)], now)).toBe(sphere);
  });
});
