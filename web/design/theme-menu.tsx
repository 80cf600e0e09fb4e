// Light, dark, or as the system has it.

import { Moon, Sun, SunMoon } from "lucide-react";
import { useState } from "react";
import { IconButton } from "./button";
import { Menu } from "./menu";
import { chooseTheme, readTheme, type Theme } from "./theme";

const themes = [
  { theme: "system", label: "As the system", Icon: SunMoon },
  { theme: "light", label: "Light", Icon: Sun },
  { theme: "dark", label: "Dark", Icon: Moon },
] as const;

export function ThemeMenu() {
  const [chosen, setChosen] = useState<Theme>(readTheme);
  const CurrentIcon = themes.find(({ theme }) => theme === chosen)?.Icon ?? SunMoon;
  const choose = (theme: Theme) => {
    chooseTheme(theme);
    setChosen(theme);
  };
  const items = themes.map(({ theme, label, Icon }) => ({
    label,
    icon: <Icon aria-hidden="true" />,
    chosen: theme === chosen,
    onSelect: () => choose(theme),
  }));
  return (
    <Menu
      trigger={<IconButton label="Light or dark" icon={<CurrentIcon aria-hidden="true" />} />}
      groups={[items]}
    />
  );
}
