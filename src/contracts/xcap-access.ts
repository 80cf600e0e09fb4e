// The call that XCAP over HTTP (RFC 4825) makes on the object of an address-of-record: the login and the request in
// one, so that a document costs one call.

import type { HttpAuthentication, HttpLogin } from "./user-authentication";

/** A request below the XCAP root. */
export interface XcapCall {
  readonly method: string;
  /** Behind the XCAP root, from its slash on, as received. */
  readonly path: string;
  /** Without its `?`, as received. */
  readonly query: string;
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
  readonly contentType: string | undefined;
  /** Undefined for octets that are not UTF-8. */
  readonly body: string | undefined;
  /** As the client named it, without a final slash: `https://example.com/xcap`. */
  readonly xcapRoot: string;
}

export type XcapAnswer =
  | {
      readonly kind: "answered";
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  | Exclude<HttpAuthentication, { kind: "authenticated" }>;

/** May be made twice where the request itself may. */
export interface XcapAccess {
  askXcap(login: HttpLogin, call: XcapCall): Promise<XcapAnswer>;
}
