// What two users do, in real objects, on both roads, with nothing, memory, or memory and sockets lost between any
// two steps. Who is told what and why is the pure home's tests; here the runtime is what is under test.

import { beforeAll, describe, expect, it, vi } from "vitest";
import { body, headerValue } from "../../src/sip/message";
import type { Phone } from "../support/phone";
import { crash, dial, hibernate, makeAccount, online, type Road, targetOn } from "./support/homes";
import { openSocket } from "./support/worker";

beforeAll(() => {
  vi.spyOn(console, "info").mockImplementation(() => undefined);
});

type Loss = "nothing" | "memory" | "memory and sockets";

let stories = 0;

/** Two users on one road, and what their homes lose between two steps. */
async function story(road: Road, loss: Loss) {
  const suffix = `${++stories}@example.com`;
  const [alice, bob] = [await makeAccount(`alice${suffix}`), await makeAccount(`bob${suffix}`)];
  const phones: Phone[] = [];
  const call = async (aor: string, instance: string): Promise<Phone> => {
    const phone = await online(aor, road, { instance });
    phones.push(phone);
    return phone;
  };
  const lose = async (): Promise<void> => {
    if (loss === "memory") for (const aor of [alice, bob]) await hibernate(aor);
    if (loss !== "memory and sockets") return;
    await crash();
    for (const phone of phones) {
      phone.rejoin(await openSocket(targetOn(road, phone.aor)));
      expect((await phone.register()).status).toBe(200);
    }
  };
  const leave = async (phone: Phone): Promise<void> => {
    phones.splice(phones.indexOf(phone), 1);
    expect((await phone.register(0)).status).toBe(200);
    phone.hangUp();
    await phone.closed();
  };
  const end = (): void => {
    for (const phone of phones) phone.hangUp();
  };
  return { alice, bob, call, lose, leave, end };
}

const roads: readonly Road[] = ["named", "bare"];
const losses: readonly Loss[] = ["nothing", "memory", "memory and sockets"];

describe.each(roads)("on the %s road", (road) => {
  describe.each(losses)("with %s lost between any two steps", (loss) => {
    it("a phone registers, refreshes, asks and leaves", async () => {
      const { alice, lose } = await story(road, loss);
      const phone = await dial(alice, road, { instance: "f81d4fae-7dec-11d0-a765-00a0c91e6bf6" });
      const lost = async (): Promise<void> => {
        await lose();
        if (loss === "memory and sockets") phone.rejoin(await openSocket(targetOn(road, alice)));
      };
      expect((await phone.attempt("REGISTER")).status).toBe(401);
      // A stranger's few seconds are a timer: with one here no object hibernates.
      if (loss !== "memory") await lost();
      const registered = await phone.register();
      expect([registered.status, headerValue(registered, "contact")]).toEqual([
        200,
        expect.stringContaining(`<${phone.contact}>`),
      ]);
      await lost();
      expect((await phone.register()).status).toBe(200);
      await lost();
      const asked = await phone.request("REGISTER");
      expect(asked.status).toBe(200);
      // A binding is its socket's: with the socket it is gone until the phone registers anew.
      expect(headerValue(asked, "contact") !== undefined).toBe(loss !== "memory and sockets");
      await lost();
      expect(headerValue(await phone.register(0), "contact")).toBeUndefined();
      phone.hangUp();
      expect(await phone.closed()).toMatchObject({ code: 1000 });
    });

    it("a message reaches a phone that is there", async () => {
      const { alice, bob, call, lose, end } = await story(road, loss);
      const [from, to] = [await call(alice, "a1"), await call(bob, "b1")];
      for (const text of ["one", "two"]) {
        await lose();
        const sent = from.message(bob, text);
        expect(body(await to.take("MESSAGE"))).toBe(text);
        expect((await sent).status).toBe(200);
      }
      await lose();
      const back = to.message(alice, "three");
      expect(body(await from.take("MESSAGE"))).toBe("three");
      expect((await back).status).toBe(200);
      end();
    });

    it("a message to a phone that is away is kept, and delivered once it comes", async () => {
      const { alice, bob, call, lose, leave, end } = await story(road, loss);
      const from = await call(alice, "a1");
      const first = await call(bob, "b1");
      await leave(first);
      for (const text of ["one", "two", "three"]) {
        await lose();
        expect((await from.message(bob, text)).status).toBe(202);
      }
      await lose();
      const to = await call(bob, "b1");
      const got = [];
      for (let count = 0; count < 3; count++) got.push(body(await to.take("MESSAGE")));
      expect(got).toEqual(["one", "two", "three"]);
      // Answered behind it on the same socket, so the last 200 has been read: what was not would come again.
      expect((await to.register()).status).toBe(200);
      await lose();
      // Nothing comes twice: the next one is new.
      const sent = from.message(bob, "four");
      expect(body(await to.take("MESSAGE"))).toBe("four");
      expect((await sent).status).toBe(200);
      end();
    });

    it("a watcher is told of what is published", async () => {
      const { alice, bob, call, lose, end } = await story(road, loss);
      const [watcher, watched] = [await call(alice, "a1"), await call(bob, "b1")];
      await lose();
      expect((await watcher.subscribe(bob)).status).toBe(200);
      const counts: number[] = [];
      const nextState = async (note: string): Promise<void> => {
        for (;;) {
          const notify = await watcher.take("NOTIFY");
          counts.push(Number.parseInt(headerValue(notify, "cseq") ?? "", 10));
          if (body(notify).includes(note)) return;
        }
      };
      await nextState("<basic>open</basic>");
      let tag = "";
      for (const note of ["reading", "writing"]) {
        await lose();
        const published = await watched.publish(note, tag === "" ? [] : [`SIP-If-Match: ${tag}`]);
        expect(published.status).toBe(200);
        tag = headerValue(published, "sip-etag") ?? "";
        await nextState(note);
      }
      expect(counts).toEqual([...new Set(counts)].sort((a, b) => a - b));
      await lose();
      const removed = await watched.request("PUBLISH", {
        lines: ["Event: presence", `SIP-If-Match: ${tag}`, "Expires: 0"],
      });
      expect(removed.status).toBe(200);
      end();
    });

    it("two phones of one user are told apart", async () => {
      const { alice, bob, call, lose, end } = await story(road, loss);
      const from = await call(alice, "a1");
      const desk = await call(bob, "b1");
      await lose();
      const cell = await call(bob, "b2");
      await lose();
      const sent = from.message(bob, "both");
      expect(body(await desk.take("MESSAGE"))).toBe("both");
      expect(body(await cell.take("MESSAGE"))).toBe("both");
      expect((await sent).status).toBe(200);
      end();
    });
  });
});
