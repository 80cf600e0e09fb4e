// What a deployment does in a month, as far as its cost depends on it, and what is meant when nobody says.

/** What users do; per user and day unless it says otherwise. */
export interface Load {
  readonly users: number;
  /** Per user. */
  readonly devices: number;
  readonly messages: number;
  readonly calls: number;
  /** Minutes of a call. */
  readonly callMinutes: number;
  /** Users who watch each user's presence, with all their devices. */
  readonly watchers: number;
  /** Times a user says something new of himself; coming, going and calls are told besides. */
  readonly changes: number;
  /** Hours a day a device is connected. */
  readonly hours: number;
  /** Times a day a device comes, stays and goes. */
  readonly sessions: number;
  /** Times a day a device loses its socket for a moment. */
  readonly reconnects: number;
  /** Part of the messages that find nobody. */
  readonly awayShare: number;
  /** Milliseconds of computing in each handler that runs, which the meter cannot see. */
  readonly computeMs: number;
}

export const usualLoad: Load = {
  users: 10_000,
  devices: 1.5,
  messages: 20,
  calls: 1,
  callMinutes: 4,
  watchers: 10,
  changes: 4,
  hours: 10,
  sessions: 2,
  reconnects: 3,
  awayShare: 0.2,
  computeMs: 3,
};
