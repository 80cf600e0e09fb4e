import { describe, expect, it } from "vitest";
import { presence } from "../../src/events/packages/presence";
import { allowEvents, eventPackage } from "../../src/events/supported-packages";

describe("RFC 6665 §5.4: event packages", () => {
  it("are found by their exact name", () => {
    expect(eventPackage("presence")?.name).toBe("presence");
    expect(eventPackage("Presence")).toBeUndefined();
    expect(eventPackage("presence.winfo")?.audience).toBe("owner");
    expect(eventPackage("presence.winfo.winfo")).toBeUndefined();
    expect(eventPackage("")).toBeUndefined();
    expect(eventPackage("constructor")).toBeUndefined();
  });

  it("are listed in Allow-Events, without templates (§4.4.4)", () => {
    const named = (name: string) => ({ ...presence, name });
    expect(allowEvents()).toBe("presence, dialog, reg, message-summary, xcap-diff");
    expect(allowEvents([presence, named("presence.winfo"), named("dialog")])).toBe("presence, dialog");
  });
});

describe("RFC 3856 §6: presence", () => {
  it("lasts an hour by default and is PIDF", () => {
    expect(eventPackage("presence")).toMatchObject({
      defaultExpires: 3600,
      contentTypes: ["application/pidf+xml"],
      audience: "rules",
    });
  });
});
