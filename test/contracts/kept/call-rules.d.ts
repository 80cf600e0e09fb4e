import type { Seconds } from "../../../src/base/brand";
export interface CallRules {
  readonly doNotDisturb: boolean;
  readonly forward: {
    readonly always?: string;
    readonly busy?: string;
    readonly noAnswer?: {
      readonly to: string;
      readonly after: Seconds;
    };
  };
}
export interface RingGroup {
  readonly members: readonly string[];
  readonly order: "parallel" | "sequential";
  readonly ringFor: Seconds;
}
