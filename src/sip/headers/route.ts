// Route, Record-Route, Path and Service-Route (RFC 3261 §20.30, §20.34; RFC 3327 §4; RFC 3608 §5): lists of
// name-addr. Angle brackets are not optional here, so a URI parameter such as lr cannot be taken for one of the header.

import { err, ok, type Result } from "../../base/result";
import { parameter } from "../parameters";
import { plainRoute } from "../plain-syntax";
import { parseUri } from "../uri/uri";
import type { HeaderFailure } from "./header-failure";
import { splitList } from "./list";
import { type NameAddr, parseNameAddr } from "./name-addr";

export interface Route {
  readonly nameAddr: NameAddr;
  /** This route's own text as written. */
  readonly text: string;
}

/** Far below what a URI may have. */
const longestPlain = 1_000;

/** The routes of all the values of a message, the topmost first. */
export function parseRoutes(values: readonly string[]): Result<readonly Route[], HeaderFailure> {
  const routes: Route[] = [];
  for (const text of values.flatMap(splitList)) {
    const [, uri] = (text.length <= longestPlain && plainRoute.exec(text)) || [];
    if (uri !== undefined) {
      routes.push({ nameAddr: { display: undefined, uri, parameters: [] }, text });
      continue;
    }
    const parsed = parseNameAddr(text);
    if (!parsed.ok) return parsed;
    if (!text.includes("<")) return err("syntax");
    routes.push({ nameAddr: parsed.value, text });
  }
  return ok(routes);
}

/** Whether a route's URI has the lr parameter (RFC 3261 §16.12, §19.1.1): its element routes loosely. */
export function isLooseRoute(uri: string): boolean {
  const parsed = parseUri(uri);
  return parsed.ok && parsed.value.kind === "sip" && parameter(parsed.value.parameters, "lr") !== undefined;
}
