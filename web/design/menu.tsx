// A menu that opens from a button: arrows move, Escape closes, each item has its words.

import { Menu as BaseMenu } from "@base-ui/react/menu";
import { Check } from "lucide-react";
import { type ReactElement, type ReactNode, useState } from "react";
import { classNames } from "./class-names";
import "./menu.css";

export interface MenuItem {
  readonly label: string;
  readonly icon?: ReactNode;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  /** Of several of which one holds: this does, or does not. */
  readonly chosen?: boolean;
  readonly onSelect: () => void;
}

export interface MenuProps {
  /** The button it opens from. */
  readonly trigger: ReactElement<Record<string, unknown>>;
  /** Groups of items, a line between them. */
  readonly groups: readonly (readonly MenuItem[])[];
  readonly align?: "start" | "end";
}

export function Menu({ trigger, groups, align = "end" }: MenuProps) {
  // Within the page's main part, so that no content stands outside of all landmarks.
  const [place, setPlace] = useState<HTMLElement>();
  const opens = (isOpen: boolean) => isOpen && setPlace(document.querySelector("main") ?? document.body);
  return (
    <BaseMenu.Root onOpenChange={opens}>
      <BaseMenu.Trigger render={trigger} />
      <BaseMenu.Portal container={place}>
        <BaseMenu.Positioner className="menu-place" sideOffset={6} align={align}>
          <BaseMenu.Popup className="menu">
            {groups
              .filter((items) => items.length > 0)
              .map((items, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: groups have no name, and do not change places
                <BaseMenu.Group key={at} className="menu-group">
                  {items.map((item) => (
                    <Item key={item.label} {...item} />
                  ))}
                </BaseMenu.Group>
              ))}
          </BaseMenu.Popup>
        </BaseMenu.Positioner>
      </BaseMenu.Portal>
    </BaseMenu.Root>
  );
}

function Item({ label, icon, danger, disabled = false, chosen, onSelect }: MenuItem) {
  const shared = { className: classNames("menu-item", danger && "menu-item-danger"), disabled };
  if (chosen === undefined) {
    return (
      <BaseMenu.Item {...shared} onClick={onSelect}>
        {icon}
        {label}
      </BaseMenu.Item>
    );
  }
  return (
    <BaseMenu.CheckboxItem {...shared} checked={chosen} onCheckedChange={onSelect} closeOnClick>
      {icon}
      {label}
      <BaseMenu.CheckboxItemIndicator className="menu-check">
        <Check aria-hidden="true" />
      </BaseMenu.CheckboxItemIndicator>
    </BaseMenu.CheckboxItem>
  );
}
