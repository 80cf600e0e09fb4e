// Short words about something that was done or could not be: they leave by themselves and are read out.

import { Toast as BaseToast } from "@base-ui/react/toast";
import { X } from "lucide-react";
import { Button, IconButton } from "./button";
import "./toast.css";

const manager = BaseToast.createToastManager();

export interface ToastWords {
  readonly title: string;
  readonly description?: string;
  readonly tone?: "info" | "danger";
  readonly action?: { readonly label: string; readonly onSelect: () => void };
}

/** Shows it above the page; `<Toasts />` has to be there. */
export function toast({ title, description, tone = "info", action }: ToastWords): void {
  const id: string = manager.add({
    title,
    description,
    type: tone,
    priority: tone === "danger" ? "high" : "low",
    ...(action && {
      actionProps: {
        children: action.label,
        onClick: () => {
          action.onSelect();
          manager.close(id);
        },
      },
    }),
  });
}

/** The place of all toasts; once in a page. */
export function Toasts() {
  return (
    <BaseToast.Provider toastManager={manager} timeout={6000}>
      <BaseToast.Portal>
        <BaseToast.Viewport className="toasts">
          <List />
        </BaseToast.Viewport>
      </BaseToast.Portal>
    </BaseToast.Provider>
  );
}

function List() {
  const { toasts } = BaseToast.useToastManager();
  return toasts.map((each) => (
    <BaseToast.Root key={each.id} toast={each} className="toast" swipeDirection={["right", "down"]}>
      <div className="toast-text">
        <BaseToast.Title className="toast-title" />
        <BaseToast.Description className="toast-description" />
      </div>
      {each.actionProps && <BaseToast.Action render={<Button small />} />}
      <BaseToast.Close render={<IconButton small label="Dismiss" icon={<X aria-hidden="true" />} />} />
    </BaseToast.Root>
  ));
}
