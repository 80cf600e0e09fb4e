// One registration over the socket as it is now, as a promise (RFC 3261 §10.2).

import {
  Registerer,
  type RegistererOptions,
  RegistererState,
  RequestPendingError,
  type UserAgent,
} from "sip.js";

export type RegisterOutcome =
  | { readonly kind: "registered" }
  /** The name or the password is wrong, or the account is closed: trying again helps nobody. */
  | { readonly kind: "refused"; readonly status: number }
  /** Anything else: overload, a restart, a socket that was cut meanwhile. */
  | { readonly kind: "failed" };

export interface Registration {
  register(): Promise<RegisterOutcome>;
  /** Takes it back, for good; done once the gateway has answered, which need not be. */
  end(): Promise<void>;
}

const refusals: readonly number[] = [401, 403, 404, 407];

/** `lapsed` is called when a registration ends that had been accepted: SIP.js refreshes it by itself. */
export function createRegistration(
  userAgent: UserAgent,
  options: RegistererOptions,
  lapsed: () => void,
): Registration {
  let registerer = createRegisterer();

  function createRegisterer(): Registerer {
    const created = new Registerer(userAgent, options);
    let accepted = false;
    created.stateChange.addListener((state) => {
      if (accepted && state === RegistererState.Unregistered && created === registerer) lapsed();
      accepted = state === RegistererState.Registered;
    });
    return created;
  }

  function attempt(): Promise<RegisterOutcome> {
    return new Promise((resolve, reject) => {
      const requestDelegate = {
        onAccept: () => resolve({ kind: "registered" }),
        onReject: ({
          message: { statusCode: status = 0 },
        }: {
          message: { statusCode?: number | undefined };
        }) => resolve(refusals.includes(status) ? { kind: "refused", status } : { kind: "failed" }),
      };
      registerer.register({ requestDelegate }).catch(reject);
    });
  }

  return {
    register: () =>
      attempt().catch((error: unknown) => {
        // A REGISTER that was under way when the socket was cut blocks its Registerer until it times out.
        if (!(error instanceof RequestPendingError)) throw error;
        registerer = createRegisterer();
        return attempt();
      }),
    end: () => registerer.dispose(),
  };
}
