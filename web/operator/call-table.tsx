// Calls of the realm as a table; the first cell is the way to the ladder.

import { ArrowRight } from "lucide-react";
import type { ReactNode } from "react";
import { Table } from "../design/table";
import { duration } from "../format";
import { addressOf, OutcomeBadge } from "./call-words";
import type { RealmCall } from "./contract";
import { useOperator } from "./operator-context";
import { ladderHref } from "./route";
import { go } from "./use-route";
import { Ago } from "./when";

export interface CallTableProps {
  readonly calls: readonly RealmCall[];
  readonly empty: ReactNode;
}

export function CallTable({ calls, empty }: CallTableProps) {
  const realms = useOperator().realms.map(({ realm }) => realm);
  return (
    <Table
      caption="Recent calls"
      rows={calls}
      rowKey={({ id }) => id}
      empty={empty}
      onRow={(call) => go(callHref(call, realms))}
      columns={[
        {
          header: "Call",
          cell: (call) => (
            <span className="parties">
              <a href={callHref(call, realms)}>
                {addressOf(call.caller)} <ArrowRight aria-label="to" /> {addressOf(call.callee)}
              </a>
              <span className="only-narrow faint">
                <Ago at={call.startedAt} />
              </span>
            </span>
          ),
        },
        {
          header: "Outcome",
          cell: ({ outcome, status }) => <OutcomeBadge outcome={outcome} status={status} />,
        },
        { header: "Began", from: "tablet", cell: ({ startedAt }) => <Ago at={startedAt} /> },
        {
          header: "Talked",
          align: "end",
          from: "tablet",
          cell: (call) => (call.duration === undefined ? "–" : duration(call.duration)),
        },
      ]}
    />
  );
}

/** The caller's home joins both halves; a caller from elsewhere has none here. */
const callHref = ({ caller, callee, callId }: RealmCall, realms: readonly string[]): string => {
  const isOurs = realms.some((realm) => caller.endsWith(`@${realm}`));
  return ladderHref(addressOf(isOurs ? caller : callee), callId);
};
