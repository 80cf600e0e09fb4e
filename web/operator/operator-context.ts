// What every view of the operator needs: the API, and the realm that is looked at.

import { createContext, useContext } from "react";
import type { Api } from "./api";
import type { RealmFigures } from "./contract";

export interface Operator {
  readonly api: Api;
  readonly realms: readonly RealmFigures[];
}

export const OperatorContext = createContext<Operator | undefined>(undefined);

export function useOperator(): Operator {
  const operator = useContext(OperatorContext);
  if (operator === undefined) throw new Error("a view of the operator stands outside of the signed-in page");
  return operator;
}

export const useApi = (): Api => useOperator().api;
