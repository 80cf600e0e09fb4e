// The deployment's settings as they are in force, and what each means. Secrets are said to be set, never shown.

import { useState } from "react";
import { Badge } from "../design/badge";
import { Field } from "../design/field";
import { EmptyState } from "../design/notice";
import { Table } from "../design/table";
import type { Setting } from "./contract";
import { LoadedView } from "./loaded-view";
import { useApi } from "./operator-context";
import { useLoaded } from "./use-loaded";
import { ViewHead } from "./view-head";

export function SettingsView() {
  const api = useApi();
  const [query, setQuery] = useState("");
  const settings = useLoaded("settings", (signal) => api.settings(signal));
  const matches = ({ name, meaning }: Setting): boolean =>
    `${name} ${meaning}`.toLowerCase().includes(query.trim().toLowerCase());
  return (
    <>
      <ViewHead
        title="Settings"
        about="Variables and secrets of the deployment. They are changed where it is deployed, not here."
      >
        <Field
          label="Find a setting"
          hideLabel
          type="search"
          placeholder="Find a setting"
          value={query}
          onValue={setQuery}
        />
      </ViewHead>
      <LoadedView loaded={settings} what="The settings">
        {(all) => (
          <Table
            caption="Settings"
            rows={all.filter(matches)}
            rowKey={({ name }) => name}
            empty={<EmptyState title="No setting has that in its name or meaning" />}
            columns={[
              {
                header: "Setting",
                cell: (setting) => (
                  <span className="setting">
                    <span className="setting-name">
                      <code>{setting.name}</code> {!setting.isDefault && <Badge tone="accent">set</Badge>}
                    </span>
                    <span className="only-narrow">
                      <Value setting={setting} />
                      <Meaning text={setting.meaning} />
                    </span>
                  </span>
                ),
              },
              { header: "Value", from: "tablet", cell: (setting) => <Value setting={setting} /> },
              { header: "Meaning", from: "tablet", cell: ({ meaning }) => <Meaning text={meaning} /> },
            ]}
          />
        )}
      </LoadedView>
    </>
  );
}

const Value = ({ setting: { value, isDefault, default: otherwise } }: { readonly setting: Setting }) => (
  <span className="setting-value">
    <code>{shown(value)}</code>
    {!isDefault && <span className="faint">by default {shown(otherwise)}</span>}
  </span>
);

/** The documents' sentence, in which names stand between backticks. */
const Meaning = ({ text }: { readonly text: string }) =>
  text.split("`").map((part, at) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one sentence do not change places
    at % 2 === 1 ? <code key={at}>{part}</code> : part,
  );

/** A value as one would write it into the deployment. */
export function shown(value: unknown): string {
  if (value === undefined || value === null || value === "") return "–";
  if (Array.isArray(value)) return value.length === 0 ? "–" : value.map(shown).join(", ");
  if (typeof value === "boolean") return value ? "on" : "off";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
