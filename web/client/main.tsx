// The page at `/`. SIP comes with the line, once somebody has signed in.

import { createRoot } from "react-dom/client";
import { askForDemonstration } from "../demonstration";
import { DesignRoot } from "../design/design-root";
import { applyTheme } from "../design/theme";
import { claimDeviceId } from "../device-id";
import { App, type OpenLine, startState } from "./app";
import { suggestPeople } from "./suggest-people";

applyTheme();
const device = claimDeviceId();

const openLine: OpenLine = async (aor, demonstration) => {
  const [{ openLine: open }, instanceId] = await Promise.all([import("../line/open-line"), device]);
  const line = open({ gateway: location.origin, aor, password: undefined, instanceId });
  suggestPeople(line, demonstration);
  return line;
};

// Everything stands in its place from the first picture on: nothing moves when the answers come.
const demonstration = await askForDemonstration();
const start = await startState(openLine, demonstration);
const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no root");
createRoot(root).render(
  <DesignRoot>
    <App demonstration={demonstration} openLine={openLine} start={start} />
  </DesignRoot>,
);
