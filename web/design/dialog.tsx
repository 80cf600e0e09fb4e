// A dialog above the page: focus stays in it and returns, Escape closes it.

import { Dialog as BaseDialog } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import type { ReactNode, RefObject } from "react";
import { IconButton } from "./button";
import { classNames } from "./class-names";
import "./dialog.css";

export interface DialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly description?: ReactNode;
  readonly children?: ReactNode;
  /** The buttons, the one that does it last. */
  readonly actions?: ReactNode;
  readonly wide?: boolean;
  /** It asks something that has to be answered: a click beside it does not close it, and it has no cross. */
  readonly insistent?: boolean;
  readonly initialFocus?: RefObject<HTMLElement | null>;
  readonly className?: string;
}

export function Dialog(props: DialogProps) {
  const { open, onClose, title, description, children, actions, wide, insistent, initialFocus } = props;
  return (
    <BaseDialog.Root
      open={open}
      onOpenChange={(isOpen) => !isOpen && onClose()}
      disablePointerDismissal={insistent ?? false}
    >
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className="dialog-scrim" />
        <BaseDialog.Popup
          className={classNames("dialog", wide && "dialog-wide", props.className)}
          {...(initialFocus && { initialFocus })}
        >
          <div className="dialog-head">
            <BaseDialog.Title className="dialog-title">{title}</BaseDialog.Title>
            {!insistent && (
              <BaseDialog.Close render={<IconButton label="Close" icon={<X aria-hidden="true" />} small />} />
            )}
          </div>
          {description !== undefined && (
            <BaseDialog.Description className="dialog-description">{description}</BaseDialog.Description>
          )}
          {children}
          {actions !== undefined && <div className="dialog-actions">{actions}</div>}
        </BaseDialog.Popup>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  );
}
