/** Milliseconds to wait for what is to come: longer than it takes on a machine that is busy, and no promise of anybody's. */
export const patience = 40_000;
