// What one home holds in memory: a cache of its rows and of its sockets' attachments, and the transactions that
// are too short to be rows.
//
// The maps are changed in place, because exactly one object owns them and every change of a row is also an
// effect of the same step. Whatever is here but in no row and no attachment may be forgotten at any moment.

import type { FailedLogins } from "../auth/back-off";
import type { NonceUse } from "../auth/nonce";
import type { EpochMs } from "../base/brand";
import type { RecentMap } from "../base/recent-map";
import type { WeighedMap } from "../base/weighed-map";
import type { Tenancy } from "../contracts/account";
import type { MessageCounts } from "../contracts/message-counts";
import type { Parcel, Reply } from "../contracts/parcel";
import type { SocketFacts } from "../contracts/socket-facts";
import type { DialogTable } from "../dialog/dialog-table";
import type { Usage } from "../dialog/usage";
import type { Announcement } from "../events/announcement";
import type { NotifierState } from "../events/notifier";
import type { DialogEntry } from "../events/packages/dialog";
import type { WatcherEntry } from "../events/packages/presence-winfo";
import type { RegContact } from "../events/packages/reg";
import type { XcapHistory } from "../events/packages/xcap-history";
import type { SubscriptionTable } from "../events/subscription-table";
import type { DeliveryState } from "../messaging/delivery-state";
import type { InboxCursor } from "../messaging/inbox";
import type { SenderShare } from "../messaging/mailbox-limits";
import type { RedeliveryState } from "../messaging/redelivery";
import type { RegistrationState } from "../presence/compose";
import type { Publication } from "../presence/publication";
import type { Ruleset } from "../presence/ruleset";
import type { Binding } from "../registrar/binding";
import type { ListResource, ListState, ResourceDocument } from "../rls/list-state";
import type { Frame } from "../sip/frame";
import type { SipRequest, SipResponse } from "../sip/message";
import type { AddressOfRecord } from "../sip/uri/address-of-record";
import type { Call } from "./calls/call";
import type { OpenDeliveries } from "./messages/open-deliveries";

/** A socket: what its attachment holds. It survives hibernation and dies with the connection. */
export interface Socket {
  readonly id: string;
  readonly facts: SocketFacts;
  readonly openedAt: EpochMs;
  /** When its first request was challenged; undefined while it has sent none. */
  readonly challengedAt: EpochMs | undefined;
  /** Until when requests on this socket are taken as the user's; undefined while nobody has logged in. */
  readonly authenticatedUntil: EpochMs | undefined;
  readonly nonceUse: NonceUse | undefined;
  readonly bindings: readonly Binding[];
  /** The Contact URI of the page behind it, once known. */
  readonly page: string | undefined;
  /** A keep-alive has been seen. */
  readonly pinged: boolean;
  /** Of the list subscriptions of its page. */
  readonly lists?: Readonly<Record<string, ListMark>>;
}

/** A device: the row that outlives sockets and pages. */
export interface Device {
  /** `+sip.instance` without quotes; "" for all that state none. */
  readonly id: string;
  /** The Contact URI of its newest page. */
  readonly contact: string;
  readonly state: "live" | "grace" | "away";
  readonly since: EpochMs;
  readonly graceUntil: EpochMs | undefined;
  readonly inbox: InboxCursor;
  readonly carbons: boolean;
  /** RFC 5627 §5.4: a temp-GRUU is good for one registration Call-ID. */
  readonly gruuCallId: string | undefined;
  readonly userAgent: string | undefined;
  readonly address: string | undefined;
}

/** One entry of the message log. */
export interface StoredMessage {
  readonly sequence: number;
  /** The parcel it came in: the same one again is not stored again. */
  readonly key: string | undefined;
  /** The one device it is for, when it came to that device's GRUU; no other is ever owed it. */
  readonly device: string | undefined;
  readonly direction: "received" | "sent";
  /** The home that a received one came from; not said of one that an earlier version stored. */
  readonly sender?: AddressOfRecord | undefined;
  readonly at: EpochMs;
  readonly expiresAt: EpochMs;
  /** The request as it reached this home, or as it left it. */
  readonly frame: Frame;
  readonly octets: number;
  /** Some device took it. */
  readonly taken: boolean;
  /** Some device is owed it; false for what is kept as history alone. */
  readonly owed: boolean;
}

