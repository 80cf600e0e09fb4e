// Objects with a socket that do nothing, to tell what of an idle device's memory is the platform's: with an object for each, or one
// for all; with the tables of a home, or none. `/gc` collects garbage.

import { DurableObject } from "cloudflare:workers";
import { homeSchema } from "../../durable-objects/host/home-schema";
import { migrate } from "../../durable-objects/host/migrations";

interface IdleEnv {
  readonly IDLE: DurableObjectNamespace<Idle>;
}

export class Idle extends DurableObject<IdleEnv> {
  override fetch(request: Request): Response {
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    if (new URL(request.url).searchParams.has("tables")) migrate(this.ctx.storage.sql, homeSchema);
    const headers = { "Sec-WebSocket-Protocol": "sip" };
    return new Response(null, { status: 101, webSocket: client, headers });
  }
}

export default {
  fetch(request, env) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/gc") globalThis.gc?.();
    const aor = searchParams.get("aor");
    return aor === null ? new Response("ready") : env.IDLE.getByName(aor).fetch(request);
  },
} satisfies ExportedHandler<IdleEnv>;
