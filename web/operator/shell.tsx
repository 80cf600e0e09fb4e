// The frame of the operator's view: where one can go, who may leave, and the main part that the keyboard reaches first.

import { ChartNoAxesColumn, LogOut, PhoneCall, Settings2, UsersRound } from "lucide-react";
import type { ReactNode } from "react";
import { IconButton } from "../design/button";
import { ThemeMenu } from "../design/theme-menu";
import { Mark } from "../mark";
import { listHref, type Route } from "./route";
import { useRoute } from "./use-route";

const places = [
  { view: "overview", label: "Overview", Icon: ChartNoAxesColumn },
  { view: "calls", label: "Calls", Icon: PhoneCall },
  { view: "accounts", label: "Accounts", Icon: UsersRound },
  { view: "settings", label: "Settings", Icon: Settings2 },
] as const;

/** An account and its ladders are found under the accounts. */
const placeOf = ({ view }: Route): string => (view === "account" || view === "ladder" ? "accounts" : view);

export interface ShellProps {
  readonly onSignOut: () => void;
  readonly children: ReactNode;
}

export function Shell({ onSignOut, children }: ShellProps) {
  const route = useRoute();
  const realm = "filter" in route ? route.filter["realm"] : undefined;
  return (
    <div className="shell">
      <header className="shell-head">
        <a className="shell-name" href={listHref("overview", { realm })}>
          <Mark />
          <span>
            durasip <span className="shell-role">operator</span>
          </span>
        </a>
        <nav aria-label="Views" className="shell-nav">
          {places.map(({ view, label, Icon }) => (
            <a
              key={view}
              href={listHref(view, { realm })}
              aria-current={placeOf(route) === view ? "page" : undefined}
            >
              <Icon aria-hidden="true" />
              {label}
            </a>
          ))}
        </nav>
        <div className="shell-tools">
          <ThemeMenu />
          <IconButton label="Sign out" icon={<LogOut aria-hidden="true" />} onClick={onSignOut} />
        </div>
      </header>
      <main className="shell-main">{children}</main>
    </div>
  );
}
