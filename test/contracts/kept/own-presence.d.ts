import type { AddressOfRecord } from "../../../src/sip/uri/address-of-record";
export interface PresenceStatement {
  readonly basic: "open" | "closed";
  readonly activity?: string;
  readonly note?: string;
  readonly mood?: string;
}
export interface PresenceView extends PresenceStatement {
  readonly statedAt: string;
  readonly expiresAt: string;
}
export type PutPresenceOutcome =
  | {
      readonly kind: "stated";
      readonly presence: PresenceView;
    }
  | {
      readonly kind: "refused";
      readonly where: "activity" | "note" | "mood";
      readonly detail: string;
    }
  | {
      readonly kind: "no-account";
    };
export type Decision = "allow" | "confirm" | "block" | "polite-block";
export interface WatcherView {
  readonly id: string;
  readonly watcher: string;
  readonly status: "pending" | "active" | "waiting";
  readonly event: "subscribe" | "approved" | "timeout";
}
export interface WatcherList {
  readonly watchers: readonly WatcherView[];
  readonly decisions: readonly {
    readonly aor: string;
    readonly decision: Decision;
  }[];
}
export type DecideOutcome =
  | {
      readonly kind: "decided";
      readonly verdict: "allow" | "pending" | "reject" | "polite-block";
    }
  | {
      readonly kind: "refused";
    }
  | {
      readonly kind: "no-account";
    };
export interface OwnPresence {
  readPresence(): Promise<PresenceView | undefined>;
  putPresence(stated: PresenceStatement, expires: number | undefined): Promise<PutPresenceOutcome>;
  deletePresence(): Promise<boolean>;
  listWatchers(): Promise<WatcherList>;
  decideWatcher(watcher: AddressOfRecord, decision: Decision | undefined): Promise<DecideOutcome>;
}
