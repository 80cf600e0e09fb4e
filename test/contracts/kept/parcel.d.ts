import type { Frame } from "../../../src/sip/frame";
import type { AddressOfRecord } from "../../../src/sip/uri/address-of-record";
export interface Parcel {
  readonly key: string;
  readonly frame: Frame;
  readonly from: AddressOfRecord;
  readonly authenticated: boolean;
  readonly hops: number;
  readonly sentOn?: true;
}
export type Reply =
  | {
      readonly kind: "answered";
      readonly key: string;
      readonly frame: Frame;
    }
  | {
      readonly kind: "pending";
      readonly key: string;
    }
  | {
      readonly kind: "abandoned";
      readonly key: string;
    }
  | {
      readonly kind: "absent";
      readonly key: string;
    }
  | {
      readonly kind: "ended";
      readonly key: string;
    }
  | {
      readonly kind: "moved";
      readonly key: string;
      readonly to: AddressOfRecord;
    };
export type WireParcel = readonly [
  key: string,
  frame: Frame,
  from: AddressOfRecord,
  authenticated: boolean,
  hops: number,
  sentOn?: true,
];
export type WireReply =
  | readonly [kind: "answered", key: string, frame: Frame]
  | readonly [kind: "pending" | "abandoned" | "absent" | "ended", key: string]
  | readonly [kind: "moved", key: string, to: AddressOfRecord];
export interface DialogName {
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
}
export type PageNews = "returned" | "gone";
export interface Home {
  receive(parcels: readonly WireParcel[]): Promise<readonly WireReply[]>;
  replied(replies: readonly WireReply[]): Promise<void>;
  returned(dialogs: readonly DialogName[]): Promise<void>;
  gone(dialogs: readonly DialogName[]): Promise<void>;
}
