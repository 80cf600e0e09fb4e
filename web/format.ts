// Times, durations and numbers as people read them. The moment "now" is an argument, so that a test can say it.

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const date = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const dateAndYear = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });
const whole = new Intl.NumberFormat("en-GB");

export const clockTime = (at: string): string => clock.format(new Date(at));

/** `3 Nov 2026, 14:05:09`: the whole moment, in the reader's zone. */
export const fullTime = (at: string): string => `${dateAndYear.format(new Date(at))}, ${clockTime(at)}`;

/** How long ago, or the day when that says more: `just now`, `5 min ago`, `3 Nov, 14:05:09`. */
export function ago(at: string, now: number): string {
  const past = now - Date.parse(at);
  if (past < 10 * second) return "just now";
  if (past < minute) return `${Math.floor(past / second)} s ago`;
  if (past < hour) return `${Math.floor(past / minute)} min ago`;
  if (past < 12 * hour) return `${Math.floor(past / hour)} h ago`;
  if (past < 300 * day) return `${date.format(new Date(at))}, ${clockTime(at)}`;
  return dateAndYear.format(new Date(at));
}

/** What is left until then: `in 4 min`; "over" afterwards. */
export function ahead(at: string, now: number): string {
  const left = Date.parse(at) - now;
  if (left <= 0) return "over";
  if (left < minute) return `in ${Math.ceil(left / second)} s`;
  if (left < hour) return `in ${Math.ceil(left / minute)} min`;
  return left < day ? `in ${Math.floor(left / hour)} h` : `in ${Math.floor(left / day)} days`;
}

/** `42 s`, `3:07`, `1:02:45`. */
export function duration(seconds: number): string {
  const all = Math.round(seconds);
  const two = (value: number): string => String(value).padStart(2, "0");
  if (all < 60) return `${all} s`;
  if (all < 3600) return `${Math.floor(all / 60)}:${two(all % 60)}`;
  return `${Math.floor(all / 3600)}:${two(Math.floor(all / 60) % 60)}:${two(all % 60)}`;
}

export const count = (value: number): string => whole.format(value);

/** `1 device`, `3 devices`. */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

export function octets(value: number): string {
  if (value < 1024) return `${count(value)} B`;
  const kibi = value / 1024;
  return kibi < 1024 ? `${kibi.toFixed(kibi < 10 ? 1 : 0)} KiB` : `${(kibi / 1024).toFixed(1)} MiB`;
}

/** Money with as many digits as there is something to see. */
export function money(value: number, currency: string): string {
  const digits =
    value !== 0 && Math.abs(value) < 1 ? { minimumSignificantDigits: 1, maximumSignificantDigits: 2 } : {};
  return new Intl.NumberFormat("en-US", { style: "currency", currency, ...digits }).format(value);
}

const countries = new Intl.DisplayNames("en", { type: "region", fallback: "none" });

/** A country's name for its code (ISO 3166-1); the code itself when it names none, as Cloudflare's T1 and XX. */
export function country(code: string): string {
  if (code === "T1") return "Tor network";
  if (!/^[A-Z]{2}$/.test(code) || code === "XX") return "unknown country";
  return countries.of(code) ?? code;
}
