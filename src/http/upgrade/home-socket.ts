// The socket into a home: an internal upgrade request, built from nothing but the facts (contracts/socket-facts.ts).

import { formatSocketFacts, type OpeningFacts, socketFactsHeader } from "../../contracts/socket-facts";
import type { AddressOfRecord } from "../../sip/uri/address-of-record";
import { type Objects, twice } from "../objects";

/** Asks the home for a socket: its answer is 101 with a `webSocket`, or a refusal of its own. */
export function openHomeSocket(
  objects: Objects,
  aor: AddressOfRecord,
  facts: OpeningFacts,
): Promise<Response> {
  return twice(() => objects.home(aor).fetch(homeRequest(facts)));
}

/** No header, URL or query of the client's is in it: what the object reads, the Worker has said. */
function homeRequest(facts: OpeningFacts): Request {
  return new Request("https://home.invalid/", {
    headers: {
      Upgrade: "websocket",
      "Sec-WebSocket-Protocol": "sip",
      [socketFactsHeader]: formatSocketFacts(facts),
    },
  });
}
