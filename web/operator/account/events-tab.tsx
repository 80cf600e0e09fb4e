// Who watches what: the subscriptions at this home, the ones it holds elsewhere, and what the user's devices publish.

import { Badge } from "../../design/badge";
import { Table } from "../../design/table";
import { addressOf } from "../call-words";
import type { Publication, Subscription } from "../contract";
import { LoadedView } from "../loaded-view";
import { useApi } from "../operator-context";
import { useLoaded } from "../use-loaded";
import { Until } from "../when";

const beat = 10_000;

export const EventsTab = ({ aor }: { readonly aor: string }) => (
  <div className="tab-sections">
    <Subscriptions aor={aor} />
    <Publications aor={aor} />
  </div>
);

function Subscriptions({ aor }: { readonly aor: string }) {
  const api = useApi();
  const loaded = useLoaded(`subscriptions ${aor}`, (signal) => api.subscriptions(aor, signal), {
    every: beat,
  });
  return (
    <section aria-labelledby="subscriptions-title">
      <h2 id="subscriptions-title">Subscriptions</h2>
      <LoadedView loaded={loaded} what="The subscriptions">
        {(all) => (
          <Table
            caption="Who watches whom"
            rows={numbered(all)}
            rowKey={({ key }) => key}
            empty={<p className="nothing">Nobody watches this user, and this user’s home watches nobody.</p>}
            columns={[
              { header: "Event", cell: ({ each }) => <code>{each.event}</code> },
              { header: "Who", cell: ({ each }) => who(each) },
              {
                header: "State",
                cell: ({ each }) => (
                  <Badge tone={each.state === "active" ? "good" : "neutral"}>{each.state}</Badge>
                ),
              },
              {
                header: "Ends",
                cell: ({ each }) => (each.expiresAt === undefined ? "–" : <Until at={each.expiresAt} />),
              },
            ]}
          />
        )}
      </LoadedView>
    </section>
  );
}

const who = ({ role, peer }: Subscription): string =>
  `${role === "notifier" ? "watched by" : "watches"} ${addressOf(peer)}`;

/** Two may be alike in all that is told of them. */
const numbered = <Value,>(all: readonly Value[]) => all.map((each, at) => ({ each, key: String(at) }));

function Publications({ aor }: { readonly aor: string }) {
  const api = useApi();
  const loaded = useLoaded(`publications ${aor}`, (signal) => api.publications(aor, signal), { every: beat });
  return (
    <section aria-labelledby="publications-title">
      <h2 id="publications-title">Publications</h2>
      <LoadedView loaded={loaded} what="The publications">
        {(all) => (
          <Table
            caption="What is published"
            rows={all}
            rowKey={({ id }: Publication) => id}
            empty={
              <p className="nothing">
                No device publishes anything: what watchers see comes from registration.
              </p>
            }
            columns={[
              { header: "Event", cell: ({ event }) => <code>{event}</code> },
              { header: "What", cell: ({ summary, contentType }) => summary ?? contentType },
              {
                header: "Ends",
                cell: ({ expiresAt }) => (expiresAt === undefined ? "–" : <Until at={expiresAt} />),
              },
            ]}
          />
        )}
      </LoadedView>
    </section>
  );
}