/** The log in a few numbers, so that most steps need not read it. */
export interface LogSummary {
  /** The highest sequence ever given, 0 for none. */
  readonly last: number;
  /** The highest that is owed to anybody. */
  readonly lastOwed: number;
  readonly firstUntaken: number | undefined;
  readonly messages: number;
  readonly octets: number;
  readonly takenMessages: number;
  readonly takenOctets: number;
  /** When the first of its entries is too old to be kept, or a moment before that. */
  readonly nextExpiry: EpochMs | undefined;
}

/** The user's state as one event package tells it, and how often it has changed. */
export interface EventDocument extends Announcement {
  readonly event: string;
  /** What is compared: when it is another, there is news. */
  readonly text: string;
  /** What the user's rules were when it was told: under others watchers may see other parts of the same text. */
  readonly under?: string | undefined;
  /** Of presence: since when the user can be reached, or cannot. */
  readonly registration?: RegistrationState;
  /** Of xcap-diff: what has changed since everybody was told. */
  readonly history?: XcapHistory;
  /** Of dialog: the calls that were told as early, which no row of theirs says. */
  readonly early?: readonly string[];
  /** Of reg: the contacts that were told as active. */
  readonly contacts?: readonly RegContact[];
}

/** A document that the user has put (RFC 4825), as he wrote it. */
export interface XcapDocument {
  readonly auid: string;
  /** Folders and file name: `index`. */
  readonly name: string;
  /** Without quotes. */
  readonly etag: string;
  readonly text: string;
  readonly contentType: string;
}

/** Something that is over and is told of once more, as over. */
export interface Ended<Entry> {
  readonly entry: Entry;
  readonly until: EpochMs;
}

/** A watcher whose time ran out before the user had decided (RFC 3857 §4.7.1). */
export interface WaitingWatcher {
  readonly id: string;
  readonly watcher: AddressOfRecord;
  readonly since: EpochMs;
}

/** A virtual subscription of this home's to an entry of a list (RFC 4662 §4.6): its dialog. */
export interface BackEndDialog {
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag?: string;
  /** Where the notifier wants to be reached. */
  readonly remoteTarget?: string;
  readonly localCSeq: number;
  readonly remoteCSeq: number;
}

/** An entry of a list, with what its notifier has told: what was acknowledged is in a row. */
export interface ListEntryRow {
  readonly list: string;
  readonly uri: string;
  readonly resource: ListResource;
  readonly dialog?: BackEndDialog;
  readonly document?: ResourceDocument;
}

/** A list subscription of the user's that this home serves. */
export interface ListRun {
  readonly state: ListState;
  readonly documents: Map<string, ResourceDocument>;
  readonly dialogs: Map<string, BackEndDialog>;
  /** Entries that are to be subscribed to, or anew. */
  readonly asking: readonly string[];
  /** When the virtual subscriptions are to be refreshed; undefined until one of them was accepted. */
  readonly refreshAt: EpochMs | undefined;
  readonly sentAt: EpochMs | undefined;
  /** The body of its last NOTIFY, once it is over. */
  readonly farewell?: { readonly contentType: string; readonly body: string; readonly version: number };
}

/** What of a list subscription its page's socket remembers: it changes with each NOTIFY, and must cost no row. */
export interface ListMark {
  /** Of the next NOTIFY. */
  readonly version: number;
  /** Something is owed still. */
  readonly behind: boolean;
  readonly refreshAt?: EpochMs;
}

