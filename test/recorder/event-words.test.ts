import { describe, expect, it } from "vitest";
import { eventWords } from "../../src/recorder/event-words";

describe("an event of a home, in words", () => {
  it.each([
    ["call refused", 603, "declinedElsewhere", "One device declined for all of them."],
    ["call refused", 487, "caller", "The caller had hung up."],
    ["call refused here", 480, "unreachable", "Nothing could be reached that might have answered."],
    ["call sent on", 486, "user-busy", "The user's rules send calls on when he is busy."],
  ])("%s (%d): %s", (event, code, why, words) => {
    expect(eventWords(event, code, why)).toEqual({ label: `${event} (${code})`, words, failed: false });
  });

  it("says what is known once, and of a Reason its text", () => {
    const givenUp = eventWords("call given up", undefined, "restarted");
    expect(givenUp.words).toBe("The gateway was restarted while it rang.");
    const { words } = eventWords("call ended for its page", undefined, 'SIP;cause=480;text="Page gone"');
    expect(words).toBe("The page did not come back in time, so its home hung up for it. Page gone");
  });

  it("leaves what it does not know as it is", () => {
    expect(eventWords("call refused", 403, "constructor").words).toBe("constructor");
    expect(eventWords("refused", 403, "Not your address").words).toBe("Not your address");
  });
});
