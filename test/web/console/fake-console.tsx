// The console over a fake line, each of its states by name: `show("a call")`. For the pictures and for what real
// users cannot be made to do at will.

import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";
import { Console } from "../../../web/client/console";
import { Welcome } from "../../../web/client/welcome/welcome";
import { DesignRoot } from "../../../web/design/design-root";
import type { CallEnd } from "../../../web/line/contract";
import { call, conversation, type FakeLine, fakeLine, person, said } from "./fake-line";

const demonstration = { realm: "localhost", accounts: ["alice", "bob", "carol"] };
const [bob, carol, dora] = ["bob@localhost", "carol@localhost", "dora@elsewhere.example"];
const minute = 60_000;
const now = Date.now();
const lorem =
  "Registrar, proxy, presence agent and mailbox of one user are one object. Whoever writes to him writes to it. ";

function populate(line: FakeLine): void {
  line.people.set([
    person(bob, {
      presence: { basic: "open", activity: "busy", note: "with a client until four" },
      lamp: "busy",
    }),
    person(carol, { presence: { basic: "closed", activity: undefined, note: undefined } }),
    person("eve.adams@localhost", { watching: "pending", presence: undefined, lamp: undefined }),
    person("frank@localhost", { presence: { basic: "open", activity: "away", note: undefined } }),
    person("grace@localhost"),
  ]);
  line.watchers.set([{ address: dora, status: "pending", decision: undefined }]);
  line.all.set(
    new Map([
      [
        bob,
        conversation(
          bob,
          [
            said("1", "Are you in tomorrow?", now - 1500 * minute),
            said("2", "From nine.", now - 1499 * minute, { kind: "displayed" }),
            said("3", "Morning! Is the draft ready to be looked at?", now - 30 * minute, {
              kind: "displayed",
            }),
            said("4", "Nearly. One section is missing, the one about", now - 28 * minute),
            said(
              "5",
              "https://example.com/a/very/long/path/that/does/not/end/and/goes/on",
              now - 27.9 * minute,
            ),
            said("6", "a name of <b>markup</b> & “quotes” stays text", now - 27 * minute),
            said("7", "Good. I read it tonight.", now - 20 * minute, { kind: "delivered" }),
            said("9", "Too much at once?", now - 3 * minute, { kind: "refused", status: 503, reason: "" }),
            said("10", "Then in parts.", now - 1 * minute, { kind: "stored" }),
          ],
          { composing: true },
        ),
      ],
      [carol, conversation(carol, [said("c", "Call me when you are back", now - 5 * minute)], { unread: 3 })],
      [dora, conversation(dora, [said("d", "Hello, may I?", now - 9 * minute)], { unread: 1 })],
    ]),
  );
  line.log.set([
    logged("1", "incoming", bob, 12, { missed: true, outcome: "no-answer" }),
    logged("2", "outgoing", carol, 95, { duration: 754, outcome: "answered" }),
    logged("3", "outgoing", "frank@localhost", 1600, { outcome: "busy", status: 486 }),
    logged("4", "incoming", dora, 4000, { duration: 31, outcome: "answered", peerName: "Dora <i>E.</i>" }),
  ]);
}

const logged = (id: string, direction: "incoming" | "outgoing", peer: string, ago: number, more: object) => ({
  ...{
    id,
    direction,
    peer,
    startedAt: new Date(now - ago * minute).toISOString(),
    outcome: "",
    missed: false,
  },
  ...more,
});

/** A stream with a moving picture, as a camera gives. */
function stream(colour: string): MediaStream {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [640, 480];
  const context = canvas.getContext("2d");
  let at = 0;
  const draw = () => {
    if (context === null) return;
    context.fillStyle = colour;
    context.fillRect(0, 0, 640, 480);
    context.fillStyle = "rgb(255 255 255 / 0.6)";
    context.beginPath();
    context.arc(320 + 4 * Math.sin(at++ / 5), 230, 110, 0, 7);
    context.fill();
  };
  draw();
  setInterval(draw, 100);
  return canvas.captureStream(10);
}

const ended = (end: CallEnd) => [
  call("1", bob, {
    phase: "ended",
    endedAt: Date.now(),
    end,
    ...(end.kind === "hung-up" ? {} : { answeredAt: undefined }),
  }),
];

const states: Readonly<Record<string, (line: FakeLine) => void>> = {
  "an empty list": (line) => line.people.set([]),
  "the list": () => go("#"),
  "a conversation": () => go(`#${encodeURIComponent(bob)}`),
  "a long text": (line) => {
    line.all.set(new Map([[bob, conversation(bob, [said("1", lorem.repeat(20), now - minute)])]]));
    go(`#${encodeURIComponent(bob)}`);
  },
  "an empty conversation": () => go("#grace%40localhost"),
  "a stranger": () => go(`#${encodeURIComponent(dora)}`),
  "no connection": (line) => line.state.set({ kind: "waiting" }),
  "an incoming call": (line) =>
    line.open.set([call("1", bob, { direction: "incoming", phase: "ringing", video: true })]),
  "an outgoing call": (line) => talk(line, [call("1", bob, { phase: "ringing", answeredAt: undefined })]),
  "a call": (line) => talk(line, [call("1", bob, { muted: true })]),
  "a video call": (line) =>
    talk(line, [
      call("1", bob, { video: true, localStream: stream("#7a3e1d"), remoteStream: stream("#1d4f7a") }),
    ]),
  "two calls": (line) => talk(line, [call("1", bob, { held: true }), call("2", carol)]),
  "a broken call": (line) => talk(line, [call("1", bob, { reconnecting: true })]),
  "a declined call": (line) => talk(line, ended({ kind: "declined" })),
  "a call without media": (line) => talk(line, ended({ kind: "media-failed" })),
  "a call that is over": (line) => talk(line, ended({ kind: "hung-up", by: "them", reason: undefined })),
  "a call aside": (line) => {
    line.open.set([call("1", bob)]);
    go(`#${encodeURIComponent(carol)}`);
  },
};

const go = (hash: string): void => {
  location.hash = hash;
};

function talk(line: FakeLine, open: Parameters<FakeLine["open"]["set"]>[0]): void {
  line.open.set(open);
  go("#call");
}

const root = createRoot(document.getElementById("root") ?? document.body);
let shown = fakeLine("alice@localhost");

function show(name: string, demo = false): void {
  history.replaceState(null, "", "#");
  shown = fakeLine("alice@localhost");
  populate(shown);
  const { [name]: put } = states;
  if (put === undefined && name !== "welcome") throw new Error(`there is no state ${name}`);
  put?.(shown);
  const props = { demonstration: demo ? demonstration : undefined };
  const view =
    name === "welcome" ? (
      <Welcome
        demonstration={demonstration}
        address=""
        problem={undefined}
        onSignIn={async () => undefined}
      />
    ) : (
      <Console key={name} line={shown} {...props} onSignOut={() => {}} />
    );
  flushSync(() => root.render(<DesignRoot>{view}</DesignRoot>));
}

Object.assign(window, { show, stateNames: Object.keys(states), asked: () => shown.asked });
