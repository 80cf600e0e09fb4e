import type { HttpAuthentication, HttpLogin } from "./user-authentication";
export interface XcapCall {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
  readonly contentType: string | undefined;
  readonly body: string | undefined;
  readonly xcapRoot: string;
}
export type XcapAnswer =
  | {
      readonly kind: "answered";
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  | Exclude<
      HttpAuthentication,
      {
        kind: "authenticated";
      }
    >;
export interface XcapAccess {
  askXcap(login: HttpLogin, call: XcapCall): Promise<XcapAnswer>;
}
