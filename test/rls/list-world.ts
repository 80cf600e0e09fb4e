// A list machine with its store of documents, and a subscriber who keeps the table of RFC 4662 §5.6 by what the
// bodies of the NOTIFYs say.

import { epochMs } from "../../src/base/brand";
import type { DisplayName } from "../../src/rls/display-name";
import type { ListEntry } from "../../src/rls/flat-list";
import { type ListEffect, type ListInput, listStep, newList } from "../../src/rls/list-machine";
import { formatListNotification } from "../../src/rls/list-notification";
import type { ListContents, ListState, ResourceDocument } from "../../src/rls/list-state";
import { readMultipart, type TypedBody } from "../../src/rls/multipart";
import { readRlmi } from "../../src/rls/rlmi";
import { octetLength } from "../../src/sip/frame";
import { okValue } from "./printed";

export const contents = (uris: readonly string[], name = "Friends"): ListContents => ({
  uri: "sip:friends@example.com",
  displayNames: [{ text: name }],
  entries: uris.map((uri): ListEntry => ({ uri, displayNames: [{ text: uri.slice(4, 7) }] })),
});

export const pidf = (body: string): ResourceDocument => ({ contentType: "application/pidf+xml", body });

/** What a subscriber knows of one resource. */
export interface Row {
  readonly names: readonly DisplayName[];
  readonly instance:
    | {
        readonly id: string;
        readonly state: string;
        readonly reason?: string;
        readonly document?: ResourceDocument;
      }
    | undefined;
}

export class ListWorld {
  state: ListState = newList;
  readonly documents = new Map<string, ResourceDocument>();
  readonly subscriber = new Subscriber();
  /** Octets of the bodies sent. */
  readonly sizes: number[] = [];
  now = 1_000_000;
  readonly maxOctets: number;

  constructor(maxOctets = 250_000) {
    this.maxOctets = maxOctets;
  }

  /** The effects of one input, carried out. */
  step(input: ListInput): readonly ListEffect[] {
    const documents = (uri: string) => this.documents.get(uri);
    const context = { documents, maxOctets: this.maxOctets };
    const { state, effects } = listStep(this.state, input, context, epochMs(this.now));
    // As if it had been stored and read between any two steps.
    this.state = JSON.parse(JSON.stringify(state)) as ListState;
    for (const effect of effects) this.#run(effect);
    return effects;
  }

  /** The URIs of the effects of that kind. */
  urisOf(kind: "subscribe" | "unsubscribe" | "retry", input: ListInput): readonly string[] {
    return this.step(input).flatMap((effect) => (effect.kind === kind ? [effect.uri] : []));
  }

  active(uri: string, body?: string): void {
    const subscription = { state: "active" };
    this.step(
      body === undefined
        ? { kind: "backEndNotified", uri, subscription }
        : { kind: "backEndNotified", uri, subscription, document: pidf(body) },
    );
  }

  terminated(uri: string, reason: string | undefined, retryAfter?: number): readonly ListEffect[] {
    const subscription = { state: "terminated", reason, retryAfter };
    return this.step({ kind: "backEndNotified", uri, subscription });
  }

  /** Lets one NOTIFY go. */
  fire(): readonly ListEffect[] {
    return this.step({ kind: "throttleFired" });
  }

  #run(effect: ListEffect): void {
    if (effect.kind === "putDocument") this.documents.set(effect.uri, effect.document);
    if (effect.kind === "deleteDocument") this.documents.delete(effect.uri);
    if (effect.kind !== "sendList") return;
    const body = formatListNotification(effect.notification, { seed: "zpNctbZq", host: "example.com" });
    this.sizes.push(octetLength(body.body));
    this.subscriber.apply(body);
  }
}

export class Subscriber {
  /** Undefined before the first NOTIFY. */
  version: number | undefined;
  fullState: boolean | undefined;
  readonly versions: number[] = [];
  /** The URIs that the last NOTIFY named. */
  told: readonly string[] = [];
  names: readonly DisplayName[] = [];
  readonly table = new Map<string, Row>();

  /** RFC 4662 §5.6. */
  apply({ contentType, body }: TypedBody): void {
    const { root, parts } = okValue(readMultipart(contentType, body));
    const roomy = { maxLength: 1e7, maxDepth: 64, maxNodes: 1e6, maxAttributes: 1e6 };
    const rlmi = okValue(readRlmi(root.body, roomy));
    this.version = rlmi.version;
    this.fullState = rlmi.fullState;
    this.versions.push(rlmi.version);
    this.names = rlmi.names;
    this.told = rlmi.resources.map(({ uri }) => uri);
    if (rlmi.fullState) this.table.clear();
    for (const { uri, names, instances } of rlmi.resources) {
      const [instance] = instances;
      if (instance === undefined) {
        this.table.set(uri, { names, instance: undefined });
        continue;
      }
      const { cid, ...rest } = instance;
      const part = parts.find(({ contentId }) => contentId === cid);
      if (cid !== undefined && part === undefined) throw new Error(`a cid of no part: ${cid}`);
      const document = part && { contentType: part.contentType, body: part.body };
      this.table.set(uri, { names, instance: document === undefined ? rest : { ...rest, document } });
    }
  }
}
