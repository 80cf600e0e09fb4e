// The gateway, and `/gc`, which collects garbage: what is left is what is held.

import gateway from "../../src/index";

export { AddressOfRecord, Realm } from "../../src/index";

export default {
  fetch(request, env, context) {
    if (new URL(request.url).pathname !== "/gc") return gateway.fetch(request, env, context);
    globalThis.gc?.();
    return new Response("collected");
  },
} satisfies ExportedHandler<Env>;
