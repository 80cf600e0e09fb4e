import { describe, expect, it } from "vitest";
import { epochMs, seconds } from "../../src/base/brand";
import { notifierStep } from "../../src/events/notifier";
import { buildNotify } from "../../src/events/notify";
import { processSubscribe, subscribeResponse } from "../../src/events/subscribe";
import { SubscriptionTable } from "../../src/events/subscription-table";
import { allFields, fieldValue, type SipMessage } from "../../src/sip/message";
import { parseText } from "../../src/sip/parser";
import { message, request } from "./message";

const start = epochMs(1_700_000_000_000);
const at = (elapsed: number) => epochMs(start + elapsed * 1000);
const limits = {
  subscriptions: 1,
  subscriptionsPerWatcher: 1,
  minExpires: seconds(60),
  maxExpires: seconds(3600),
};

/** The start line and the header fields, in no order, without those the RFC gives for illustration only. */
function head(text: SipMessage | string): { readonly line: string; readonly fields: readonly string[] } {
  const parsed = typeof text === "string" ? parseText(text) : { ok: true as const, value: text };
  if (!parsed.ok) throw new Error(parsed.error);
  const { value } = parsed;
  const fields = allFields(value)
    .filter(({ name }) => name !== "content-length" && name !== "allow-events")
    .map((field) => `${field.name}: ${fieldValue(value, field)}`);
  return { line: value.text.slice(0, value.headStart).trim(), fields: [...fields].sort() };
}

describe("RFC 3856 §8: a watcher, a server and a change of presence", () => {
  const f1 = request(`
    SUBSCRIBE sip:resource@example.com SIP/2.0
    Via: SIP/2.0/TCP watcherhost.example.com;branch=z9hG4bKnashds7
    To: <sip:resource@example.com>
    From: <sip:user@example.com>;tag=xfg9
    Call-ID: 2010@watcherhost.example.com
    CSeq: 17766 SUBSCRIBE
    Max-Forwards: 70
    Event: presence
    Accept: application/pidf+xml
    Contact: <sip:user@watcherhost.example.com>
    Expires: 600
    Content-Length: 0
  `);
  const outcome = processSubscribe(
    {
      request: f1,
      existing: new SubscriptionTable(),
      watcher: "user@example.com",
      judge: () => "allow",
      anonymous: false,
      limits,
      newTag: "ffd2",
      newId: "1",
    },
    start,
  );
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.error));
  const { subscription } = outcome.value.notify;
  const notifyParts = (branch: string) => ({
    via: `SIP/2.0/TCP server.example.com;branch=${branch}`,
    maxForwards: 70,
    contact: "sip:server.example.com",
    document: { contentType: subscription.contentType, body: "[PIDF Document]" },
  });

  it("F2 200 OK", () => {
    const f2 = message(`
      SIP/2.0 200 OK
      Via: SIP/2.0/TCP watcherhost.example.com;branch=z9hG4bKnashds7
      To: <sip:resource@example.com>;tag=ffd2
      From: <sip:user@example.com>;tag=xfg9
      Call-ID: 2010@watcherhost.example.com
      CSeq: 17766 SUBSCRIBE
      Expires: 600
      Contact: sip:server.example.com
      Content-Length: 0
    `);
    expect(head(subscribeResponse(f1, outcome.value, "sip:server.example.com"))).toEqual(head(f2));
  });

  it("F3 NOTIFY, F4 200, the presence changes, F5 NOTIFY", () => {
    const f3 = message(`
      NOTIFY sip:user@watcherhost.example.com SIP/2.0
      Via: SIP/2.0/TCP server.example.com;branch=z9hG4bKna998sk
      From: <sip:resource@example.com>;tag=ffd2
      To: <sip:user@example.com>;tag=xfg9
      Call-ID: 2010@watcherhost.example.com
      Event: presence
      Subscription-State: active;expires=599
      Max-Forwards: 70
      CSeq: 8775 NOTIFY
      Contact: sip:server.example.com
      Content-Type: application/pidf+xml
    `);
    const first = notifierStep(
      { kind: "idle", subscription },
      { kind: "subscribed", subscription },
      8774,
      at(1),
    );
    const [sent] = first.effects;
    if (sent?.kind !== "sendNotify") throw new Error("no NOTIFY");
    const text = buildNotify(sent.subscription, sent.notification, notifyParts("z9hG4bKna998sk"));
    expect(head(text)).toEqual(head(f3));
    expect(text.endsWith("Content-Length: 15\r\n\r\n[PIDF Document]")).toBe(true);

    const f4 = { kind: "answered", cseq: 8775, outcome: { kind: "answered", status: 200 } } as const;
    const taken = notifierStep(first.state, f4, 8774, at(1));
    const f5 = message(`
      NOTIFY sip:user@watcherhost.example.com SIP/2.0
      Via: SIP/2.0/TCP server.example.com;branch=z9hG4bKna998sl
      From: <sip:resource@example.com>;tag=ffd2
      To: <sip:user@example.com>;tag=xfg9
      Call-ID: 2010@watcherhost.example.com
      CSeq: 8776 NOTIFY
      Event: presence
      Subscription-State: active;expires=543
      Max-Forwards: 70
      Contact: sip:server.example.com
      Content-Type: application/pidf+xml
    `);
    const [next] = notifierStep(taken.state, { kind: "documentChanged" }, 8775, at(57)).effects;
    if (next?.kind !== "sendNotify") throw new Error("no NOTIFY");
    expect(head(buildNotify(next.subscription, next.notification, notifyParts("z9hG4bKna998sl")))).toEqual(
      head(f5),
    );
  });
});
