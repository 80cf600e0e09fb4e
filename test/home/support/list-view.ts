// What a client that subscribed to a list knows (RFC 4662 §5.6): the table it keeps from the NOTIFYs it was sent.

import { readMultipart } from "../../../src/rls/multipart";
import { readRlmi } from "../../../src/rls/rlmi";
import type { Frame } from "../../../src/sip/frame";
import { bodyOf, headerOf } from "./sip-text";

export class ListView {
  /** By resource: the state, and the basic status and note of its document. */
  readonly table = new Map<string, string>();
  readonly versions: number[] = [];
  /** Full state, or the number of resources of a partial one. */
  readonly kinds: (number | "full")[] = [];

  /** Takes one NOTIFY; RFC 4662 §5.6.2: what is older than what is known is nothing. */
  take(frame: Frame): this {
    const multipart = readMultipart(headerOf(frame, "Content-Type"), bodyOf(frame));
    if (!multipart.ok) throw new Error(`no multipart: ${multipart.error}`);
    const { parts } = multipart.value;
    const rlmi = readRlmi(parts[0]?.body ?? "");
    if (!rlmi.ok) throw new Error(JSON.stringify(rlmi.error));
    const { version, fullState, resources } = rlmi.value;
    const last = this.versions.at(-1);
    if (last !== undefined && version <= last) throw new Error(`version ${version} after ${last}`);
    if (last !== undefined && !fullState && version !== last + 1) throw new Error("a gap before a part");
    this.versions.push(version);
    this.kinds.push(fullState ? "full" : resources.length);
    if (fullState) this.table.clear();
    for (const { uri, instances } of resources) {
      const [instance] = instances;
      const part = parts.find(({ contentId }) => contentId === instance?.cid);
      const basic = /<basic>(\w+)</.exec(part?.body ?? "")?.[1];
      const note = /<note[^>]*>([^<]*)</.exec(part?.body ?? "")?.[1];
      const reason = instance?.reason === undefined ? "" : ` ${instance.reason}`;
      const said = [basic, note].filter((each) => each !== undefined).join(" ");
      this.table.set(uri, instance === undefined ? "unknown" : `${instance.state}${reason} ${said}`.trim());
    }
    return this;
  }

  get seen(): Record<string, string> {
    return Object.fromEntries([...this.table].map(([uri, said]) => [uri.replace("sip:", ""), said]));
  }
}
