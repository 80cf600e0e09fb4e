// The shape of every machine: one input, one synchronous step, then the effects as data.
// The contract: mutate nothing outside the state, drain all effects, wait until the nearest deadline.

export interface Step<State, Effect> {
  readonly state: State;
  readonly effects: readonly Effect[];
}
