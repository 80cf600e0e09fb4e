// What a page says when there is nothing yet, when something is on its way, and when something went wrong.

import { CircleAlert, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { classNames } from "./class-names";
import "./notice.css";

export interface NoticeProps {
  readonly tone?: "info" | "warning" | "danger";
  readonly title?: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
  /** Read out as soon as it is there: `alert` at once, `status` when the reader pauses. */
  readonly role?: "alert" | "status";
}

const noticeIcons = { info: Info, warning: TriangleAlert, danger: CircleAlert };

export function Notice({ tone = "info", title, children, action, role }: NoticeProps) {
  const Icon = noticeIcons[tone];
  return (
    <div className={`notice notice-${tone}`} role={role}>
      <Icon className="notice-icon" aria-hidden="true" />
      <div className="notice-text">
        {title !== undefined && <p className="notice-title">{title}</p>}
        {children}
      </div>
      {action !== undefined && <div className="notice-action">{action}</div>}
    </div>
  );
}

export interface EmptyStateProps {
  readonly icon?: ReactNode;
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}

export function EmptyState({ icon, title, children, action }: EmptyStateProps) {
  return (
    <div className="empty-state">
      {icon !== undefined && <div className="empty-state-icon">{icon}</div>}
      <p className="empty-state-title">{title}</p>
      {children !== undefined && <div className="empty-state-text">{children}</div>}
      {action}
    </div>
  );
}

/** Something is on its way; `label` is read out. */
export function Spinner({ label }: { readonly label: string }) {
  return (
    <span className="spinner" role="status">
      <span className="unseen">{label}</span>
    </span>
  );
}

/** The place of something that is on its way: a few grey lines, or a block with a class of its own. */
export function Skeleton({ lines = 1, className }: { readonly lines?: number; readonly className?: string }) {
  return (
    <div className={classNames("skeleton", className)} aria-hidden="true">
      {Array.from({ length: lines }, (_, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all the same
        <span key={at} className="skeleton-line" />
      ))}
    </div>
  );
}
