// What `npm start` and `npm run serve` set where nobody has said otherwise: on a machine of one's own a call from one
// object to another costs nothing.

export const selfHostedVariables: Readonly<Record<string, string>> = { FIGURES: "on" };