/** The telling of one event's news. */
export interface FanOut {
  /** When it was last begun. */
  readonly begunAt: EpochMs;
  /** There is other news since, which goes out then. */
  readonly dueAt: EpochMs | undefined;
  /** Subscriptions that are to be told yet, in their order; who is told on another account leaves it. */
  readonly queue: Set<string>;
  /** As many NOTIFYs as may be are under way: it is an answer that the rest waits for. */
  readonly isHeldUp?: boolean;
}

/** A request of ours at another home, until its reply has been passed on. */
export interface Forward {
  readonly key: string;
  readonly to: AddressOfRecord;
  /** The socket that asked; undefined for requests this home makes itself. */
  readonly socket: string | undefined;
  /** Its page, which may be back on another socket by the time of the answer. */
  readonly page: string | undefined;
  readonly method: string;
  /** As the client sent it; undefined of what this home says itself, whose answer goes to nobody else. */
  readonly request: SipRequest | undefined;
  readonly parcel: Parcel;
  readonly giveUpAt: EpochMs;
  readonly purpose: ForwardPurpose;
  /** NOTIFYs that overtook the answer to their SUBSCRIBE (RFC 6665 §4.4.1): held until it has been passed on. */
  readonly held: readonly Parcel[];
}

export type ForwardPurpose =
  | { readonly kind: "relay" }
  | { readonly kind: "subscribe"; readonly dialog: string }
  | { readonly kind: "in-dialog"; readonly dialog: string; readonly usage: Usage | undefined }
  | { readonly kind: "notify"; readonly subscription: string; readonly cseq: number }
  | { readonly kind: "administration"; readonly ticket: string }
  /** A SUBSCRIBE to an entry of a list. */
  | { readonly kind: "back-end"; readonly list: string; readonly uri: string }
  /** A question to the other side's home, whether that dialog stands (`calls/standing.ts`). */
  | { readonly kind: "standing"; readonly dialog: string }
  /** A request of which nobody waits for an answer: what this home says for a page that is away. */
  | { readonly kind: "unawaited" };

/** A request for this user that its devices have before them. */
export interface Delivery {
  readonly machine: DeliveryState;
  readonly request: SipRequest;
  readonly parcel: Parcel;
  readonly expiresAt: EpochMs;
  /** The final responses by branch number, for the one that will be passed back. */
  readonly responses: readonly (SipResponse | undefined)[];
  /** The branches it was sent on, as they are known in `HomeState.branches`. */
  readonly branches: string[];
  /** The one device a GRUU named. */
  readonly onlyDevice: string | undefined;
  /** Its place in the log, once stored. */
  readonly sequence: number | undefined;
  /** What its answer means for a dialog; undefined outside of dialogs. */
  readonly dialog: DialogNote | undefined;
}

/** A request that opens a dialog outside of calls or is within one, while its answer is awaited. */
export interface DialogNote {
  readonly row: string;
  /** Set for a NOTIFY that forms the dialog once it is answered with a 2xx. */
  readonly forms: { readonly localTag: string; readonly remoteTag: string } | undefined;
  /** Set for the last NOTIFY of its subscription. */
  readonly terminated: boolean;
  /** Set for a SUBSCRIBE or REFER that opened the row, and whose answer forms the dialog. */
  readonly opens?: true;
  /** Our Record-Route value, in what may form a dialog between devices. */
  readonly recordRoute?: string;
}

/** A request within a dialog that waits for its page (design "When a device is away in a call"). */
export interface ParkedRequest {
  readonly parcel: Parcel;
  readonly request: SipRequest;
  readonly page: string;
  readonly dialog: string;
  readonly giveUpAt: EpochMs;
}

/** What a branch of ours was for: a response counts only from the page it went to. */
export type Branch =
  | { readonly kind: "delivery"; readonly key: string; readonly index: number; readonly page: string }
  | { readonly kind: "stored"; readonly device: string; readonly sequence: number; readonly page: string }
  /** Of the fork of a call; a branch to another home has no page. */
  | { readonly kind: "fork"; readonly call: string; readonly index: number; readonly page: string };

