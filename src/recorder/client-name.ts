// What a client is called in a ladder: its browser, by the User-Agent of its upgrade, else what its SIP says.

/** Browsers by what they alone write; the order matters, since each claims to be the one after it. */
const browsers: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/\bEdgA?\//, "Edge"],
  [/\bOPR\//, "Opera"],
  [/\bFirefox\/|\bFxiOS\//, "Firefox"],
  [/\bHeadlessChrome\/|\bChrome\/|\bCriOS\//, "Chrome"],
  [/\bVersion\/[\d.]+.*\bSafari\//, "Safari"],
];

const longest = 40;

/** `sip` is User-Agent of its messages, `http` that of its upgrade. */
export function clientName(sip: string | undefined, http: string | undefined): string | undefined {
  const browser = browsers.find(([pattern]) => http !== undefined && pattern.test(http));
  if (browser !== undefined) return browser[1];
  const told = (sip ?? http ?? "").replace(/[^ -~]/g, "").trim();
  return told === "" ? undefined : told.slice(0, longest);
}
