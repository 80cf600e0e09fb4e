// What stands in place of a page that cannot be drawn: without it React leaves an empty one, while a call may go on. A
// part that is loaded late and is there no more, since the gateway was deployed anew, is the likeliest cause.

import { RotateCw, TriangleAlert } from "lucide-react";
import { Component, type ReactNode } from "react";
import { Button } from "./button";
import { EmptyState } from "./notice";

interface Props {
  readonly children: ReactNode;
}

export class FaultBoundary extends Component<Props, { readonly hasFailed: boolean }> {
  static getDerivedStateFromError(): { readonly hasFailed: boolean } {
    return { hasFailed: true };
  }

  override state = { hasFailed: false };

  override render(): ReactNode {
    if (!this.state.hasFailed) return this.props.children;
    return (
      <main role="alert">
        <EmptyState
          icon={<TriangleAlert aria-hidden="true" />}
          title="This page has met a fault"
          action={
            <Button kind="primary" icon={<RotateCw aria-hidden="true" />} onClick={() => location.reload()}>
              Load it anew
            </Button>
          }
        >
          A part of it could not be loaded or shown. You stay signed in; a call that goes on ends.
        </EmptyState>
      </main>
    );
  }
}
