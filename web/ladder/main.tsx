// The page of a shared ladder: /ladder#<token>. The token is read from the fragment, which the browser keeps to itself,
// and goes to the gateway in the Authorization field.

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { DesignRoot } from "../design/design-root";
import { applyTheme } from "../design/theme";
import { SharedPage } from "./shared-page";

applyTheme();
const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <DesignRoot>
        <SharedPage />
      </DesignRoot>
    </StrictMode>,
  );
}
