// Who the user is, whether his line stands, what he says of himself, and what he can turn on and off.

import { Bell, BellOff, CircleUserRound, EllipsisVertical, LogOut } from "lucide-react";
import { useState } from "react";
import { Avatar, type DotState } from "../../design/badge";
import { IconButton } from "../../design/button";
import { Menu } from "../../design/menu";
import { ThemeMenu } from "../../design/theme-menu";
import { toast } from "../../design/toast";
import { useLine, useNames } from "../line-context";
import { notificationsState, turnNotifications } from "../use-notifications";
import { useObservable } from "../use-observable";
import { lineWords, sentence } from "../words";
import "./own-header.css";
import { StatusDialog } from "./status-dialog";

export function OwnHeader({ onSignOut }: { readonly onSignOut: () => void }) {
  const line = useLine();
  const { kind } = useObservable(line.state);
  const own = useObservable(line.roster.own);
  const name = useNames()(line.aor);
  const [editing, setEditing] = useState(false);
  const dot: DotState = kind !== "registered" ? "closed" : (own.activity ?? "open");
  const status = sentence(own.activity ?? "available");
  return (
    <header className="own-header">
      <button type="button" className="own-status" title={line.aor} onClick={() => setEditing(true)}>
        <Avatar name={name} presence={dot} />
        <span className="own-words">
          <span className="own-name">{name}</span>
          <span className="own-saying">{own.note === "" ? status : `${status} · ${own.note}`}</span>
        </span>
        <span className="unseen">Change your status</span>
      </button>
      <ThemeMenu />
      <OwnMenu onStatus={() => setEditing(true)} onSignOut={onSignOut} />
      <p className="line-state" role="status" data-state={kind}>
        {lineWords[kind]}
      </p>
      {editing && <StatusDialog own={own} onClose={() => setEditing(false)} />}
    </header>
  );
}

interface OwnMenuProps {
  readonly onStatus: () => void;
  readonly onSignOut: () => void;
}

function OwnMenu({ onStatus, onSignOut }: OwnMenuProps) {
  const [notifications, setNotifications] = useState(notificationsState);
  const turn = async () => {
    const now = await turnNotifications(notifications !== "on");
    setNotifications(now);
    if (now === "blocked") {
      toast({
        title: "The browser does not allow notifications for this page",
        description: "Allow them in the address bar, then try again.",
        tone: "danger",
      });
    }
  };
  const [bell, words] =
    notifications === "on"
      ? [<BellOff key="off" aria-hidden="true" />, "Turn notifications off"]
      : [<Bell key="on" aria-hidden="true" />, "Turn notifications on"];
  return (
    <Menu
      trigger={<IconButton label="More" icon={<EllipsisVertical aria-hidden="true" />} />}
      groups={[
        [
          {
            label: "Status and note",
            icon: <CircleUserRound aria-hidden="true" />,
            onSelect: onStatus,
          },
          {
            label: words,
            icon: bell,
            disabled: notifications === "impossible",
            onSelect: () => void turn(),
          },
        ],
        [{ label: "Sign out", icon: <LogOut aria-hidden="true" />, onSelect: onSignOut }],
      ]}
    />
  );
}
