// Where in the operator's view one is, as the fragment of the address: deep links, the back button, and nothing of it
// reaches a server.

export const accountTabs = ["devices", "calls", "messages", "events", "recorder"] as const;
export type AccountTab = (typeof accountTabs)[number];

/** What a list is narrowed to: members of the fragment's query. */
export type Filter = Readonly<Record<string, string>>;

export type Route =
  | { readonly view: "overview" | "calls" | "accounts" | "settings"; readonly filter: Filter }
  | { readonly view: "account"; readonly aor: string; readonly tab: AccountTab }
  | { readonly view: "ladder"; readonly aor: string; readonly callId: string }
  | { readonly view: "unknown" };

/** Reads `#/accounts/alice%40example.com/devices`, `#/calls?outcome=failed` and their like. */
export function readRoute(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split(/\?(.*)/s);
  const steps = path.split("/").map(decoded);
  const [view = "", first, second, third] = steps;
  if (view === "") return { view: "overview", filter: {} };
  if (view === "overview" || view === "calls" || view === "settings") return listRoute(view, query, steps);
  if (view !== "accounts") return { view: "unknown" };
  if (first === undefined || first === "") return listRoute("accounts", query, []);
  if (second === "ladders" && third !== undefined) return { view: "ladder", aor: first, callId: third };
  const tab = accountTabs.find((each) => each === (second ?? "devices"));
  return tab === undefined ? { view: "unknown" } : { view: "account", aor: first, tab };
}

function listRoute(
  view: "overview" | "calls" | "accounts" | "settings",
  query: string,
  steps: readonly string[],
): Route {
  if (steps.length > 1) return { view: "unknown" };
  return { view, filter: Object.fromEntries(new URLSearchParams(query)) };
}

function decoded(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}

/** The fragment of a list, with what it is narrowed to. */
export function listHref(view: string, filter: Readonly<Record<string, string | undefined>> = {}): string {
  const given = Object.entries(filter).flatMap(([name, value]) => (value ? [[name, value]] : []));
  return `#/${view}${given.length === 0 ? "" : `?${new URLSearchParams(given)}`}`;
}

export const accountHref = (aor: string, tab?: AccountTab): string =>
  `#/accounts/${encodeURIComponent(aor)}${tab === undefined ? "" : `/${tab}`}`;

export const ladderHref = (aor: string, callId: string): string =>
  `#/accounts/${encodeURIComponent(aor)}/ladders/${encodeURIComponent(callId)}`;
