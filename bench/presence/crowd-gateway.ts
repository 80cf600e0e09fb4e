// The metered gateway (bench/cost/metered-gateway.ts) with a crowd of watchers beside it: a call to a watcher's home goes to
// the object that stands for it. Nothing of the gateway knows.

import metered, { AddressOfRecord as Metered } from "../cost/metered-gateway";
import { type CrowdEnv, crowdOf, serveCrowd } from "./crowd";

export { Realm } from "../cost/metered-gateway";
export { Crowd } from "./crowd";

export class AddressOfRecord extends Metered {
  constructor(context: DurableObjectState, env: CrowdEnv) {
    super(context, { ...env, ADDRESS_OF_RECORD: withCrowd(env) });
  }
}

export default {
  fetch(request, env, context) {
    const url = new URL(request.url);
    if (url.pathname.startsWith("/crowd/")) return serveCrowd(url, env as CrowdEnv);
    return metered.fetch(request, env, context);
  },
} satisfies ExportedHandler<Env>;

function withCrowd({ ADDRESS_OF_RECORD, CROWD }: CrowdEnv): Env["ADDRESS_OF_RECORD"] {
  return new Proxy(ADDRESS_OF_RECORD, {
    get: (homes, name) => {
      if (name !== "getByName") return Reflect.get(homes, name);
      return (aor: string): object => {
        const crowd = crowdOf(aor);
        return crowd === undefined ? homes.getByName(aor) : CROWD.getByName(crowd);
      };
    },
  });
}
