// Tabs of which one is shown; each may say how much is new behind it.

import { Tabs as BaseTabs } from "@base-ui/react/tabs";
import type { ReactNode } from "react";
import { Badge } from "./badge";
import { classNames } from "./class-names";
import "./tabs.css";

export interface Tab<Value extends string> {
  readonly value: Value;
  readonly label: string;
  readonly icon?: ReactNode;
  /** Shown as a badge unless it is none; `countLabel` says of what. */
  readonly count?: number;
  readonly countLabel?: string;
  readonly content: ReactNode;
}

export interface TabsProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly onValue: (value: Value) => void;
  readonly tabs: readonly Tab<Value>[];
  readonly className?: string;
}

export function Tabs<Value extends string>({ label, value, onValue, tabs, className }: TabsProps<Value>) {
  return (
    <BaseTabs.Root
      className={classNames("tabs", className)}
      value={value}
      onValueChange={(chosen) => onValue(chosen as Value)}
    >
      <BaseTabs.List className="tab-list" aria-label={label}>
        {tabs.map((tab) => (
          <BaseTabs.Tab key={tab.value} value={tab.value} className="tab">
            {tab.icon}
            {tab.label}
            {tab.count ? (
              <Badge tone="accent" label={`${tab.count} ${tab.countLabel ?? "new"}`}>
                {tab.count}
              </Badge>
            ) : null}
          </BaseTabs.Tab>
        ))}
      </BaseTabs.List>
      {tabs.map((tab) => (
        <BaseTabs.Panel key={tab.value} value={tab.value} className="tab-panel">
          {tab.content}
        </BaseTabs.Panel>
      ))}
    </BaseTabs.Root>
  );
}
