// The head of a view: its name, what it is narrowed to, and what can be done.

import type { ReactNode } from "react";
import { Select } from "../design/field";
import { useOperator } from "./operator-context";
import { type Filter, listHref } from "./route";
import { go } from "./use-route";

export interface ViewHeadProps {
  readonly title: ReactNode;
  readonly about?: ReactNode;
  readonly children?: ReactNode;
}

export const ViewHead = ({ title, about, children }: ViewHeadProps) => (
  <div className="view-head">
    <div className="view-title">
      {/* A reader who comes from another view begins here (views.tsx). */}
      <h1 tabIndex={-1}>{title}</h1>
      {about !== undefined && <p>{about}</p>}
    </div>
    {children !== undefined && <div className="view-tools">{children}</div>}
  </div>
);

/** The realm that a list is of: the filter's, else the gateway's first. */
export function useRealm(filter: Filter): string {
  const { realms } = useOperator();
  return filter["realm"] ?? realms[0]?.realm ?? "";
}

/** Chooses the realm, where there is more than one. */
export function RealmSelect({ view, filter }: { readonly view: string; readonly filter: Filter }) {
  const { realms } = useOperator();
  const realm = useRealm(filter);
  if (realms.length < 2) return null;
  return (
    <Select
      label="Realm"
      hideLabel
      value={realm}
      onValue={(chosen) =>
        go(listHref(view, { ...filter, realm: chosen, after: undefined, before: undefined }))
      }
      options={realms.map((each) => ({ value: each.realm, label: each.realm }))}
    />
  );
}