export interface HomeState {
  readonly aor: AddressOfRecord;
  tenancy: Tenancy | undefined;
  readonly sockets: Map<string, Socket>;
  readonly devices: Map<string, Device>;
  readonly dialogs: DialogTable;
  /** Half-dialogs whose answer has not been long in coming: they are in no row yet. */
  readonly unwritten: Set<string>;
  /** The calls that are not over, and INVITEs within them. */
  readonly calls: Map<string, Call>;
  /** Calls that are over, until their page has answered what it was told of that (`unheard.ts`). */
  readonly unheard: Map<string, Call>;
  /** Requests within a dialog whose page is away, in the order they came. */
  readonly parked: Map<string, ParkedRequest>;
  readonly subscriptions: SubscriptionTable;
  readonly notifiers: WeighedMap<NotifierState>;
  readonly publications: Map<string, Publication>;
  /** By event. */
  readonly documents: Map<string, EventDocument>;
  /** By `xcapKey`. */
  readonly xcap: Map<string, XcapDocument>;
  /** The user's presence rules as last read, by the entity tags of what they were read from. */
  ruleset: { readonly tags: string; readonly ruleset: Ruleset } | undefined;
  /** The user's sphere as last read, likewise. */
  sphere: { readonly tags: string; readonly sphere: string | undefined } | undefined;
  /** The presence document as last composed, by what it was composed of. */
  composed: { readonly of: string; readonly text: string } | undefined;
  /** Of the presence document with this text what was shown last, by permissions: most watchers have the same. */
  shown: { readonly text: string; readonly byPermissions: Map<string, string> } | undefined;
  /** What of the rules all who watch were last judged under; undefined while this memory has not done so. */
  judgedUnder: string | undefined;
  /** Subscriptions that the rules have not been asked about since they changed. */
  readonly toJudge: Set<string>;
  readonly fanOuts: Map<string, FanOut>;
  /** By the id of the subscription. */
  readonly lists: Map<string, ListRun>;
  /** Whose virtual subscription a Call-ID is. */
  readonly backEnds: Map<string, { readonly list: string; readonly uri: string }>;
  readonly endedCalls: Map<string, Ended<DialogEntry>>;
  readonly endedWatchers: Map<string, Ended<WatcherEntry>>;
  readonly endedContacts: Map<string, Ended<RegContact>>;
  waiting: readonly WaitingWatcher[];
  /** Messages that wait elsewhere (RFC 3842), as the administrator's API was told. */
  messageCounts: MessageCounts;
  /** NOTIFYs sent since the object was last woken by something other than their answers. */
  burst: number;
  /** The last NOTIFY to each xcap-diff subscription. */
  readonly xcapTold: Map<string, { readonly counter: number; readonly version: number }>;
  /** When subscriptions that ask for a rate (RFC 6446) were last told. */
  readonly notifiedAt: Map<string, EpochMs>;
  log: LogSummary;
  readonly forwards: WeighedMap<Forward>;
  readonly deliveries: OpenDeliveries<Delivery>;
  readonly redeliveries: Map<string, RedeliveryState>;
  readonly branches: Map<string, Branch>;
  /** The last final replies by key: a parcel that comes twice gets the same one. */
  readonly replies: RecentMap<Reply>;
  /** The keys of the parcels in the log. */
  readonly storedKeys: Set<string>;
  /** What nobody took yet, by its sender. */
  readonly storedBy: Map<string, SenderShare>;
  failedLogins: FailedLogins;
  /** When they are to be written down; undefined while there are no new ones. */
  saveFailuresAt: EpochMs | undefined;
  /** When this memory began: what happened before it is known from rows alone. */
  readonly loadedAt: EpochMs;
  /** Pages whose socket is gone, and since when. */
  readonly lostPages: Map<string, EpochMs>;
  /** Dialogs that missed a NOTIFY while their page was away. */
  readonly missed: Set<string>;
  /** Sockets that have sent what could not be read or served: the log has it. */
  readonly noted: Set<string>;
  readonly rates: Map<string, { readonly tokens: number; readonly excess: number; readonly at: EpochMs }>;
}
