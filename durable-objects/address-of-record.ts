// The object of one address-of-record: registrar, home proxy, presence agent and mailbox of one user, as a shell
// around the pure home (src/home). Load, step, run the effects, arm the clocks.
//
// Relies on the platform: one thread; hibernatable sockets with attachments; synchronous SQL whose writes are on
// disk before anything of the same step leaves (output gate); an alarm that comes at least once. A throw in a
// handler reaches neither client nor log, so each entry has one outer `try`.

import { DurableObject } from "cloudflare:workers";
import type { DialogView, PublicationView, SubscriptionView } from "../src/contracts/account-lists";
import type {
  AccountChange,
  AccountView,
  AddressOfRecordAdministration,
  DeviceView,
  MessagePage,
  PutAccountOutcome,
  RealmAdministration,
  ServerMessage,
} from "../src/contracts/administration";
import type { CallPage } from "../src/contracts/call-record";
import type { ExchangePage, FlightRecorder, HomeRecords, RecorderView } from "../src/contracts/flight-record";
import type { MessageCounts } from "../src/contracts/message-counts";
import type {
  DecideOutcome,
  Decision,
  OwnPresence,
  PresenceStatement,
  PresenceView,
  PutPresenceOutcome,
  WatcherList,
} from "../src/contracts/own-presence";
import type { DialogName, Home, WireAnswer, WireParcel, WireReply } from "../src/contracts/parcel";
import { unpackParcel, unpackParcels, unpackReply } from "../src/contracts/parcel-wire";
import { parseSocketFacts, socketFactsHeader } from "../src/contracts/socket-facts";
import type {
  HttpAuthentication,
  HttpLogin,
  SessionOpened,
  SessionOpening,
  UserAuthentication,
} from "../src/contracts/user-authentication";
import type { XcapAccess, XcapAnswer, XcapCall } from "../src/contracts/xcap-access";
import { configurationOf } from "../src/env";
import { authenticateHttp, guessInHttp, guessInOpening, openSession } from "../src/home/http-authentication";
import { answerXcap } from "../src/home/xcap/xcap-over-http";
import { describeThrow, log } from "../src/http/log";
import type { Frame } from "../src/sip/frame";
import { type AddressOfRecord as AoR, parseAddressOfRecord } from "../src/sip/uri/address-of-record";
import { AccountDesk } from "./host/account-desk";
import { askedKeyring, knownKeyring } from "./host/deployment-keyring";
import { HomeHost } from "./host/home-host";
import { PresenceDesk } from "./host/presence-desk";
import { RecorderDesk } from "./host/recorder-desk";
import { HomeEnded } from "./host/waiting-replies";

/** RFC 5626 §4.4.1: answered by the runtime, without waking this object. */
const keepAlive = new WebSocketRequestResponsePair("\r\n\r\n", "\r\n");

