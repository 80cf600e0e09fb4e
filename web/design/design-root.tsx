// What stands around every page: Base UI under a policy without inline styles, the toasts, and what the page reads
// out that is not to be seen.

import { CSPProvider } from "@base-ui/react/csp-provider";
import type { ReactNode } from "react";
import "./base.css";
import { FaultBoundary } from "./fault-boundary";
import { Toasts } from "./toast";

export function DesignRoot({ children }: { readonly children: ReactNode }) {
  return (
    <CSPProvider disableStyleElements>
      <FaultBoundary>{children}</FaultBoundary>
      <Toasts />
    </CSPProvider>
  );
}
