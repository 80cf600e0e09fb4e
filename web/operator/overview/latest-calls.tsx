// The latest calls, failed ones marked; each is one click from the reason.

import { PhoneCall } from "lucide-react";
import { EmptyState } from "../../design/notice";
import { CallTable } from "../call-table";
import { LoadedView } from "../loaded-view";
import { useApi } from "../operator-context";
import { listHref } from "../route";
import { useLoaded } from "../use-loaded";

const beat = 5000;

export function LatestCalls({ realm }: { readonly realm: string }) {
  const api = useApi();
  const calls = useLoaded(`latest ${realm}`, (signal) => api.realmCalls(realm, { limit: 8 }, signal), {
    every: beat,
  });
  return (
    <section aria-labelledby="latest-title" className="latest-calls">
      <div className="section-head">
        <h2 id="latest-title">Latest calls</h2>
        <a href={listHref("calls", { realm })}>All calls</a>
      </div>
      <LoadedView loaded={calls} what="The latest calls">
        {(page) => (
          <CallTable
            calls={page.calls}
            empty={
              <EmptyState icon={<PhoneCall aria-hidden="true" />} title="No call yet">
                Calls stand here when they are over; when one failed, its ladder says why.
              </EmptyState>
            }
          />
        )}
      </LoadedView>
    </section>
  );
}