export class AddressOfRecord
  extends DurableObject<Env>
  implements Home, AddressOfRecordAdministration, UserAuthentication, OwnPresence, XcapAccess, FlightRecorder
{
  #host: HomeHost | undefined;
  readonly #env: Env;
  #alarmAt: number | null = null;

  constructor(context: DurableObjectState, env: Env) {
    super(context, env);
    this.#env = env;
    context.setWebSocketAutoResponse(keepAlive);
    // Before the first event: an alarm that is not known of would be armed anew, later, at every wake.
    void context.blockConcurrencyWhile(async () => {
      this.#alarmAt = await context.storage.getAlarm();
    });
  }

  override async fetch(request: Request): Promise<Response> {
    try {
      const facts = parseSocketFacts(request.headers.get(socketFactsHeader));
      if (facts === undefined) return new Response("Not an upgrade", { status: 400 });
      const host = this.#ready() ?? (await this.#load());
      host.figures?.count({ requests: 1 });
      return host.acceptSocket(facts);
    } catch (thrown) {
      this.#fault("fetch", thrown);
      return new Response("Internal error", { status: 500 });
    }
  }

  override webSocketMessage(webSocket: WebSocket, message: string | ArrayBuffer): void | Promise<void> {
    const frame: Frame = typeof message === "string" ? message : new Uint8Array(message);
    return this.#enter("webSocketMessage", (host) => {
      host.figures?.count({ frames: 1 });
      host.frameReceived(webSocket, frame);
    });
  }

  override webSocketClose(webSocket: WebSocket, code: number): void | Promise<void> {
    return this.#enter("webSocketClose", (host) => host.socketClosed(webSocket, code), true);
  }

  override webSocketError(webSocket: WebSocket): void | Promise<void> {
    return this.#enter("webSocketError", (host) => host.socketClosed(webSocket, 1011), true);
  }

  /** The one handler that may fail outwardly: the platform then rings again, and nobody else would. */
  override alarm(): Promise<void> {
    return this.#call("alarm", (host) => host.alarmFired());
  }

  receive(parcels: readonly WireParcel[], isAgain = false): Promise<readonly WireReply[]> {
    return this.#take("receive", (host) => host.parcelsReceived(unpackParcels(parcels, isAgain)));
  }

  receiveOne(parcel: WireParcel, isAgain = false): Promise<WireAnswer> {
    return this.#take("receiveOne", (host) => host.parcelReceived(unpackParcel(parcel, isAgain)));
  }

  async replied(replies: readonly WireReply[]): Promise<void> {
    await this.#call("replied", (host) => host.repliesReceived(replies.map(unpackReply)));
  }

  async returned(dialogs: readonly DialogName[]): Promise<void> {
    await this.#call("returned", (host) => host.pagesTold("returned", dialogs));
  }

  async gone(dialogs: readonly DialogName[]): Promise<void> {
    await this.#call("gone", (host) => host.pagesTold("gone", dialogs));
  }

  /** Asked while an operator looks: what waits for a reason to be told is told. */
  async tellFigures(): Promise<void> {
    await this.#call("tellFigures", (host) => host.figures?.settle(true));
  }

  async putAccount(aor: string, change: AccountChange, mode: "create" | "put"): Promise<PutAccountOutcome> {
    return this.#administer("putAccount", (desk) => desk.putAccount(aor, change, mode));
  }

  async readAccount(): Promise<AccountView | undefined> {
    return this.#administer("readAccount", (desk) => desk.readAccount());
  }

  async deleteAccount(): Promise<boolean> {
    return this.#administer("deleteAccount", (desk) => desk.deleteAccount());
  }

  async listDevices(): Promise<readonly DeviceView[] | undefined> {
    return this.#administer("listDevices", (desk) => desk.listDevices());
  }

  async listDialogs(): Promise<readonly DialogView[] | undefined> {
    return this.#administer("listDialogs", (desk) => desk.listDialogs());
  }

  async listSubscriptions(): Promise<readonly SubscriptionView[] | undefined> {
    return this.#administer("listSubscriptions", (desk) => desk.listSubscriptions());
  }

  async listPublications(): Promise<readonly PublicationView[] | undefined> {
    return this.#administer("listPublications", (desk) => desk.listPublications());
  }

  async disconnectDevice(id: string, forget: boolean): Promise<boolean> {
    return this.#administer("disconnectDevice", (desk) => desk.disconnectDevice(id, forget));
  }

  async sendMessage(message: ServerMessage): Promise<{ readonly status: number; readonly reason: string }> {
    return this.#administer("sendMessage", (desk) => desk.sendMessage(message));
  }

  async readMessages(after: number, limit: number): Promise<MessagePage | undefined> {
    return this.#administer("readMessages", (desk) => desk.readMessages(after, limit));
  }

  async clearMessages(): Promise<number | undefined> {
    return this.#administer("clearMessages", (desk) => desk.clearMessages());
  }

  async readCalls(before: string | undefined, limit: number): Promise<CallPage | undefined> {
    return this.#administer("readCalls", (desk) => desk.readCalls(before, limit));
  }

  async clearCalls(): Promise<number | undefined> {
    return this.#administer("clearCalls", (desk) => desk.clearCalls());
  }

  async readMessageCounts(): Promise<MessageCounts | undefined> {
    return this.#administer("readMessageCounts", (desk) => desk.readMessageCounts());
  }

  async putMessageCounts(counts: MessageCounts): Promise<boolean> {
    return this.#administer("putMessageCounts", (desk) => desk.putMessageCounts(counts));
  }

  async readPresence(): Promise<PresenceView | undefined> {
    return this.#call("readPresence", (host) => new PresenceDesk(host).read());
  }

  async putPresence(stated: PresenceStatement, expires: number | undefined): Promise<PutPresenceOutcome> {
    return this.#call("putPresence", (host) => new PresenceDesk(host).put(stated, expires));
  }

  async deletePresence(): Promise<boolean> {
    return this.#call("deletePresence", (host) => new PresenceDesk(host).delete());
  }

  async listWatchers(): Promise<WatcherList> {
    return this.#call("listWatchers", (host) => new PresenceDesk(host).watchers());
  }

  async decideWatcher(watcher: AoR, decision: Decision | undefined): Promise<DecideOutcome> {
    return this.#call("decideWatcher", (host) => new PresenceDesk(host).decide(watcher, decision));
  }

  async readRecorder(): Promise<RecorderView | undefined> {
    return this.#call("readRecorder", (host) => new RecorderDesk(host).read());
  }

  async startRecording(seconds: number, bodies: boolean): Promise<RecorderView | undefined> {
    return this.#call("startRecording", (host) => new RecorderDesk(host).start(seconds, bodies));
  }

  async stopRecording(forget: boolean): Promise<RecorderView | undefined> {
    return this.#call("stopRecording", (host) => new RecorderDesk(host).stop(forget));
  }

  async listExchanges(before: string | undefined, limit: number): Promise<ExchangePage | undefined> {
    return this.#call("listExchanges", (host) => new RecorderDesk(host).exchanges(before, limit));
  }

  async readRecords(callId: string): Promise<HomeRecords | undefined> {
    return this.#call("readRecords", (host) => new RecorderDesk(host).records(callId));
  }

  async claimAlias(aor: string, of: string): Promise<boolean> {
    return this.#administer("claimAlias", (desk) => desk.claimAlias(aor, of));
  }

  async releaseAlias(of: string): Promise<void> {
    await this.#administer("releaseAlias", (desk) => desk.releaseAlias(of));
  }

  async authenticateHttp(login: HttpLogin): Promise<HttpAuthentication> {
    return this.#call("authenticateHttp", (host) =>
      host.judge(
        (scope) => guessInHttp(scope, login),
        (turn) => authenticateHttp(turn, login),
      ),
    );
  }

  async openSession(opening: SessionOpening): Promise<SessionOpened> {
    return this.#call("openSession", (host) =>
      host.judge(
        (scope) => guessInOpening(scope, opening),
        (turn) => openSession(turn, opening),
      ),
    );
  }

  async askXcap(login: HttpLogin, call: XcapCall): Promise<XcapAnswer> {
    return this.#call("askXcap", (host) =>
      host.judge(
        (scope) => guessInHttp(scope, login),
        (turn) => answerXcap(turn, login, call),
      ),
    );
  }

  /** A handler of the platform's: synchronous once the home is loaded, so that order is kept. */
  #enter(entry: string, run: (host: HomeHost) => void, isToldOfAnEnd = false): void | Promise<void> {
    try {
      const host = this.#ready(isToldOfAnEnd);
      if (host !== undefined) return run(host);
      return this.#load(isToldOfAnEnd)
        .then(run)
        .catch((thrown) => this.#fault(entry, thrown));
    } catch (thrown) {
      this.#fault(entry, thrown);
    }
  }

  /** A call of another object's: a bug here is logged here and told there as a failure, nothing more. */
  async #call<Outcome>(entry: string, run: (host: HomeHost) => Outcome): Promise<Awaited<Outcome>> {
    try {
      const host = this.#ready() ?? (await this.#load());
      host.figures?.count({ requests: 1 });
      return await run(host);
    } catch (thrown) {
      if (!(thrown instanceof HomeEnded)) this.#fault(entry, thrown);
      throw new HomeEnded();
    }
  }

  /** As `#call`, for every message, so without an `await`: what it gives fails with the home alone. */
  #take<Outcome>(entry: string, run: (host: HomeHost) => Promise<Outcome>): Promise<Outcome> {
    try {
      const host = this.#ready();
      if (host === undefined) return this.#call(entry, run) as Promise<Outcome>;
      host.figures?.count({ requests: 1 });
      return run(host);
    } catch (thrown) {
      this.#fault(entry, thrown);
      return Promise.reject(new HomeEnded());
    }
  }

  #administer<Outcome>(entry: string, run: (desk: AccountDesk) => Outcome): Promise<Awaited<Outcome>> {
    return this.#call(entry, (host) => run(new AccountDesk(host)));
  }

  /** The home, if it is in memory or can be without asking anybody. */
  #ready(isToldOfAnEnd = false): HomeHost | undefined {
    if (this.#host !== undefined) return this.#host;
    const configuration = this.#configuration();
    const keyring = knownKeyring(configuration.secrets.deploymentSecret);
    if (keyring === undefined) return undefined;
    const aor = parseAddressOfRecord(this.ctx.id.name ?? "");
    if (aor === undefined) throw new Error("An object without an address-of-record for a name");
    this.#host = new HomeHost(this.ctx, this.#env, aor, {
      settings: configuration.settings,
      keyring,
      alarmAt: this.#alarmAt,
      isToldOfAnEnd,
      fault: (entry, thrown) => this.#fault(entry, thrown),
    });
    return this.#host;
  }

  async #load(isToldOfAnEnd = false): Promise<HomeHost> {
    const [realm = ""] = this.#configuration().settings.realms;
    await askedKeyring(this.#env.REALM.getByName(realm) as unknown as RealmAdministration);
    const host = this.#ready(isToldOfAnEnd);
    if (host === undefined) throw new Error("No keyring");
    return host;
  }

  #configuration() {
    const configuration = configurationOf(this.#env);
    if (!configuration.ok) throw new Error(`Configuration: ${configuration.problem}`);
    return configuration;
  }

  /** The end of every throw: memory may be half-changed, so the next event reads the rows anew. */
  #fault(entry: string, thrown: unknown): void {
    log("error", "home failed", { entry, aor: this.ctx.id.name, ...describeThrow(thrown) });
    if (this.#host === undefined) return;
    this.#alarmAt = this.#host.clock.alarmAt;
    this.#host.end();
    this.#host = undefined;
  }
}
