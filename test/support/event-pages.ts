// A stock client's page that watches somebody: what it has been told, and what a test waits for it to be told.

import type { SeenNotify, WatchOptions } from "../end-to-end/clients/event-client";
import { patience } from "./patience";
import type { ClientPage } from "./stock-pages";

const waiting = { timeout: patience, polling: 20 } as const;

/** One subscription of a page. */
export interface Watching {
  /** Waits until the newest NOTIFY says so. */
  says(what: string): Promise<SeenNotify>;
  /** The NOTIFYs that have come. */
  notifies(): Promise<readonly SeenNotify[]>;
  /** What they said, in order and without saying anything twice in a row. */
  told(): Promise<readonly string[]>;
  refresh(): Promise<void>;
  leave(): Promise<void>;
}

export async function watch(client: ClientPage, to: string, options: WatchOptions): Promise<Watching> {
  const { page, run } = client;
  const number = await run(({ events }, [whom, how]) => events.watch(whom, how), [to, options] as const);
  const notifies = (): Promise<readonly SeenNotify[]> =>
    run(({ events }, mine) => events.notifies.filter((each) => each.watch === mine), number);
  const told = async (): Promise<readonly string[]> => {
    const said = (await notifies()).map(({ says }) => says);
    return said.filter((each, at) => each !== said[at - 1]);
  };
  return {
    notifies,
    told,
    async says(what) {
      const newest = page.waitForFunction(
        ([mine, wanted]) => {
          const last = window.stockClient.events.notifies.findLast((each) => each.watch === mine);
          return last?.says === wanted ? last : undefined;
        },
        [number, what] as const,
        waiting,
      );
      const seen = await newest.catch(async (cause) => {
        throw new Error(`"${what}" was never said, but ${JSON.stringify(await told())}`, { cause });
      });
      return (await seen.jsonValue()) as SeenNotify;
    },
    refresh: () => run(({ events }, mine) => events.refresh(mine), number),
    leave: () => run(({ events }, mine) => events.leave(mine), number),
  };
}

/** Several watchers of one thing, who are all to be told the same. */
export interface Audience {
  says(what: string): Promise<readonly SeenNotify[]>;
  notifies(): Promise<readonly SeenNotify[]>;
  told(): Promise<readonly (readonly string[])[]>;
}

export async function watchAll(
  clients: readonly ClientPage[],
  to: string,
  options: WatchOptions,
): Promise<Audience> {
  const watchers = await Promise.all(clients.map((client) => watch(client, to, options)));
  return {
    says: (what) => Promise.all(watchers.map((each) => each.says(what))),
    notifies: async () => (await Promise.all(watchers.map((each) => each.notifies()))).flat(),
    told: () => Promise.all(watchers.map((each) => each.told())),
  };
}
