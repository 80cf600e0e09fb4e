// The operator's page at /admin.

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { DesignRoot } from "../design/design-root";
import { applyTheme } from "../design/theme";
import { OperatorPage } from "./operator-page";

applyTheme();
const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <DesignRoot>
        <OperatorPage />
      </DesignRoot>
    </StrictMode>,
  );
}
