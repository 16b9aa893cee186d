/** Long enough for a fetch or a restart; builds and migrations bring their own limit. */
export const shortStepMs = 120_000
